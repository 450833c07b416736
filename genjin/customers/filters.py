"""What a customer list can be narrowed by: one form, whose fields are the filters (004-50, D-23)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cached_property, partial
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from genjin.customers.list_choices import followed
from genjin.customers.models import Contact, Country, Customer, CustomerValue, ListEntry, PublicPool, Tag
from genjin.customers.models.customer import KIND, Customers
from genjin.customers.models.dimension import (
    DecisionRole,
    DormancyState,
    FollowGrade,
    KeyAccount,
    LifecycleStage,
    RelationshipClass,
    RelationshipDepth,
    ValueClass,
)
from genjin.fields.filters import filter_fields, narrow
from genjin.fields.models import CustomField
from genjin.fields.names import is_custom
from genjin.people import access
from genjin.people.models import User
from genjin.web.forms import Checks, DateField, RowsField

NONE = "NONE"
WITHOUT = (NONE, _("None yet"))
SCOPES = [
    ("", _("All I may see")),
    ("mine", _("My customers")),
    ("shared", _("Shared with me")),
    ("pool", _("Public pool")),
]
STEPS = [
    ("", _("Any")),
    ("none", _("No next step")),
    ("overdue", _("Overdue")),
    ("today", _("Due today")),
    ("week", _("Due within 7 days")),
]
SILENCES = [
    ("", _("Any")),
    ("never", _("Never contacted")),
    ("7", _("Over 7 days ago")),
    ("15", _("Over 15 days ago")),
    ("30", _("Over 30 days ago")),
    ("90", _("Over 90 days ago")),
    ("180", _("Over 180 days ago")),
]


RETURNS = [
    ("", _("Any")),
    ("7", _("Within 7 days")),
    ("14", _("Within 14 days")),
    ("30", _("Within 30 days")),
    ("kept", _("Kept from the pool")),
]


def _values(label: Any, choices: Any, *, blank: bool = True) -> forms.MultipleChoiceField:
    """A filter by any of a dimension's values, "none yet" among them where the dimension may be empty."""
    options = [WITHOUT, *choices] if blank else list(choices)
    return forms.MultipleChoiceField(
        label=label, choices=options, required=False, widget=Checks(attrs={"inline": True})
    )


def _rows(label: Any) -> RowsField:
    """A filter by any of some records; the records are set when the form is made."""
    return RowsField(
        label=label, queryset=Tag.objects.none(), required=False, widget=Checks(attrs={"inline": True})
    )


def _chosen(label: Any) -> forms.MultipleChoiceField:
    """A filter by choices of an editable list; the choices are read when they are needed."""
    return forms.MultipleChoiceField(label=label, required=False, widget=Checks(attrs={"inline": True}))


