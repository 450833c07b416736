"""What is asked when a task is completed, postponed or dismissed from Today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.models import Interaction
from genjin.customers.models.interaction import Channel
from genjin.web.forms import DateField, Form, LongTextField, Pick, TextField
from genjin.web.once import Once

KINDS = [
    (Interaction.Kind.AUDIO_CALL, pgettext_lazy("log", "Phone call")),
    (Interaction.Kind.EMAIL, pgettext_lazy("log", "Mail")),
    (Interaction.Kind.CHAT, pgettext_lazy("log", "Chat")),
    (Interaction.Kind.VIDEO_CALL, pgettext_lazy("log", "Video call")),
    (Interaction.Kind.MEETING, pgettext_lazy("log", "Meeting")),
    (Interaction.Kind.VISIT, pgettext_lazy("log", "Visit")),
]
CALLS = (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL)
FIELD_OF = {
    "purpose": "next_purpose", "due_on": "next_on", "due_at": "next_on", "channel": "next_channel",
    "contact": "next_purpose",
}  # fmt: skip
"""Under which field of the form a refusal of an action is shown."""


class LogForm(Once, Form):
    """What was said and what comes next, in one form (B-10, B-11)."""

    kind = forms.ChoiceField(label=_("How"), choices=KINDS, widget=Pick)
    outcome = forms.ChoiceField(
        label=_("Result of the call"), choices=Interaction.Outcome.choices, widget=Pick, required=False
    )
    content = LongTextField(label=_("Content"), rows=4, max_length=10_000, required=False)
    next_purpose = TextField(label=_("Next step"), required=False)
    next_on = DateField(label=_("On"), required=False)
    next_channel = forms.ChoiceField(label=_("By"), choices=Channel.choices, initial=Channel.EMAIL)

    def __init__(self, *args: Any, contact_ids: list[int] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.contact_ids = contact_ids or []

    def clean(self) -> dict[str, Any]:
        """A next step needs its day, and a day its next step."""
        cleaned = super().clean() or self.cleaned_data
        purpose, day = cleaned.get("next_purpose"), cleaned.get("next_on")
        if purpose and not day and "next_on" not in self.errors:
            self.add_error("next_on", _("Say on which day."))
        if day and not purpose and "next_purpose" not in self.errors:
            self.add_error("next_purpose", _("Say what is to be done on that day."))
        return cleaned

    @property
    def draft(self) -> LogDraft:
        """The contact to be logged."""
        data = self.cleaned_data
        is_call = data["kind"] in CALLS
        return LogDraft(
            kind=data["kind"],
            content=data["content"],
            outcome=data["outcome"] if is_call else "",
            contact_ids=self.contact_ids,
        )

    @property
    def next_step(self) -> NextStepDraft | None:
        """What comes next, if anything was promised."""
        data = self.cleaned_data
        if not data["next_purpose"]:
            return None
        return NextStepDraft(
            purpose=data["next_purpose"],
            due_on=data["next_on"],
            channel=data["next_channel"],
            contact_id=self.contact_ids[0] if self.contact_ids else None,
        )

    def refuse(self, refused: ValidationError) -> None:
        """Show why an action said no, beside the field it is about."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            field = FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, errors)


class PostponeForm(Form):
    """When a task comes back, and why it cannot be done before."""

    until = DateField(label=_("Back on"))
    reason = TextField(label=_("Why"), max_length=300, required=False)

    def refuse(self, refused: ValidationError) -> None:
        """Show why an action said no, beside the field it is about."""
        self.add_error(None, refused)


class DismissForm(Form):
    """Why a task is not needed."""

    reason = TextField(label=_("Why is this not needed?"), max_length=300)

    def refuse(self, refused: ValidationError) -> None:
        """Show why an action said no, beside the field it is about."""
        self.add_error(None, refused)


def quick_days(today: date) -> list[tuple[Any, date]]:
    """The days to which tasks are postponed most: tomorrow, in three days, on Monday."""
    return [
        (_("Tomorrow"), today + timedelta(days=1)),
        (_("In 3 days"), today + timedelta(days=3)),
        (_("Next Monday"), today + timedelta(days=7 - today.weekday())),
    ]
