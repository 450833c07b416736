"""Puts what an action refused beside the fields it is about."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from genjin.customers.actions import Conflict


def show_refusal(form: BaseForm, error: ValidationError, names: dict[str, str] | None = None) -> None:
    """Add an action's refusal to a form; `names` maps the action's fields to the form's where they differ.

    That somebody saved the record meanwhile is passed on: the view then reads it again (`reads_again`).
    """
    if isinstance(error, Conflict):
        raise error
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, messages in error.message_dict.items():
        shown = (names or {}).get(name, name)
        form.add_error(shown if shown in form.fields else None, messages)
