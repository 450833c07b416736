"""Reads that other folders and the pages of this one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from genjin.customers import local_time
from genjin.customers.actions.contacts import ERASED
from genjin.customers.contact_merging import merges_at
from genjin.customers.local_time import Around, LocalTime
from genjin.customers.masking import is_masked
from genjin.customers.models import (
    Collaborator,
    Contact,
    ContactMerge,
    ContactPoint,
    Customer,
    DimensionChange,
    DuplicatePair,
    Interaction,
    ListEntry,
    NextStep,
    PoolMove,
    RoleHint,
    Tag,
)
from genjin.customers.models.customer import KIND
from genjin.customers.models.dimension import DecisionRole
from genjin.customers.models.pool import open_pool_ids
from genjin.people import access
from genjin.people.models import User
from genjin.people.queries import active_users, people_of
from genjin.records.prepared import Given, Prepared, join, prefetched
from genjin.rules.duplicates.score import PROBABLY

DEPARTMENTS = (Contact.Department.PURCHASING, Contact.Department.TECHNICAL, Contact.Department.DOCUMENTS)
"""The three departments in which one should know somebody (003-78)."""


_COLLABORATORS = Prepared(
    lambda: Collaborator.objects.filter(customer=Given("customer")).order_by("since", "pk")
)
_CONTACTS = Prepared(
    lambda: Contact.objects.alive().filter(customer=Given("customer")).order_by("-is_primary", "pk")
)
_POINTS = Prepared(
    lambda: ContactPoint.objects.filter(contact_id__among=Given("contacts")).order_by(
        "kind", "-is_primary", "pk"
    )
)
_TAGS = Prepared(lambda: Tag.objects.filter(customers=Given("customer")))
_CHANGES = Prepared(
    lambda: DimensionChange.objects.filter(customer=Given("customer"), contact__isnull=True).order_by(
        "-at", "-pk"
    )[:60]
)
_OPEN_STEPS = Prepared(
    lambda: NextStep.objects.filter(
        customer_id__among=Given("customers"), state=NextStep.State.OPEN
    ).select_related("contact")
)
_ROLE_HINTS = Prepared(RoleHint.objects.all)


def _entries() -> QuerySet[ListEntry]:
    sold_through = Customer.sales_channels.through.objects.filter(customer=Given("customer"))
    return ListEntry.objects.filter(Q(pk__among=Given("ids")) | Q(pk__in=sold_through.values("listentry_id")))


_ENTRIES = Prepared(_entries)

OFFERED_FOR = timedelta(hours=1)
"""How long a page may have stood open on which a customer of a pool was offered."""


@dataclass
class CustomerCard:
    """Everything that the customer page shows beside its timeline."""

    customer: Customer
    may_edit: bool
    is_masked: bool
    contacts: list[Contact]
    left: list[Contact]
    local_times: dict[int, LocalTime]
    local_time: LocalTime | None
    tags: list[Tag]
    sales_channels: list[ListEntry]
    collaborators: list[User]
    steps: list[NextStep]
    whys: dict[str, DimensionChange]
    people: dict[int, User]
    """Colleagues who are named on the page, as far as they are known by now."""
    around: Around
    role_hints: dict[str, RoleHint] = field(default_factory=dict)
    covered: dict[str, bool] = field(default_factory=dict)
    contact_merges: list[ContactMerge] = field(default_factory=list)

    @property
    def next_step(self) -> NextStep | None:
        """The open next step that is due first; reminders are none."""
        return next((s for s in self.steps if s.kind == NextStep.Kind.NEXT_STEP), None)


def customer_card(pk: int, user: User, *, at: datetime) -> CustomerCard:
    """One customer with all that its page shows; the number of queries does not depend on how much that is.

    Raises `Customer.DoesNotExist` for what the person may not see. Needs the person's access loaded.
    """
    customer = Customer.objects.visible_to(user).get(pk=pk)
    links = _COLLABORATORS(customer=pk)
    contacts = _contacts(customer)
    here = [c for c in contacts if c.left_on is None]
    around = local_time.Around({customer.country_id, *(one.country_id for one in contacts)}, at)
    join([customer, *contacts], "country", around.countries)
    covered = {str(d): any(c.department == d for c in here) for d in DEPARTMENTS}
    shared = frozenset(link.user_id for link in links)
    may_edit = _may_edit(customer, user, shared)
    steps = sorted(_OPEN_STEPS(customers=[pk]), key=_due)
    whys = _whys(customer)
    named = {customer.owner_id, *shared, *(s.owner_id for s in steps), *(w.by_id for w in whys.values())}
    people = people_of(named, {user.pk: user})
    join([customer, *steps], "owner", people)
    join(whys.values(), "by", people)
    return CustomerCard(
        customer=customer,
        may_edit=may_edit,
        is_masked=is_masked(customer, access.of(user), shared),
        contacts=here,
        left=[c for c in contacts if c.left_on is not None],
        local_times={one.pk: time for one in here if (time := around.of_contact(one)) is not None},
        local_time=around.of_customer(customer),
        tags=_TAGS(customer=pk),
        sales_channels=_set_entries(customer),
        collaborators=[people[link.user_id] for link in links],
        steps=steps,
        whys=whys,
        people=people,
        around=around,
        role_hints=role_hints() if any(c.decision_role != DecisionRole.UNKNOWN for c in here) else {},
        covered=covered,
        contact_merges=list(merges_at(customer.pk)) if may_edit and here else [],
    )


CHOSEN = ("source", "business_type", "industry", "customer_group")


def _set_entries(customer: Customer) -> list[ListEntry]:
    """Load what was chosen from lists, in one query; gives the sales channels."""
    ids = {getattr(customer, f"{name}_id") for name in CHOSEN} - {None}
    entries = _ENTRIES(ids=ids, customer=customer.pk)
    for name in CHOSEN:
        join([customer], name, {entry.pk: entry for entry in entries})
    return [entry for entry in entries if entry.list == ListEntry.List.SALES_CHANNEL]


def _contacts(customer: Customer) -> list[Contact]:
    """The people of a customer with their points, also those who left; two queries."""
    found = _CONTACTS(customer=customer.pk)
    known = {contact.pk: contact for contact in found}
    points = prefetched(found, "points")
    for point in _POINTS(contacts=list(known)) if found else ():
        points[point.contact_id].append(point)
    join(found, "customer", {customer.pk: customer})
    join(found, "reports_to", known)
    return found


def may_write(may: access.Access) -> bool:
    """Whether the person may make customers, tags, notes on countries: whoever may change any customer."""
    return may.scope(KIND, "edit") != "NONE"


def claimed_before(user: User, customer_id: int, *, at: datetime) -> User | None:
    """Who has just claimed a customer that this person saw in a pool, and does not see any more."""
    last = PoolMove.objects.filter(customer=customer_id).select_related("person", "customer").first()
    if last is None or last.kind != PoolMove.Kind.CLAIMED or last.person_id == user.pk:
        return None
    is_late = last.at > at - OFFERED_FOR and last.customer.owner_id == last.person_id
    if not is_late or last.pool_id not in open_pool_ids(user):
        return None
    is_seen = Customer.objects.visible_to(user).filter(pk=customer_id).exists()
    return None if is_seen else last.person


def _may_edit(customer: Customer, user: User, collaborators: frozenset[int]) -> bool:
    may = access.of(user)
    if not may_write(may):
        return False
    team_id = customer.owner.team_id if customer.owner else None
    inside = may.reaches(KIND, owner_id=customer.owner_id, owner_team_id=team_id, doing="edit")
    return inside or bool(collaborators & may.covers)


def _whys(customer: Customer) -> dict[str, DimensionChange]:
    """The latest change of each dimension of the customer itself."""
    found: dict[str, DimensionChange] = {}
    for change in _CHANGES(customer=customer.pk):
        found.setdefault(change.dimension, change)
    return found


def open_steps(customer_ids: Sequence[int]) -> dict[int, list[NextStep]]:
    """The open next steps and reminders of customers, the first due first; two queries."""
    found: dict[int, list[NextStep]] = defaultdict(list)
    steps = sorted(_OPEN_STEPS(customers=customer_ids), key=_due)
    join(steps, "owner", people_of(step.owner_id for step in steps))
    for step in steps:
        found[step.customer_id].append(step)
    return found


def _due(step: NextStep) -> tuple[date, datetime, int]:
    """A day without a time comes before the moments of that day."""
    if step.due_at is not None:
        return step.due_at.date(), step.due_at, step.pk
    day = step.due_on or date.max
    return day, datetime.combine(day, time(), tzinfo=UTC), step.pk


def resembling_count(customer_id: int, most: int = 10) -> int:
    """How many customers are surely or probably the same company as this one, as far as known; one query."""
    return len(_RESEMBLING(most, customer=customer_id))


def _resembling(most: int) -> QuerySet[DuplicatePair]:
    rows = DuplicatePair.objects.alive().filter(
        Q(first=Given("customer")) | Q(second=Given("customer")),
        state=DuplicatePair.State.OPEN, score__gte=PROBABLY,
    )  # fmt: skip
    return rows.order_by()[:most]


_RESEMBLING = Prepared(_resembling)


def lists() -> dict[str, list[ListEntry]]:
    """The choices in use of all editable lists, in order; one query."""
    found: dict[str, list[ListEntry]] = {str(name): [] for name in ListEntry.List.values}
    for entry in _CHOICES():
        found[entry.list].append(entry)
    return found


_CHOICES = Prepared(lambda: ListEntry.objects.filter(is_active=True).order_by("list", "position", "pk"))


def role_hints() -> dict[str, RoleHint]:
    """The company's own negotiation hints by decision role; one query."""
    return {hint.role: hint for hint in _ROLE_HINTS()}


