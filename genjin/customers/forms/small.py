"""The small forms of dialogs: one dimension, a next step, a pause, a reason, an owner, tags, a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from genjin.customers.actions import NextStepDraft
from genjin.customers.models import (
    Contact,
    Customer,
    NextStep,
    PublicPool,
    RoleHint,
    SensitiveNote,
    Tag,
)
from genjin.customers.models.dimension import (
    DormancyState,
    FollowGrade,
    InterruptedKind,
    KeyAccount,
    LifecycleStage,
    RelationshipClass,
    ValueClass,
)
from genjin.customers.models.interaction import Channel
from genjin.people.models import User
from genjin.web.forms import Checks, DateField, Form, LongTextField, Pick, TextField
from genjin.web.moments import MomentError, moment_of
from genjin.web.versions import VersionedForm

UNSET = ("", gettext_lazy("Not set"))
SCORES = [(str(n), str(n)) for n in range(1, 6)]
YES_NO = [("1", gettext_lazy("Yes")), ("", gettext_lazy("No"))]


WHY = gettext_lazy("Why")


@dataclass(frozen=True)
class Dimension:
    """One dimension as its dialog shows it; `help` says what it means and what it drives (domain A.8)."""

    field: str
    label: Any
    choices: Sequence[tuple[Any, Any]]
    help: Any
    evidence: Any = WHY


DIMENSIONS = {
    d.field: d
    for d in (
        Dimension(
            "follow_grade", gettext_lazy("Follow-up grade"), [*FollowGrade.choices, UNSET],
            gettext_lazy("Decides how often and through which channels unanswered mails are tracked."),
        ),
        Dimension(
            "value_class", gettext_lazy("Purchase class"), [*ValueClass.choices, UNSET],
            gettext_lazy("Computed each month from the purchases of twelve months; sets the rhythm."),
        ),
        Dimension(
            "relationship_class", gettext_lazy("Relationship class"), [*RelationshipClass.choices, UNSET],
            gettext_lazy("What kind of customer this is; these are categories, not a ranking."),
        ),
        Dimension(
            "lifecycle_stage", gettext_lazy("Lifecycle stage"), LifecycleStage.choices,
            gettext_lazy("Computed from completed orders; promote by hand when there is evidence."),
            gettext_lazy("Evidence"),
        ),
        Dimension(
            "dormancy_state", gettext_lazy("Dormancy"), DormancyState.choices,
            gettext_lazy("Computed from the customer's own order interval."),
        ),
        Dimension(
            "is_priority", gettext_lazy("Priority customer"), YES_NO,
            gettext_lazy("Very likely to close, important though not urgent: worth time and effort."),
        ),
        Dimension(
            "key_account", gettext_lazy("Key account"), KeyAccount.choices,
            gettext_lazy("You propose, a manager confirms."),
        ),
        Dimension(
            "fit_score", gettext_lazy("Fit"), [*SCORES, UNSET],
            gettext_lazy("How well our products and theirs match, 1 to 5; look again once a year."),
        ),
        Dimension(
            "potential_score", gettext_lazy("Potential"), [*SCORES, UNSET],
            gettext_lazy("How much more they could buy, 1 to 5; look again once a year."),
        ),
    )
}  # fmt: skip


class DimensionForm(VersionedForm):
    """One dimension of one customer, with why."""

    value = forms.ChoiceField(widget=Pick(attrs={"stacked": True}), required=False)
    interrupted_kind = forms.ChoiceField(
        label=gettext_lazy("Interrupted how?"), choices=InterruptedKind.choices, widget=Pick, required=False
    )
    value_class_until = DateField(label=gettext_lazy("Holds until"), required=False)
    why = TextField(max_length=500, required=False)
    grade_locked = forms.BooleanField(
        label=gettext_lazy("Lock: only a manager may change it"), required=False
    )

    def __init__(
        self,
        *args: Any,
        dimension: Dimension,
        customer: Customer,
        may_confirm: bool,
        by: object = "",
        **options: Any,
    ) -> None:
        stored = getattr(customer, dimension.field)
        value = ("1" if stored else "") if dimension.field == "is_priority" else stored
        current = {
            "value": "" if value is None else str(value),
            "interrupted_kind": customer.interrupted_kind,
            "value_class_until": customer.value_class_until,
            "grade_locked": customer.grade_locked,
        }
        super().__init__(*args, current=current, version=customer.version, by=by, **options)
        fields: dict[str, Any] = self.fields
        fields["value"].label = dimension.label
        fields["value"].choices = [
            (value, label)
            for value, label in dimension.choices
            if may_confirm
            or dimension.field != "key_account"
            or value != KeyAccount.CONFIRMED
            or stored == value
        ]
        fields["why"].label = dimension.evidence
        if dimension.field != "relationship_class":
            del fields["interrupted_kind"]
        if dimension.field != "value_class":
            del fields["value_class_until"]
        if dimension.field != "follow_grade" or not may_confirm:
            del fields["grade_locked"]

    def details(self) -> dict[str, Any]:
        """What belongs to the dimension beside its value."""
        names = ("interrupted_kind", "value_class_until")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class StepForm(VersionedForm):
    """A next step or a reminder: what, how, with whom, on which day or at which time."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=NextStep.Kind.choices,
        widget=Pick,
        initial=NextStep.Kind.NEXT_STEP,
    )
    purpose = TextField(label=gettext_lazy("What is to be done?"), max_length=200)
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Channel.choices, initial=Channel.EMAIL)
    contact = forms.TypedChoiceField(label=gettext_lazy("With"), required=False, coerce=int, empty_value=None)
    day = DateField(label=gettext_lazy("On"), help_text=gettext_lazy("Also: tomorrow, +3, +1w, Friday."))
    time = TextField(
        label=gettext_lazy("At (only for a fixed time)"), required=False, max_length=12,
        widget=forms.TextInput(attrs={"placeholder": "HH:MM", "autocomplete": "off"}),
    )  # fmt: skip
    why = TextField(label=gettext_lazy("Why is it moved?"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        contacts: Sequence[Contact],
        today: date,
        step: NextStep | None = None,
        by: object = "",
        **options: Any,
    ) -> None:
        current: dict[str, Any] = {}
        if step is not None:
            at = timezone.localtime(step.due_at) if step.due_at else None
            current = {
                "kind": step.kind, "purpose": step.purpose, "channel": step.channel,
                "contact": step.contact_id, "day": at.date() if at else step.due_on,
                "time": f"{at:%H:%M}" if at else "",
            }  # fmt: skip
        super().__init__(*args, current=current, version=step.version if step else 0, by=by, **options)
        fields: dict[str, Any] = self.fields
        fields["day"].today = today
        fields["contact"].choices = [("", "—"), *((c.pk, c.name) for c in contacts)]
        if step is None:
            del fields["why"]
        else:
            del fields["kind"]

    def clean(self) -> dict[str, Any]:
        """Day and time together."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["due_at"] = None
        if cleaned.get("time") and cleaned.get("day"):
            try:
                zone = timezone.get_current_timezone()
                cleaned["due_at"] = moment_of(cleaned["day"], cleaned["time"], zone)
            except MomentError as error:
                self.add_error("time", str(error))
        return cleaned

    def draft(self) -> NextStepDraft:
        """What `add_next_step` takes."""
        data = self.cleaned_data
        return NextStepDraft(
            purpose=data["purpose"],
            due_on=None if data["due_at"] else data["day"],
            due_at=data["due_at"],
            channel=data["channel"],
            contact_id=data["contact"],
            kind=data["kind"],
        )

    def changes(self) -> dict[str, Any]:
        """What `change_next_step` takes."""
        data = self.cleaned_data
        return {
            "purpose": data["purpose"],
            "channel": data["channel"],
            "contact_id": data["contact"],
            "due_on": None if data["due_at"] else data["day"],
            "due_at": data["due_at"],
        }


def _as_stored(customer: Customer, *names: str) -> dict[str, Any]:
    """What a `VersionedForm` over columns of the customer starts from."""
    return {"current": {name: getattr(customer, name) for name in names}, "version": customer.version}


class PauseForm(VersionedForm):
    """Do not contact before."""

    not_before = DateField(label=gettext_lazy("Do not contact before"), required=False)
    not_before_reason = TextField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Customer, today: date, **options: Any) -> None:
        super().__init__(*args, **_as_stored(customer, "not_before", "not_before_reason"), **options)
        self.fields["not_before"].today = today  # type: ignore[attr-defined]


class CadenceForm(VersionedForm):
    """The customer's own rhythm."""

    cadence_days = forms.IntegerField(
        label=gettext_lazy("At least every … days"), min_value=1, max_value=365, required=False,
        help_text=gettext_lazy("Empty: the rhythm of its purchase class."),
    )  # fmt: skip
    cadence_reason = TextField(label=gettext_lazy("Why another rhythm"), max_length=200, required=False)
    cadence_until = DateField(label=pgettext_lazy("own rhythm", "Until"), required=False)

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        stored = _as_stored(customer, "cadence_days", "cadence_reason", "cadence_until")
        super().__init__(*args, **stored, **options)


class ReasonForm(Form):
    """A reason and nothing else."""

    why = TextField(label=gettext_lazy("Reason"), max_length=300)


class ReturnForm(ReasonForm):
    """Why a customer returns to the public pool; it remembers who owned it when that was asked."""

    pool = forms.TypedChoiceField(label=gettext_lazy("Public pool"), coerce=int, required=False)
    owner = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("pool", "why", "owner")

    def __init__(
        self, data: QueryDict | None, *, customer: Customer, pools: Sequence[PublicPool], home: int
    ) -> None:
        given = {"owner": str(customer.owner_id), "pool": home}
        super().__init__(data.copy() if data else None, initial=given)
        self.customer = customer
        if len(pools) > 1:
            self.fields["pool"].choices = [(pool.pk, str(pool)) for pool in pools]  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]

    def clean(self) -> dict[str, Any]:
        """Refused once when somebody else owns the customer by now."""
        cleaned = super().clean() or self.cleaned_data
        now = str(self.customer.owner_id)
        if cleaned.get("owner") and cleaned["owner"] != now:
            self.data["owner"] = now  # type: ignore[index]
            said = _("%(name)s owns this customer by now. Save again to take it from there all the same.")
            raise forms.ValidationError(said % {"name": self.customer.owner})
        return cleaned


