"""What is asked about sequences: on a customer's page, and in the editor, where each step is a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.models.interaction import Channel
from genjin.followups.chain_words import STEPS, step_name
from genjin.followups.sequence_names import name_of
from genjin.mail import template_purposes
from genjin.policy import words
from genjin.rules.plans import SequencePlan
from genjin.rules.policy import EXITS, MOST_REPEATS, STARTS, Anchor, Step
from genjin.web.forms import Checks, DateField, Form, TextField

ANCHORS = [
    (Anchor.START.value, gettext_lazy("after the beginning")),
    (Anchor.STEP.value, gettext_lazy("after the step before is done")),
    (Anchor.DATE.value, gettext_lazy("from the date it is about")),
]
CONDITIONS = [
    ("", gettext_lazy("always")),
    ("NO_REPLY", gettext_lazy("no reply since the beginning")),
    ("DORMANT", gettext_lazy("the customer is dormant")),
    ("IMPORTANT", gettext_lazy("an important customer")),
    ("HAS_PHONE", gettext_lazy("somebody there can be called")),
    ("NEVER_BOUGHT", gettext_lazy("never ordered yet")),
    ("HAS_BOUGHT", gettext_lazy("has ordered before")),
]
"""The conditions of steps, by the names that `rules.sequences.CONDITIONS` knows."""


class BeginForm(Form):
    """Which sequence, and the date it is about where its steps count from one."""

    sequence = forms.ChoiceField(label=gettext_lazy("Sequence"))
    about_on = DateField(label=gettext_lazy("Date it is about"), required=False)

    def __init__(self, *args: Any, plans: Sequence[SequencePlan], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sequence"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(plan.key, name_of(plan)) for plan in plans]
        if any(plan.needs_date for plan in plans):
            named = [name_of(plan) for plan in plans if plan.needs_date]
            self.fields["about_on"].help_text = _("Asked for: %(names)s") % {"names": _(", ").join(named)}
        else:
            del self.fields["about_on"]


class StopForm(Form):
    """Why a sequence is stopped."""

    reason = TextField(label=gettext_lazy("Why is it stopped?"), max_length=200)


class RunDateForm(Form):
    """The date that a running sequence is about."""

    about_on = DateField(label=gettext_lazy("Date it is about"))


class SequenceForm(Form):
    """What holds for a sequence as a whole."""

    name_zh = TextField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = TextField(label=gettext_lazy("Name in English"), max_length=40)
    starts_on = forms.ChoiceField(label=gettext_lazy("Begins"), required=False)
    exits = forms.MultipleChoiceField(
        label=gettext_lazy("Ends early with"), required=False, widget=Checks(attrs={"inline": True})
    )
    is_offered = forms.BooleanField(label=gettext_lazy("Can be begun"), required=False)

    def __init__(self, *args: Any, key: str, is_own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        by_hand = ("", _("by hand"))
        offered = STARTS if is_own else ("DORMANT",)
        starts, exits = self.fields["starts_on"], self.fields["exits"]
        assert isinstance(starts, forms.ChoiceField)
        assert isinstance(exits, forms.MultipleChoiceField)
        starts.choices = [by_hand, *((name, words.choice(name)) for name in offered)]
        exits.choices = [(name, words.choice(name)) for name in EXITS]
        if not is_own:
            for name in ("name_zh", "name_en", "is_offered"):
                del self.fields[name]
            if key != "wake_up":
                del self.fields["starts_on"]


class StepForm(Form):
    """One step of a sequence."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    purpose = TextField(label=gettext_lazy("What is done"), max_length=80)
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Channel.choices)
    after_days = forms.IntegerField(label=gettext_lazy("Days"))
    anchor = forms.ChoiceField(label=gettext_lazy("Counted"), choices=ANCHORS)
    only_if = forms.ChoiceField(label=gettext_lazy("Only if"), choices=CONDITIONS, required=False)
    repeats = forms.IntegerField(label=gettext_lazy("Times"), min_value=1, max_value=MOST_REPEATS)
    every_days = forms.IntegerField(
        label=gettext_lazy("Every … days"), min_value=0, max_value=365, required=False
    )
    template = forms.ChoiceField(label=gettext_lazy("Template"), required=False)
    is_compulsory = forms.BooleanField(label=gettext_lazy("Cannot be skipped"), required=False)

    def __init__(self, *args: Any, minimum: int, maximum: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.minimum, self.maximum = minimum, maximum
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        others = [(purpose, label) for purpose, label in template_purposes.choices() if purpose]
        field.choices = [("", _("its own")), *others]

    def clean_after_days(self) -> int:
        """Days before something only where there is a date to count from."""
        days: int = self.cleaned_data["after_days"]
        is_by_date = self.data.get(self.add_prefix("anchor")) == Anchor.DATE
        least = self.minimum if is_by_date else 0
        if not least <= days <= self.maximum:
            limits = {"minimum": least, "maximum": self.maximum}
            raise ValidationError(_("Between %(minimum)d and %(maximum)d days.") % limits)
        return days

    def clean(self) -> dict[str, Any]:
        """What repeats needs to know how often."""
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("repeats") or 1) > 1 and not cleaned.get("every_days"):
            self.add_error("every_days", _("Say after how many days it repeats."))
        return cleaned

    def step(self, key: str) -> dict[str, Any]:
        """The step as the policy keeps it; `key` is its name where it has none yet."""
        data = self.cleaned_data
        name, repeats = data["key"] or key, data["repeats"]
        is_known = name in STEPS and data["purpose"] == step_name(name)
        step = {
            "purpose": name if is_known else data["purpose"],
            "key": "" if is_known else name,
            "channel": data["channel"],
            "after_days": data["after_days"],
            "anchor": data["anchor"],
            "only_if": data["only_if"],
            "repeats": repeats,
            "every_days": (data["every_days"] or 0) if repeats > 1 else 0,
            "is_compulsory": data["is_compulsory"],
            "template": data["template"],
        }
        return {field: value for field, value in step.items() if value != USUAL.get(field)}


USUAL = {
    "key": "",
    "anchor": Anchor.START.value,
    "only_if": "",
    "repeats": 1,
    "every_days": 0,
    "is_compulsory": False,
    "template": "",
}
"""What a step is unless it says otherwise; left out, as in `policy.toml`."""


def initial_of(step: Step) -> Mapping[str, Any]:
    """A step as its form shows it."""
    return {
        "key": step.name,
        "purpose": step_name(step.purpose),
        "channel": step.channel,
        "after_days": step.after_days,
        "anchor": step.anchor.value,
        "only_if": step.only_if,
        "repeats": step.repeats,
        "every_days": step.every_days or None,
        "template": step.template,
        "is_compulsory": step.is_compulsory,
    }


def check_order(steps: Sequence[StepForm]) -> bool:
    """Whether the days of the steps rise; says so beside the one that does not."""
    last: dict[str, int] = {}
    for form in steps:
        anchor, days = form.cleaned_data["anchor"], form.cleaned_data["after_days"]
        if anchor == Anchor.STEP:
            continue
        if days < last.get(anchor, days):
            form.add_error("after_days", _("This comes before a step above it: move it, or change its day."))
            return False
        last[anchor] = days
    return True
