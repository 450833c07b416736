"""What the views of this folder share: a form whose action may refuse, who saved last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from genjin.journal.models import Entry
from genjin.people.actions import Stale
from genjin.people.requests import Request
from genjin.records.registry import kind_of
from genjin.web.once import save_once


def bound(request: Request) -> Any:
    """The posted data, None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def try_save(form: forms.Form, save: Callable[[dict[str, Any]], object]) -> Any:
    """Give the cleaned data to an action and return what it made (True for nothing), None when refused.

    What the action refuses stands beside its field, and what was typed stays.
    """
    if not form.is_valid():
        return None
    try:
        return save(form.cleaned_data) or True
    except ValidationError as error:
        place(form, error)
    except Stale:
        form.add_error(None, _("Somebody saved this at the same moment. Check it and save again."))
    return None


def make_once(request: Request, form: forms.Form, make: Callable[[dict[str, Any]], str]) -> str | None:
    """As `try_save` for what makes something new and gives an address; a form sent twice makes it once."""
    to: str | None = try_save(form, lambda data: save_once(request, lambda: make(data))[0])
    return to


def place(form: forms.Form, error: ValidationError) -> None:
    """Put an action's refusal beside the fields it names, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def last_editor(request: Request, record: Model, object_id: int | None = None) -> str:
    """Who saved a record last; asked only when something is being saved."""
    if request.method != "POST":
        return ""
    number = record.pk if object_id is None else object_id
    entry = Entry.objects.filter(kind=kind_of(record), object_id=number).select_related("by").first()
    return str(entry.by) if entry and entry.by else ""


def values_of(record: Model, *names: str) -> dict[str, Any]:
    """What is stored, for a versioned form."""
    return {name: getattr(record, name) for name in names}


def key_of(chosen: Any) -> Any:
    """The key of a chosen record; a merged form gives keys already."""
    return getattr(chosen, "pk", chosen) or None


def keys_of(chosen: Any) -> list[int]:
    """The keys of several chosen records."""
    return [int(getattr(item, "pk", item)) for item in chosen]