class OwnerForm(VersionedForm):
    """To whom, and why."""

    owner = forms.TypedChoiceField(label=gettext_lazy("New owner"), coerce=int)
    why = TextField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, customer: Customer, people: Sequence[User], **options: Any) -> None:
        current = {"owner": customer.owner_id}
        super().__init__(*args, current=current, version=customer.version, **options)
        self.fields["owner"].choices = [("", "—"), *((p.pk, str(p)) for p in people)]  # type: ignore[attr-defined]


class CollaboratorsForm(VersionedForm):
    """With whom a customer is shared."""

    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Shared with"), coerce=int, required=False, widget=Checks
    )

    def __init__(self, *args: Any, chosen: set[int], people: Sequence[User], **options: Any) -> None:
        now = sorted(chosen)
        super().__init__(*args, current={"people": now}, version=now, **options)
        self.fields["people"].choices = [(p.pk, str(p)) for p in people]  # type: ignore[attr-defined]


class TagsForm(VersionedForm):
    """The tags of a customer, and a new one made on the way."""

    tags = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tags"), coerce=int, required=False, widget=Checks(attrs={"inline": True})
    )
    new = TextField(label=gettext_lazy("New tag"), max_length=40, required=False)
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"), choices=Tag.Colour.choices, widget=Pick, required=False,
        initial=Tag.Colour.GREY,
    )  # fmt: skip

    def __init__(self, *args: Any, chosen: set[int], tags: Sequence[Tag], **options: Any) -> None:
        now = sorted(chosen)
        super().__init__(*args, current={"tags": now}, version=now, **options)
        self.fields["tags"].choices = [(t.pk, t.name) for t in tags]  # type: ignore[attr-defined]


