"""Edits of one record at the same time: the second saver sees what changed and loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from genjin.web.forms import Form

SALT = "genjin.web.versions"


@dataclass(frozen=True)
class Theirs:
    """What somebody else saved meanwhile in one field, as read, and who did."""

    text: str
    who: str


class VersionedForm(Form):
    """A form over one record that was shown at `version` and may have changed since.

    Give `current` (field name -> value as stored now), `version` (any text that changes with each save)
    and `by` (who saved last). What was shown travels, signed, with the form. On submit:

    - fields that only others changed take the others' value (`merged` names them);
    - fields that only this user changed keep what was typed;
    - fields that both changed differently are refused once: `theirs` holds the other value, what was
      typed stays, and a second submit saves it.
    """

    version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200_000)

    def __init__(
        self,
        *args: Any,
        current: dict[str, Any],
        version: object,
        by: object = "",
        **options: Any,
    ) -> None:
        options["initial"] = {**current, **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self.current, self.current_version, self.by = current, str(version), str(by)
        self.theirs: dict[str, Theirs] = {}
        self.merged: list[str] = []
        self.initial["version"] = self._snapshot()
        # a copy of our own: merged values are written into what a repeated form shows
        self.typed = QueryDict(mutable=True)
        if self.is_bound:
            self.typed.update(self.data)
            self.data = self.typed

    def _snapshot(self) -> str:
        """What is stored now, signed, for the hidden field."""
        values = {name: self._plain(name, self.current.get(name)) for name in self._compared()}
        return signing.dumps([self.current_version, values], salt=SALT, compress=True)

    def _compared(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    def _plain(self, name: str, value: Any) -> Any:
        """A value as comparable JSON, the same for stored and for typed ones."""
        if isinstance(value, QuerySet):
            return sorted(str(row.pk) for row in value)
        if isinstance(value, (list, tuple, set, frozenset)):
            return sorted(str(getattr(item, "pk", item)) for item in value)
        if isinstance(value, Model):
            return str(value.pk)
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return value
        if isinstance(value, Decimal):
            return str(value.normalize())
        return str(self.fields[name].prepare_value(value))

    def clean(self) -> dict[str, Any]:
        """Compare what was shown, what is stored and what was typed."""
        cleaned = super().clean() or self.cleaned_data
        cleaned.pop("version", None)
        shown = self._shown()
        if shown is None or shown[0] == self.current_version:
            return cleaned
        for name in self._compared():
            if name in cleaned:
                self._compare(name, shown[1].get(name, ""), cleaned)
        # whatever happens next, the form now knows the stored state: submitting again decides
        self.typed[self.add_prefix("version")] = self._snapshot()
        if self.theirs:
            raise forms.ValidationError(
                gettext(
                    "Somebody changed this at the same time. Your text is kept; check the marked fields "
                    "and save again."
                ),
                code="changed",
            )
        return cleaned

    def _compare(self, name: str, shown: Any, cleaned: dict[str, Any]) -> None:
        """Merge one field or mark it as changed by both."""
        stored = self._plain(name, self.current.get(name))
        typed = self._plain(name, cleaned[name])
        if stored in (shown, typed):
            return
        if typed == shown:
            cleaned[name] = self.current.get(name)
            self.merged.append(name)
            self._show(name)
        else:
            self.theirs[name] = Theirs(self._read(name), self.by or gettext("Somebody"))

    def _show(self, name: str) -> None:
        """Put the stored value into what a repeated form shows."""
        prepared = self.fields[name].prepare_value(self.current.get(name))
        widget, key = self.fields[name].widget, self.add_prefix(name)
        if isinstance(widget, forms.MultiWidget):
            names: list[str] = widget.widgets_names  # type: ignore[attr-defined]
            for part, value in zip(names, widget.decompress(prepared) or [], strict=True):
                self.typed[key + part] = "" if value is None else str(value)
        elif isinstance(prepared, (list, tuple)):
            self.typed.setlist(key, [str(item) for item in prepared])
        elif isinstance(widget, forms.CheckboxInput) and not prepared:
            self.typed.pop(key, None)
        else:
            self.typed[key] = "" if prepared is None else str(prepared)

    def _read(self, name: str) -> str:
        """The stored value as people read it."""
        value, field = self.current.get(name), self.fields[name]
        values = value if isinstance(value, (list, tuple, set, QuerySet)) else [value]
        choices = getattr(field, "choices", None)
        plain = (
            {str(k): str(v) for k, v in choices if not isinstance(v, (list, tuple))}
            if (choices is not None and not hasattr(choices, "queryset"))
            else {}
        )
        told = (plain.get(str(v)) or _plainly(v) for v in values if v not in (None, ""))
        return gettext(", ").join(told)

    def _shown(self) -> tuple[str, dict[str, Any]] | None:
        """What this user's form was made from; None if it did not say (then nothing is compared)."""
        raw = self.data.get(self.add_prefix("version"), "")
        try:
            version, values = signing.loads(raw, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return version, values


def _plainly(value: object) -> str:
    """A stored value as text; a sum with its thousands grouped."""
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)
