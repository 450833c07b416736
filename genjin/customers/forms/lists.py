"""Forms of the editable lists: a choice, and what takes the place of a removed one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from genjin.customers.models import ListEntry
from genjin.web.forms import Form, TextField
from genjin.web.versions import VersionedForm

NOTHING = "NONE"


class ListEntryForm(VersionedForm):
    """One choice of an editable list in both languages."""

    name_zh = TextField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    name_en = TextField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"), required=False, initial=True,
        help_text=gettext_lazy("Customers that have it keep it; it is only no longer offered."),
    )  # fmt: skip

    def __init__(self, *args: Any, entry: ListEntry | None = None, by: object = "", **options: Any) -> None:
        names = ("name_zh", "name_en", "is_active") if entry else ()
        current = {name: getattr(entry, name) for name in names}
        super().__init__(*args, current=current, version=entry.version if entry else 0, by=by, **options)
        if entry is None:
            del self.fields["is_active"]


class RemoveEntryForm(Form):
    """What takes the place of a choice that is removed; nothing is asked when nobody has it."""

    into = forms.ChoiceField(
        label=gettext_lazy("What takes its place"),
        error_messages={"required": gettext_lazy("Choose what takes its place, or that nothing does.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, others: Sequence[ListEntry], is_used: bool, version: int, **options: Any
    ) -> None:
        super().__init__(*args, initial={"version": version}, **options)
        fields: dict[str, Any] = self.fields
        if not is_used:
            del fields["into"]
            return
        fields["into"].choices = [
            ("", gettext("Choose …")),
            *((str(entry.pk), str(entry)) for entry in others),
            (NOTHING, gettext("Nothing: leave it empty")),
        ]

    @property
    def into_id(self) -> int | None:
        """The choice that takes the place; None for nothing."""
        given = self.cleaned_data.get("into", NOTHING)
        return None if given == NOTHING else int(given)