class TagForm(VersionedForm):
    """A tag's name and colour."""

    def __init__(self, *args: Any, tag: Tag | None = None, by: object = "", **options: Any) -> None:
        current = {"name": tag.name, "colour": tag.colour} if tag else {"colour": Tag.Colour.GREY}
        super().__init__(*args, current=current, version=tag.version if tag else 0, by=by, **options)

    name = TextField(label=pgettext_lazy("tag", "Name"), max_length=40)
    colour = forms.ChoiceField(label=gettext_lazy("Colour"), choices=Tag.Colour.choices, widget=Pick)


class MergeForm(Form):
    """Into which other tag."""

    into = forms.TypedChoiceField(label=gettext_lazy("Merge into"), coerce=int)

    def __init__(self, *args: Any, others: Sequence[Tag], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"].choices = [(t.pk, t.name) for t in others]  # type: ignore[attr-defined]


class RoleHintForm(VersionedForm):
    """How to negotiate with one decision role, in both languages; `usual` is shown where it is empty."""

    text_zh = LongTextField(
        label=gettext_lazy("Hint in Chinese"), required=False, max_length=RoleHint.LONGEST, rows=3
    )
    text_en = LongTextField(
        label=gettext_lazy("Hint in English"), required=False, max_length=RoleHint.LONGEST, rows=3
    )

    def __init__(
        self, *args: Any, hint: RoleHint, usual: dict[str, str], by: object = "", **options: Any
    ) -> None:
        current = {name: getattr(hint, name) for name in usual}
        super().__init__(*args, current=current, version=hint.version, by=by, **options)
        for name, text in usual.items():
            self.fields[name].help_text = gettext("Empty shows the usual text: %(text)s") % {"text": text}


class AnyOf(forms.MultipleChoiceField):
    """Several words of a hidden field; what is unknown is left out by who reads them."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        """Any."""
        return True


class SaveViewForm(Form):
    """A name for what the list shows."""

    name = TextField(label=pgettext_lazy("saved view", "Name"), max_length=60)
    shared = forms.BooleanField(label=gettext_lazy("Show it to colleagues too"), required=False)
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    columns = AnyOf(required=False)


class SensitiveForm(Form):
    """A restricted personal fact with what it is kept for (C-18)."""

    topic = forms.ChoiceField(label=gettext_lazy("About"), choices=SensitiveNote.Topic.choices, widget=Pick)
    text = TextField(label=gettext_lazy("Fact"), max_length=500, required=False)
    purpose = TextField(label=gettext_lazy("Kept for"), max_length=200, required=False)
    forget = forms.BooleanField(label=gettext_lazy("Delete what is kept about this"), required=False)

    def clean(self) -> dict[str, Any]:
        """A fact, or the wish to forget it: an empty field alone deletes nothing."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("forget", False):
            cleaned["text"] = ""
        elif not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("Write down the fact, or tick that it is to be deleted."))
        return cleaned


class LeftForm(VersionedForm):
    """When a person left the company; empty while there."""

    left_on = DateField(label=gettext_lazy("Left the company on"), required=False)

    def __init__(self, *args: Any, contact: Contact, today: date, **options: Any) -> None:
        super().__init__(
            *args, current={"left_on": contact.left_on}, version=contact.version,
            initial={"left_on": contact.left_on or today}, **options,
        )  # fmt: skip
        self.fields["left_on"].today = today  # type: ignore[attr-defined]


class CorrectionForm(Form):
    """What was different from what an old log says."""

    content = LongTextField(label=gettext_lazy("What was different?"), max_length=10_000, rows=4)
