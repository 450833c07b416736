"""A form sent twice (a double click, a repeated request, the back button) is saved once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from genjin.web.actions import claim_submission, note_target
from genjin.web.models import Submission

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")


class Once(forms.Form):
    """Mix-in for forms that make something new: a hidden token, another one each time it is shown."""

    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("once", secrets.token_urlsafe(18))

    def clean_once(self) -> str:
        """The token; "" for what is none, which is then not looked at."""
        token: str = self.cleaned_data["once"]
        return token if TOKEN.fullmatch(token) else ""


def saved_before(form: forms.Form) -> str | None:
    """Where the sender of this valid form was led when it was saved; None when it was not saved yet."""
    token = form.cleaned_data.get("once", "")
    row = Submission.objects.filter(token=token).first() if token else None
    return row.to if row else None


def save_once(form: forms.Form, save: Callable[[], str]) -> tuple[str, bool]:
    """Run `save`, which gives an address, unless this very form was saved already.

    Gives where to lead the sender and whether anything was saved now. What `save` raises is passed on, and
    the form may be sent again.
    """
    token = form.cleaned_data.pop("once", "")
    if not token:
        return save(), True
    with transaction.atomic():
        taken = claim_submission(token=token, at=timezone.now())
        if taken is None:
            return Submission.objects.get(token=token).to, False
        to = save()
        note_target(taken, to)
        return to, True
