"""The policy as a form: one field for every setting a layer may set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from genjin.policy import queries, words
from genjin.policy.sentences import sentence
from genjin.rules.policy import UNLIMITED, Kind, PolicyError, SettingSpec, catalogue, validate
from genjin.web.forms import Checks
from genjin.web.versions import VersionedForm

DASHES = str.maketrans({"−": "-", "－": "-", "，": ",", "、": ",", "；": ",", ";": ","})


class NumberField(forms.CharField):
    """A whole number, or the word for “unlimited” where a setting allows it."""

    def __init__(self, spec: SettingSpec, **options: Any) -> None:
        self.spec = spec
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "policy-number", "maxlength": 12})
        super().__init__(widget=widget, max_length=12, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return _("unlimited") if value == UNLIMITED else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        if self.spec.unlimited and text.casefold() in (
            "unlimited",
            UNLIMITED.casefold(),
            _("unlimited"),
            "∞",
        ):
            return UNLIMITED
        return _whole(text) if text else ""


class NumbersField(forms.CharField):
    """Several whole numbers, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> Any:
        text = (super().clean(value) or "").translate(DASHES)
        return [_whole(part) for part in text.split(",") if part.strip()]


def _whole(text: str) -> int:
    """A whole number typed in any digits; anything else is refused with a sentence."""
    try:
        return int(text.translate(DASHES).strip())
    except ValueError:
        raise ValidationError(_("Enter a whole number.")) from None


ELSEWHERE = {"pool": "followups:pool_rule", "sequences": "followups:sequences"}
"""Groups that have a page of their own, because a change is shown before it is made."""


class PolicyForm(VersionedForm):
    """Every editable setting of one layer, or those of one `group`; field names are the settings' keys."""

    def __init__(self, *args: Any, scope: str, group: str = "", **options: Any) -> None:
        self.scope = scope
        level = queries.LEVELS[scope]
        offered = {
            spec.key: _field(spec)
            for spec in catalogue().values()
            if spec.kind not in (Kind.STEPS, Kind.SEQUENCES)
            and level.depth <= spec.lowest.depth
            and (spec.group == group if group else spec.group not in ELSEWHERE)
        }
        self.base_fields = {**self.base_fields, **offered}  # type: ignore[misc]
        super().__init__(*args, **options)

    def layer_values(self, stored: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
        """The whole layer with what the form says: only what differs from the level above."""
        kept = {key: value for key, value in stored.items() if key not in self.fields}
        given = {key: self.cleaned_data[key] for key in self.fields if key in catalogue()}
        return {key: value for key, value in {**kept, **given}.items() if above.get(key) != value}

    def clean(self) -> dict[str, Any]:
        """Each value by itself; how they fit together is the action's to judge."""
        cleaned = super().clean() or self.cleaned_data
        for key, value in list(cleaned.items()):
            try:
                validate(key, value)
            except PolicyError as error:
                self.add_error(key, sentence(error))
        return cleaned


def _field(spec: SettingSpec) -> forms.Field:
    label = words.label(spec)
    if spec.kind is Kind.BOOL:
        return forms.BooleanField(label=label, required=False)
    if spec.kind is Kind.CHOICE:
        return forms.ChoiceField(label=label, choices=[(name, words.choice(name)) for name in spec.choices])
    if spec.kind is Kind.CHOICES:
        offered = [(name, words.choice(name)) for name in spec.choices]
        widget = Checks(attrs={"inline": True})
        return forms.MultipleChoiceField(label=label, choices=offered, required=False, widget=widget)
    if spec.kind is Kind.INTS:
        return NumbersField(label=label, max_length=200, required=False)
    return NumberField(spec, label=label)
