"""How one wants to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from genjin.notifications.kinds import Kind
from genjin.notifications.models import Way
from genjin.web.forms import Form, Pick


class WaysForm(Form):
    """One question per kind of notice; a field is named after the kind, without its dot."""

    def __init__(self, *args: Any, kinds: Iterable[Kind], ways: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, str] = {}
        for kind in kinds:
            name = kind.name.replace(".", "-")
            self.names[name] = kind.name
            self.fields[name] = forms.ChoiceField(
                label=kind.label, choices=Way.choices, widget=Pick, initial=ways.get(kind.name, Way.IN_APP)
            )

    def ways(self) -> dict[str, str]:
        """What was chosen, by kind."""
        return {kind: self.cleaned_data[name] for name, kind in self.names.items()}
