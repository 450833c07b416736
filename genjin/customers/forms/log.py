"""The form in which a contact is written down, with what comes next in the same breath (B-10, B-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.actions.interactions import too_short
from genjin.customers.models import Contact, Interaction, NextStep
from genjin.customers.models.interaction import Channel
from genjin.fields.forms import CustomFieldsMixin, given
from genjin.fields.models import CustomField
from genjin.files.forms import FilesField
from genjin.rules import interactions as rules
from genjin.web.forms import Checks, DateField, Form, LongTextField, MomentField, Pick, TextField
from genjin.web.moments import MomentError, moment_of
from genjin.web.versions import VersionedForm

KINDS = (
    ("AUDIO_CALL", "phone"), ("EMAIL", "mail"), ("CHAT", "chat"), ("VIDEO_CALL", "device"),
    ("MEETING", "users"), ("VISIT", "plane"), ("INBOUND_VISIT", "building"), ("EXHIBITION", "flag"),
    ("LETTER", "box"), ("COURTESY", "gift"), ("SERVICE", "star"), ("NOTE", "note"),
)  # fmt: skip
"""Kinds in the order of use, with their icons."""
ICONS = dict(KINDS)
OFTEN = 6
CHANNEL_OF_KIND = {
    "AUDIO_CALL": "AUDIO_CALL", "VIDEO_CALL": "VIDEO_CALL", "EMAIL": "EMAIL", "CHAT": "CHAT",
    "MEETING": "MEETING", "VISIT": "VISIT", "INBOUND_VISIT": "MEETING",
}  # fmt: skip
SATISFACTION = [(str(n), str(n)) for n in range(1, 6)]
QUICK = (1, 3, 7, 14)
ON_DATE, NONE = "date", "none"


class KindPick(Pick):
    """Big buttons with icons; the seldom ones behind "More"."""

    template_name = "customers/fields/kinds.html"

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        """With its icon and whether it is seldom."""
        option = super().create_option(*args, **options)
        option["icon"] = ICONS.get(str(option["value"]), "note")
        option["seldom"] = str(option["value"]) not in [kind for kind, _icon in KINDS[:OFTEN]]
        return option


def kind_choices() -> list[tuple[str, Any]]:
    """The kinds of interaction in the order of use."""
    labels = dict(Interaction.Kind.choices)
    return [(kind, labels[Interaction.Kind(kind)]) for kind, _icon in KINDS]


class _What(CustomFieldsMixin, Form):
    """What was said, how and by whom; shared by writing a log and editing it."""

    kind = forms.ChoiceField(label=gettext_lazy("What was it?"), choices=kind_choices, widget=KindPick)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who contacted whom?"), choices=Interaction.Direction.choices, widget=Pick,
        initial=Interaction.Direction.OUT, required=False,
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=gettext_lazy("How did the call end?"), choices=Interaction.Outcome.choices, widget=Pick,
        required=False,
    )  # fmt: skip
    contacts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("With"), widget=Checks(attrs={"inline": True}), required=False, coerce=int
    )
    content = LongTextField(label=gettext_lazy("What was said?"), required=False, max_length=10_000, rows=4)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=0, max_value=1440, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )  # fmt: skip
    happened_at = MomentField(label=gettext_lazy("When"))
    reaction = forms.ChoiceField(
        label=gettext_lazy("How did the customer react?"),
        choices=Interaction.Reaction.choices, widget=Pick, required=False,
    )  # fmt: skip
    reaction_note = TextField(label=gettext_lazy("Reaction in words"), required=False, max_length=500)
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("Satisfaction, as you felt it (1 low, 5 high)"), choices=SATISFACTION,
        widget=Pick, coerce=int, empty_value=None, required=False,
    )  # fmt: skip
    is_private = forms.BooleanField(
        label=gettext_lazy("A private exchange, not about business"), required=False
    )

    def __init__(
        self,
        *args: Any,
        contacts: Sequence[Contact],
        now: datetime,
        limits: rules.LogLimits,
        custom: Sequence[CustomField] = (),
        record: Interaction | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.limits = limits
        self.people = list(contacts)
        self.fields["contacts"].choices = [(c.pk, c.name) for c in self.people]  # type: ignore[attr-defined]
        if not self.people:
            del self.fields["contacts"]
        self.custom_fields = list(custom)
        self.take_fields(custom, record)

    def clean_direction(self) -> str:
        """Us, unless said otherwise."""
        return self.cleaned_data["direction"] or Interaction.Direction.OUT

    def clean(self) -> dict[str, Any]:
        """The rule about content stands beside its field already here, before the action says it."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind and kind not in ("AUDIO_CALL", "VIDEO_CALL"):
            cleaned["outcome"] = ""
        if kind and "content" in cleaned:
            connected = cleaned.get("outcome") == Interaction.Outcome.CONNECTED
            least = rules.content_minimum(rules.Kind(kind), connected=connected, limits=self.limits)
            if len(cleaned["content"]) < least:
                self.add_error("content", too_short(least))
        return cleaned