class CustomerFilters(forms.Form):
    """The filters of the customer list; every dimension of domain A.8 is among them."""

    show = forms.ChoiceField(label=_("Show"), choices=SCOPES, required=False)
    step = forms.ChoiceField(label=_("Next step"), choices=STEPS, required=False)
    silent = forms.ChoiceField(label=_("Last contact"), choices=SILENCES, required=False)
    follow_grade = _values(_("Follow-up grade"), FollowGrade.choices)
    value_class = _values(_("Purchase class"), [(one, one) for one in ValueClass.values])
    relationship_class = _values(_("Relationship class"), RelationshipClass.choices)
    lifecycle_stage = _values(_("Lifecycle stage"), LifecycleStage.choices, blank=False)
    dormancy_state = _values(_("Dormancy"), DormancyState.choices, blank=False)
    key_account = _values(_("Key account"), KeyAccount.choices, blank=False)
    is_priority = forms.BooleanField(label=_("Priority customers only"), required=False)
    region = _values(_("Region"), Country.Region.choices, blank=False)
    country = RowsField(label=_("Country"), queryset=Country.objects.none(), required=False)
    owner = RowsField(label=_("Owner"), queryset=User.objects.none(), required=False)
    source = _chosen(_("Source"))
    business_type = _chosen(_("Business type"))
    industry = _chosen(_("Industry"))
    customer_group = _chosen(_("Group"))
    tag = _rows(_("Tag"))
    returns = forms.ChoiceField(label=_("Returns to the pool"), choices=RETURNS, required=False)
    pool = _rows(_("Public pool"))
    fit_score = _values(_("Fit"), [(str(n), str(n)) for n in range(1, 6)])
    potential_score = _values(_("Potential"), [(str(n), str(n)) for n in range(1, 6)])
    decision_role = _values(_("Decision role of a contact"), DecisionRole.choices, blank=False)
    relationship_depth = _values(_("Relationship depth of a contact"), RelationshipDepth.choices, blank=False)
    paused = forms.BooleanField(label=_("“Do not contact before” in force"), required=False)
    created_from = DateField(label=_("Created from"), required=False)
    created_to = DateField(label=_("Created until"), required=False)

    PLAIN = (
        "follow_grade", "value_class", "relationship_class", "lifecycle_stage", "dormancy_state",
        "key_account",
    )  # fmt: skip
    SCORES = ("fit_score", "potential_score")
    OF_CONTACT = ("decision_role", "relationship_depth")
    LISTS = ("source", "business_type", "industry", "customer_group")
    RECORDS = ("pool", "owner", "country")

    def __init__(self, data: Any, *, owners: QuerySet[User], custom: Sequence[CustomField] = ()) -> None:
        super().__init__(followed(data, self.LISTS, NONE))
        self.custom_fields = custom
        self.fields.update(filter_fields(custom))
        for name in self.LISTS:
            field: Any = self.fields[name]
            field.choices = partial(self._entries, name.upper())
        self._choose("tag", Tag.objects.all())
        self._choose("country", Country.objects.all())
        self._choose("owner", owners)
        self._choose("pool", PublicPool.objects.all())

    @property
    def own(self) -> list[forms.BoundField]:
        """The filters by what every customer has."""
        return [self[name] for name in self.fields if not is_custom(name)]

    @property
    def custom(self) -> list[forms.BoundField]:
        """The filters by custom fields."""
        return [self[name] for name in self.fields if is_custom(name)]

    def _choose(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def _entries(self, name: str) -> list[tuple[Any, Any]]:
        return [WITHOUT, *((str(e.pk), str(e)) for e in self._known.get(name, ()))]

    @cached_property
    def _known(self) -> dict[str, list[ListEntry]]:
        """All choices by list, those no longer offered too; one query, and only if a list is asked for."""
        found: dict[str, list[ListEntry]] = defaultdict(list)
        for entry in ListEntry.objects.kept().order_by("list", "-is_active", "position", "pk"):
            found[entry.list].append(entry)
        return found

    def narrow(self, rows: Customers, *, user: User, now: datetime, zone: tzinfo) -> Customers:
        """The rows that pass; what a field says wrongly is left out, the others still hold."""
        self.is_valid()
        given = self.cleaned_data
        for name in (*self.PLAIN, *self.SCORES):
            rows = self._by_values(rows, name, given.get(name))
        for name in self.LISTS:
            rows = self._by_values(rows, f"{name}_id", given.get(name))
        for name in self.RECORDS:
            if chosen := given.get(name):
                rows = rows.filter(**{f"{name}__in": [row.pk for row in chosen]})
        if chosen := given.get("region"):
            # Named: of a subquery PostgreSQL does not know how many customers it means.
            codes = Country.objects.filter(region__in=chosen).order_by("pk").values_list("pk", flat=True)
            rows = rows.filter(country__in=list(codes))
        if chosen := given.get("tag"):
            rows = rows.filter(
                pk__in=Customer.tags.through.objects.filter(tag__in=chosen).values("customer_id")
            )
        rows = self._by_contact(rows, given)
        if given.get("is_priority"):
            rows = rows.filter(is_priority=True)
        rows = self._by_return(rows, given.get("returns"), now, zone)
        rows = self._by_show(rows, given.get("show"), user)
        today = now.astimezone(zone).date()
        is_part = given.get("show") != "pool" and access.of(user).scope(KIND) != "ALL"
        rows = narrow(rows, CustomerValue, self.custom_fields, given, today=today, of_part=is_part)
        return self._by_time(rows, given, now, zone)

    @staticmethod
    def _by_values(rows: Customers, name: str, chosen: list[str] | None) -> Customers:
        if not chosen:
            return rows
        values = [value for value in chosen if value != NONE]
        wanted = Q(**{f"{name}__in": values}) if values else Q()
        if NONE in chosen:
            is_text = name in CustomerFilters.PLAIN
            wanted |= Q(**{name: ""}) if is_text else Q(**{f"{name}__isnull": True})
        return rows.filter(wanted)

    @staticmethod
    def _by_contact(rows: Customers, given: dict[str, Any]) -> Customers:
        """Customers with one contact of whom all that is asked holds: the decider whom we have met."""
        asked = {f"{name}__in": given[name] for name in CustomerFilters.OF_CONTACT if given.get(name)}
        if not asked:
            return rows
        return rows.filter(pk__in=Contact.objects.alive().filter(**asked).values("customer_id"))

    @staticmethod
    def _by_return(rows: Customers, returns: str | None, now: datetime, zone: tzinfo) -> Customers:
        if not returns:
            return rows
        today = now.astimezone(zone).date()
        if returns == "kept":
            return rows.filter(Q(pool_locked=True) | Q(protected_until__gte=today))
        return rows.filter(returns_on__lte=today + timedelta(days=int(returns)))

    @staticmethod
    def _by_show(rows: Customers, show: str | None, user: User) -> Customers:
        if show == "mine":
            return rows.filter(owner=user)
        if show == "shared":
            return rows.filter(collaborations__user=user)
        return rows

    @staticmethod
    def _by_time(rows: Customers, given: dict[str, Any], now: datetime, zone: tzinfo) -> Customers:
        local = now.astimezone(zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        steps = {
            "none": Q(lacks_next_step=True),
            "overdue": Q(next_step_at__lt=midnight),
            "today": Q(next_step_at__gte=midnight, next_step_at__lt=tomorrow),
            "week": Q(next_step_at__gte=midnight, next_step_at__lt=midnight + timedelta(days=8)),
        }
        if given.get("step"):
            rows = rows.filter(steps[given["step"]])
        silent = given.get("silent")
        if silent == "never":
            rows = rows.filter(last_contact_at__isnull=True)
        elif silent:
            rows = rows.filter(last_contact_at__lt=now - timedelta(days=int(silent)))
        if given.get("paused"):
            rows = rows.filter(not_before__gt=local.date())
        if given.get("created_from"):
            first = datetime.combine(given["created_from"], datetime.min.time(), tzinfo=zone)
            rows = rows.filter(created_at__gte=first)
        if given.get("created_to"):
            last = datetime.combine(given["created_to"], datetime.min.time(), tzinfo=zone) + timedelta(days=1)
            rows = rows.filter(created_at__lt=last)
        return rows
