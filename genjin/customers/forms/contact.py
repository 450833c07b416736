"""A person at a customer with the ways to reach him, in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.forms.customer import country_choices
from genjin.customers.models import Contact, ContactPoint
from genjin.customers.models.dimension import DecisionRole, RelationshipDepth
from genjin.customers.models.interaction import Channel
from genjin.fields.forms import CustomFieldsMixin
from genjin.fields.models import CustomField
from genjin.web.forms import Combo, DateField, Form, LongTextField, Pick, TextField, TimeField
from genjin.web.versions import VersionedForm

MONTHS = [("", "—"), *((str(n), str(n)) for n in range(1, 13))]
DAYS = [("", "—"), *((str(n), str(n)) for n in range(1, 32))]
LEVELS = [("", "—"), *((str(n), str(n)) for n in range(1, 6))]


def blank(choices: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices with "nothing" first."""
    return [("", "—"), *choices]


class PointForm(Form):
    """One way to reach a person."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContactPoint.Kind.choices)
    value = TextField(label=gettext_lazy("Address or number"), max_length=254, required=False)
    label = TextField(label=pgettext_lazy("contact point", "Note"), max_length=40, required=False)
    is_primary = forms.BooleanField(label=gettext_lazy("Preferred"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ContactPoint.State.choices, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():  # the rows show no labels of their own
            field.widget.attrs["aria-label"] = field.label


def points_text(points: Sequence[Mapping[str, Any]]) -> str:
    """Ways to reach a person as one comparable text, for edits at the same time."""
    rows = [
        " · ".join(str(p.get(name) or "") for name in ("kind", "value", "label", "state"))
        + (" ★" if p.get("is_primary") else "")
        for p in points
        if p.get("value")
    ]
    return "; ".join(sorted(rows))


class ContactForm(CustomFieldsMixin, VersionedForm):
    """Everything one knows of a person; what is empty may stay so."""

    name = TextField(label=gettext_lazy("Name"), max_length=120)
    name_local = TextField(label=gettext_lazy("Name in local script"), max_length=120, required=False)
    salutation = TextField(label=gettext_lazy("Salutation"), max_length=40, required=False)
    job_title = TextField(label=gettext_lazy("Position"), max_length=120, required=False)
    department = forms.ChoiceField(
        label=gettext_lazy("Department"), choices=blank(Contact.Department.choices), required=False
    )
    seniority = forms.ChoiceField(
        label=gettext_lazy("Seniority"), choices=blank(Contact.Seniority.choices), required=False
    )
    decision_role = forms.ChoiceField(
        label=gettext_lazy("Decision role"), choices=DecisionRole.choices, widget=Pick,
        initial=DecisionRole.UNKNOWN,
    )  # fmt: skip
    relationship_depth = forms.ChoiceField(
        label=gettext_lazy("Relationship depth"), choices=RelationshipDepth.choices,
        initial=RelationshipDepth.NONE,
        help_text=gettext_lazy("Rises by itself with what is logged; it never falls by itself."),
    )  # fmt: skip
    reports_to = forms.ChoiceField(label=gettext_lazy("Reports to"), required=False)
    needs_report = forms.BooleanField(label=gettext_lazy("Must report to a superior"), required=False)
    is_primary = forms.BooleanField(label=gettext_lazy("Main contact"), required=False)
    is_key_person = forms.BooleanField(label=gettext_lazy("Key person"), required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False, widget=Combo,
        help_text=gettext_lazy("If not the company's."),
    )  # fmt: skip
    city = TextField(label=gettext_lazy("City"), max_length=80, required=False)
    timezone = TextField(
        label=gettext_lazy("Time zone"), max_length=64, required=False,
        help_text=gettext_lazy("Only if it differs from that of the city, such as Asia/Dubai."),
    )  # fmt: skip
    languages = TextField(label=gettext_lazy("Languages"), max_length=120, required=False)
    main_channel = forms.ChoiceField(
        label=gettext_lazy("Main channel"), choices=blank(Channel.choices), required=False
    )
    preferred_time = forms.ChoiceField(
        label=gettext_lazy("Prefers time"), choices=blank(Contact.PreferredTime.choices), required=False
    )
    preferred_from = TimeField(label=gettext_lazy("From"), required=False)
    preferred_to = TimeField(label=gettext_lazy("To"), required=False)
    preferred_length = forms.ChoiceField(
        label=gettext_lazy("Prefers length"), choices=blank(Contact.PreferredLength.choices), required=False
    )
    preferred_style = forms.ChoiceField(
        label=gettext_lazy("Prefers style"), choices=blank(Contact.PreferredStyle.choices), required=False
    )
    birthday_month = forms.TypedChoiceField(
        label=gettext_lazy("Birthday (month)"), choices=MONTHS, coerce=int, empty_value=None, required=False
    )
    birthday_day = forms.TypedChoiceField(
        label=gettext_lazy("Birthday (day)"), choices=DAYS, coerce=int, empty_value=None, required=False
    )
    topics = TextField(label=gettext_lazy("Topics to talk about"), max_length=300, required=False)
    taboos = TextField(label=gettext_lazy("Taboos"), max_length=300, required=False)
    career_note = LongTextField(label=gettext_lazy("Career"), max_length=2000, required=False, rows=2)
    industry_knowledge = forms.TypedChoiceField(
        label=gettext_lazy("Knows the trade (1-5)"), choices=LEVELS, coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    china_visits_per_year = forms.IntegerField(
        label=gettext_lazy("Visits to China a year"), min_value=0, max_value=365, required=False
    )
    last_china_visit = DateField(label=gettext_lazy("Last in China"), required=False)
    next_china_visit = DateField(label=gettext_lazy("Next in China"), required=False)
    source_detail = TextField(label=gettext_lazy("How we met"), max_length=200, required=False)
    remarks = LongTextField(label=gettext_lazy("Remarks"), max_length=5000, required=False, rows=2)
    left_on = DateField(label=gettext_lazy("Left the company on"), required=False)
    points_shown = forms.CharField(
        label=gettext_lazy("Ways to reach"), required=False, max_length=20_000, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        contact: Contact,
        colleagues: Sequence[Contact],
        points: Sequence[Mapping[str, Any]] = (),
        custom: Sequence[CustomField] = (),
        **options: Any,
    ) -> None:
        current = {
            name: getattr(contact, name)
            for name in self.base_fields
            if hasattr(contact, name) and name not in ("country", "reports_to")
        }
        current |= {
            "country": contact.country_id or "",
            "reports_to": str(contact.reports_to_id or ""),
            "points_shown": points_text(points),
        }
        super().__init__(*args, current=current, version=contact.version, **options)
        fields: dict[str, Any] = self.fields
        fields["country"].choices = country_choices()
        fields["reports_to"].choices = blank([(str(c.pk), c.name) for c in colleagues if c.pk != contact.pk])
        self.take_fields(custom, contact)

    def changes(self) -> dict[str, Any]:
        """What `change_contact` and `create_contact` take, without the ways to reach him."""
        data = dict(self.cleaned_data)
        data["country_id"] = data.pop("country") or None
        data["reports_to_id"] = int(data.pop("reports_to") or 0) or None
        data.pop("points_shown", None)
        return data