def colleagues() -> QuerySet[User]:
    """Those who may own customers or share them."""
    return active_users().order_by("pk")


def bin_of_contacts(user: User) -> QuerySet[Contact]:
    """People in the recycle bin whose customers the person may change.

    Those erased never come back, those merged by undoing that.
    """
    rows = Contact.objects.filter(deleted_at__isnull=False, customer__in=Customer.objects.editable_by(user))
    merged = ContactMerge.objects.standing().values("gone_id")
    return rows.exclude(name=ERASED).exclude(pk__in=merged).select_related("customer", "deleted_by")


def bin_of_logs(user: User) -> QuerySet[Interaction]:
    """Logs in the recycle bin of customers that the person may change."""
    rows = Interaction.objects.filter(
        deleted_at__isnull=False, customer__in=Customer.objects.editable_by(user)
    )
    return rows.select_related("customer", "deleted_by", "person")


def bin_of(user: User) -> QuerySet[Any]:
    """Customers in the recycle bin within the person's scope, last deleted first."""
    owned = access.of(user).owned(KIND, "edit")
    rows = Customer.objects.in_bin()
    return (rows if owned is None else rows.filter(owned)).select_related("owner", "deleted_by", "country")


def addressee_of(customer_id: int, before: int | None = None) -> int | None:
    """Whom to write to: who it was before, if still there, else the main contact, else the first."""
    here = Contact.objects.alive().filter(customer=customer_id, left_on__isnull=True)
    ids = list(here.order_by("-is_primary", "pk").values_list("pk", flat=True))
    return before if before in ids else next(iter(ids), None)