class OpenSteps(forms.TypedMultipleChoiceField):
    """Which open next steps are fulfilled; one that was closed meanwhile is no mistake of the writer."""

    def to_python(self, value: Any) -> list[Any]:
        """Those that are still open."""
        choices: Any = self.choices
        is_open = {str(pk) for pk, _purpose in choices}
        return [pk for pk in super().to_python(value) if str(pk) in is_open]


class LogForm(_What):
    """One contact and the next step. `closes` are open next steps that this may fulfil.

    After `is_valid()`: `draft()`, `next_step()` and `closed_ids()` are what `log_interaction` takes.
    """

    attachments = FilesField(required=False)
    closes = OpenSteps(label=gettext_lazy("This completes"), widget=Checks, required=False, coerce=int)
    next_when = forms.ChoiceField(label=gettext_lazy("Next step"), widget=Pick, required=False)
    next_on = DateField(label=gettext_lazy("On"), required=False)
    next_time = TextField(
        label=gettext_lazy("At (only for a fixed time)"), required=False, max_length=12,
        widget=forms.TextInput(attrs={"placeholder": "HH:MM", "autocomplete": "off"}),
    )  # fmt: skip
    next_channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=Channel.choices, widget=forms.Select, required=False
    )
    next_purpose = TextField(
        label=gettext_lazy("What for"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("e.g. ask whether the samples passed")}),
    )  # fmt: skip
    no_next_step_because = TextField(
        label=gettext_lazy("No next step because"), required=False, max_length=200
    )

    def __init__(
        self, *args: Any, steps: Sequence[NextStep] = (), today: date | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today or timezone.localdate(self.now)
        self.steps = list(steps)
        self.fields["next_when"].choices = when_choices(self.today)  # type: ignore[attr-defined]
        self.fields["next_on"].today = self.today  # type: ignore[attr-defined]
        if self.steps:
            field: Any = self.fields["closes"]
            field.choices = [(s.pk, s.purpose) for s in self.steps]
            field.initial = [s.pk for s in self.steps[:1] if s.kind == NextStep.Kind.NEXT_STEP]
        else:
            del self.fields["closes"]
        self.fields["happened_at"].initial = self.now
        self.fields["kind"].initial = Interaction.Kind.AUDIO_CALL
        self.fields["outcome"].initial = Interaction.Outcome.CONNECTED
        if "contacts" in self.fields:
            self.fields["contacts"].initial = [self.people[0].pk]

    def clean(self) -> dict[str, Any]:
        """What comes next must be said: a day, or why there is nothing (B-11)."""
        cleaned = super().clean()
        when = cleaned.get("next_when")
        if when == NONE:
            if not cleaned.get("no_next_step_because") and "no_next_step_because" not in self.errors:
                self.add_error("no_next_step_because", _("Say why nothing comes next."))
        elif when == ON_DATE:
            if not cleaned.get("next_on") and "next_on" not in self.errors:
                self.add_error("next_on", _("Say on which day."))
        elif not when and "next_when" not in self.errors and self._needs_next(cleaned):
            self.add_error("next_when", _("Say what comes next, or that nothing does and why."))
        if when and when != NONE:
            self._read_time(cleaned)
        return cleaned

    def _needs_next(self, cleaned: dict[str, Any]) -> bool:
        """A note needs no next step, nor does a customer for whom another one stays open."""
        staying = {s.pk for s in self.steps if s.kind == NextStep.Kind.NEXT_STEP} - set(
            cleaned.get("closes") or ()
        )
        return cleaned.get("kind") != Interaction.Kind.NOTE and not staying

    def _read_time(self, cleaned: dict[str, Any]) -> None:
        text, day = cleaned.get("next_time"), self._day(cleaned)
        if not text or day is None:
            return
        try:
            cleaned["next_at"] = moment_of(day, text, timezone.get_current_timezone())
        except MomentError as error:
            self.add_error("next_time", str(error))

    def _day(self, cleaned: dict[str, Any]) -> date | None:
        when = cleaned.get("next_when") or ""
        if when.isdigit():
            return self.today + timedelta(days=int(when))
        return cleaned.get("next_on") if when == ON_DATE else None

    def draft(self) -> LogDraft:
        """What was said."""
        return draft_of(self.cleaned_data)

    def next_step(self) -> NextStepDraft | None:
        """What comes next, None when nothing does."""
        data = self.cleaned_data
        day = self._day(data)
        if day is None:
            return None
        contacts = data.get("contacts") or [None]
        at = data.get("next_at")
        return NextStepDraft(
            purpose=data.get("next_purpose") or pgettext("next step", "Follow up"),
            due_on=None if at else day,
            due_at=at,
            channel=data.get("next_channel") or CHANNEL_OF_KIND.get(data["kind"], Channel.EMAIL),
            contact_id=contacts[0],
        )

    def closed_ids(self) -> list[int]:
        """The next steps that this fulfils; a call nobody answered does by saying when to try again."""
        data = self.cleaned_data
        unanswered = data.get("outcome") not in ("", None, Interaction.Outcome.CONNECTED)
        return [] if unanswered and self._day(data) is None else list(data.get("closes") or ())

    def effects(self) -> list[str]:
        """What saving will do, as far as the values typed tell (said before saving)."""
        data = getattr(self, "cleaned_data", {})
        kind = data.get("kind")
        if not kind:
            return []
        counts = rules.counts(
            rules.Kind(kind),
            inbound=data.get("direction") == Interaction.Direction.IN,
            connected=data.get("outcome") == Interaction.Outcome.CONNECTED,
        )
        if counts.follow_up:
            said = [_("Counts as a follow-up")]
        elif counts.contact:
            said = [_("Counts as contact, not as a follow-up")]
        else:
            said = [_("Is kept, but counts neither as contact nor as a follow-up")]
        happened = data.get("happened_at")
        if happened and rules.is_late(happened, self.now, self.limits):
            said.append(_("is marked as logged late"))
        names = {s.pk: s.purpose for s in self.steps}
        said += [_("completes “%(step)s”") % {"step": names[pk]} for pk in self.closed_ids() if pk in names]
        return said


def when_choices(today: date) -> list[tuple[str, Any]]:
    """Tomorrow, +3 days, +1 week, +2 weeks, a day of one's own, none."""
    words = {
        1: _("Tomorrow"),
        3: _("In 3 days"),
        7: _("In 1 week"),
        14: _("In 2 weeks"),
    }
    quick = [(str(days), words[days]) for days in QUICK]
    return [*quick, (ON_DATE, _("On a day …")), (NONE, pgettext_lazy("next step", "None"))]


def draft_of(data: dict[str, Any]) -> LogDraft:
    """The action's draft of a form's values."""
    return LogDraft(
        kind=data["kind"],
        content=data.get("content") or "",
        direction=data["direction"],
        happened_at=data["happened_at"],
        contact_ids=tuple(data.get("contacts") or ()),
        minutes=data.get("minutes"),
        outcome=data.get("outcome") or "",
        reaction=data.get("reaction") or "",
        reaction_note=data.get("reaction_note") or "",
        satisfaction=data.get("satisfaction"),
        is_private=bool(data.get("is_private")),
        no_next_step_because=(
            data.get("no_next_step_because") or "" if data.get("next_when") == NONE else ""
        ),
        custom=given(data),
    )


def _as_shown(moment: datetime) -> str:
    """Day and time as a form shows them."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


class EditLogForm(VersionedForm, _What):
    """A log of one's own while it can be edited."""

    def clean_happened_at(self) -> datetime:
        """The stored moment while its day and time stay: of an hour that came twice it may be the second."""
        typed: datetime = self.cleaned_data["happened_at"]
        stored: datetime = self.current["happened_at"]
        return stored if _as_shown(stored) == _as_shown(typed) else typed

    def changes(self) -> dict[str, Any]:
        """What `change_interaction` takes."""
        data = dict(self.cleaned_data)
        data["contact_ids"] = data.pop("contacts", [])
        return data
