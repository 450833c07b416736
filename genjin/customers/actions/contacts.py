"""The people at customers, the ways to reach them, and their erasure on request."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from genjin.customers import normalise
from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.basis import (
    BATCH,
    batches,
    changed,
    check_fields,
    dimension_change,
    known_relations,
    locked,
    take_changes,
    tell,
)
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.models import Contact, ContactPoint, Country, Customer, DimensionChange
from genjin.fields import value_actions as fields
from genjin.journal.actions import Written
from genjin.people.models import User
from genjin.records import bulk

FIELDS = (
    "name", "name_local", "salutation", "job_title", "department", "seniority", "decision_role",
    "relationship_depth", "reports_to_id", "needs_report", "is_primary", "is_key_person", "country_id",
    "city", "timezone", "languages", "preferred_time", "preferred_from", "preferred_to", "preferred_length",
    "preferred_style", "main_channel", "birthday_month", "birthday_day", "career_note", "industry_knowledge",
    "topics", "taboos", "china_visits_per_year", "last_china_visit", "next_china_visit", "source_detail",
    "remarks", "left_on",
)  # fmt: skip
TRACKED = ("decision_role", "department", "seniority", "relationship_depth")
KIND = "customers.contact"
POINTS_MAX = 30
ERASED = "—"
"""What stands in the place of the name of a person who was erased."""


@transaction.atomic
def create_contacts(
    *,
    rows: Sequence[Mapping[str, Any]],
    by: User | None,
    at: datetime,
    cause: str = DimensionChange.Cause.PERSON,
) -> list[Contact]:
    """Add people to customers from mappings of `FIELDS` and custom fields with `customer_id`, in their order.

    `points` is a list of mappings: kind, value, and optionally label, is_primary, state. The first person of
    a customer becomes its main contact. Raises `RowsRefused`; then nothing is written.
    """
    customers = _customers([row["customer_id"] for row in rows])
    made, points, problems = _prepared(rows, customers, at)
    if problems:
        raise RowsRefused(problems)
    for contact in made:
        contact.customer = customers[contact.customer_id]  # so that nobody reads it again
    return _insert(made, points, by=by, at=at, cause=cause)


@transaction.atomic(savepoint=False)
def store_contacts(
    *,
    drafts: Sequence[tuple[Contact, list[ContactPoint]]],
    by: User | None,
    at: datetime,
    cause: str = DimensionChange.Cause.PERSON,
) -> list[Contact]:
    """Store people that `draft_contact` made of rows, all checked, of customers that are stored by now."""
    made = [contact for contact, _points in drafts]
    _lock_customers({contact.customer_id for contact in made})
    return _insert(made, [points for _contact, points in drafts], by=by, at=at, cause=cause)


def _insert(
    made: list[Contact], points: list[list[ContactPoint]], *, by: User | None, at: datetime, cause: str
) -> list[Contact]:
    replaced = _choose_main(made, at)
    bulk.insert(made)
    _insert_points(made, points)
    duplicate_keys.enter_points(made, points)
    _tell_creation(made, points, by=by, at=at, cause=cause)
    tell(main_moved(replaced), by=by, at=at)
    return made


def _prepared(
    rows: Sequence[Mapping[str, Any]], customers: Mapping[int, Customer], at: datetime
) -> tuple[list[Contact], list[list[ContactPoint]], dict[int, dict[str, str]]]:
    """Unsaved people with the ways to reach them, and what is wrong with each row."""
    codes = {row["country_id"] for row in rows if row.get("country_id")}
    countries = set(Country.objects.filter(pk__in=codes).values_list("pk", flat=True))
    made: list[Contact] = []
    points: list[list[ContactPoint]] = []
    problems: dict[int, dict[str, str]] = {}
    custom, wrong_values = fields.cleaned(KIND, rows)
    for index, row in enumerate(rows):
        customer = customers.get(row["customer_id"])
        country = (customer and customer.country_id) or ""
        contact, mine, found = draft_contact({**row, **custom[index]}, country, at=at)
        found |= wrong_values.get(index, {})
        if contact.country_id and contact.country_id not in countries:
            found["country"] = _("There is no such country.")
        if contact.reports_to_id:
            found |= _relations(contact, {"reports_to_id": None})
        if customer is None:
            found = {"customer": _("There is no such customer.")}
        if found:
            problems[index] = found
        made.append(contact)
        points.append(mine)
    return made, points, problems


def draft_contact(
    row: Mapping[str, Any], country: str, *, at: datetime
) -> tuple[Contact, list[ContactPoint], dict[str, str]]:
    """The unsaved person of one row, the ways to reach him, and what is wrong with their values.

    `country` is the customer's. Whom the row refers to is not looked at; custom values are plain by now.
    """
    known = {name: row[name] for name in FIELDS if name in row}
    known = {name: v.strip() if isinstance(v, str) else v for name, v in known.items()}
    of: Any = row.get("customer_id")
    contact = bulk.fresh(Contact, customer_id=of, created_at=at, updated_at=at, **known)
    fields.put_all(contact, row)
    found = _problems(contact)
    points, wrong = draft_points(row.get("points") or (), contact.country_id or country)
    return contact, points, found | wrong


def create_contact(*, row: Mapping[str, Any], by: User | None, at: datetime) -> Contact:
    """Add one person to a customer; raises `Refused` by field."""
    try:
        return create_contacts(rows=[row], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


def _customers(ids: Sequence[int]) -> dict[int, Customer]:
    """These customers, locked from here on: who is the main contact concerns all their people."""
    found: dict[int, Customer] = {}
    for part in batches(ids):
        alive = Customer.objects.alive().filter(pk__in=part).only("country_id", "owner_id")
        found |= {customer.pk: customer for customer in alive.select_for_update().order_by("pk")}
    return found


def _lock_customers(ids: Collection[int]) -> None:
    for part in batches(sorted(ids)):
        rows = Customer.objects.alive().filter(pk__in=part).select_for_update().order_by("pk")
        list(rows.values_list("pk", flat=True))


def locked_contact(rows: QuerySet[Contact], contact_id: int) -> Contact:
    """A person, locked after his customer: two who name different main contacts wait for each other there."""
    customer_id = rows.values_list("customer_id", flat=True).get(pk=contact_id)
    locked(Customer.objects.all(), customer_id)
    return locked(rows.select_related("customer"), contact_id)


def _problems(contact: Contact) -> dict[str, str]:
    problems = {}
    try:
        check_fields(contact)
    except Refused as refused:
        problems = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    if contact.timezone and contact.timezone not in zoneinfo.available_timezones():
        problems["timezone"] = _("There is no such time zone.")
    if contact.industry_knowledge is not None and not 1 <= contact.industry_knowledge <= 5:
        problems["industry_knowledge"] = _("Between 1 and 5.")
    if not normalise.is_birthday(contact.birthday_month, contact.birthday_day):
        problems["birthday_day"] = _("There is no such day.")
    if contact.preferred_from and contact.preferred_to and contact.preferred_from >= contact.preferred_to:
        problems["preferred_to"] = _("This must be later than the beginning.")
    return problems


def draft_points(
    wanted: Sequence[Mapping[str, Any]], country: str
) -> tuple[list[ContactPoint], dict[str, str]]:
    """Unsaved points of what was typed, repetitions left out, and what is wrong by `points-<index>`."""
    points: dict[tuple[str, str], ContactPoint] = {}
    wrong: dict[str, str] = {}
    if sum(bool(str(given.get("value") or "").strip()) for given in wanted) > POINTS_MAX:
        wrong["points"] = _("At most %(count)d ways to reach a person.") % {"count": POINTS_MAX}
    for index, given in enumerate(wanted):
        value = str(given.get("value") or "").strip()
        if not value:
            continue
        point = bulk.fresh(
            ContactPoint,
            kind=given.get("kind") or "",
            value=value,
            normalised=normalise.point(given.get("kind") or "", value, country),
            label=str(given.get("label") or "").strip(),
            is_primary=bool(given.get("is_primary")),
            state=given.get("state") or ContactPoint.State.UNKNOWN,
        )
        try:
            check_point(point)
        except Refused as refused:
            wrong[f"points-{index}"] = " ".join(refused.messages)
        points.setdefault((point.kind, point.normalised), point)
    return _one_primary_a_kind(list(points.values())), wrong


def check_point(point: ContactPoint) -> None:
    """Refuse an address without an @, a number without digits."""
    if point.kind in ContactPoint.PHONES and sum(c.isdigit() for c in point.normalised) < 5:
        raise Refused(_("“%(text)s” is not a phone number.") % {"text": point.value[:80]})
    check_fields(point)
    if point.kind == ContactPoint.Kind.EMAIL:
        try:
            validate_email(point.normalised)
        except ValidationError:
            raise Refused(_("This is not an e-mail address.")) from None
    elif not point.normalised:
        raise Refused(_("This is empty."))


def _one_primary_a_kind(points: list[ContactPoint]) -> list[ContactPoint]:
    """Of each kind the first marked one is the primary, else the first."""
    chosen: dict[str, ContactPoint] = {}
    for point in points:
        first = chosen.get(point.kind)
        if first is None or (point.is_primary and not first.is_primary):
            chosen[point.kind] = point
    for point in points:
        point.is_primary = chosen[point.kind] is point
    return points


def _choose_main(made: Sequence[Contact], at: datetime) -> list[Contact]:
    """Exactly one main contact a customer: the last one so marked, else the first ever.

    Gives those who were it before, stored but not told yet.
    """
    groups: dict[int, list[Contact]] = defaultdict(list)
    for contact in made:
        groups[contact.customer_id].append(contact)
    before: dict[int, Contact] = {}
    for part in batches(list(groups)):
        for main in Contact.objects.alive().filter(customer_id__in=part, is_primary=True):
            before[main.customer_id] = main
    replaced = []
    for customer_id, group in groups.items():
        here = [c for c in group if c.left_on is None]
        marked = [c for c in here if c.is_primary][-1:]
        if not marked and (customer_id not in before or before[customer_id].left_on is not None):
            marked = here[:1]
        for contact in group:
            contact.is_primary = contact in marked
        if marked and customer_id in before:
            replaced.append(before[customer_id])
    for contact in replaced:
        contact.is_primary = False
    store_main(replaced, at)
    return replaced


def see_to_main(contact: Contact, at: datetime) -> list[Contact]:
    """Make exactly one of those who are still there the main contact, after `contact` was edited.

    That is `contact` if he is so marked, else whoever is it, else the first of the others; only somebody who
    is the only one left stays it. Sets `is_primary` of `contact`, whom the caller saves; gives the others
    who became or ceased to be it, stored but not told yet. The customer must be locked.
    """
    stored = Contact.objects.filter(customer_id=contact.customer_id).order_by("pk")
    everybody = [contact if one.pk == contact.pk else one for one in stored]
    here = [one for one in everybody if one.deleted_at is None and one.left_on is None]
    # Of two that are marked, the one edited last is meant.
    here.sort(key=lambda one: (not one.is_primary, (one is contact) != one.is_primary, one.pk))
    moved = [one for one in everybody if one.is_primary != (one in here[:1])]
    for one in moved:
        one.is_primary = not one.is_primary
    others = [one for one in moved if one is not contact]
    store_main(others, at)
    return others


def store_main(moved: Sequence[Contact], at: datetime) -> None:
    """Write who is the main contact now and who no longer."""
    for contact in moved:
        contact.version += 1
        contact.updated_at = at
    Contact.objects.bulk_update(moved, ["is_primary", "version", "updated_at"], batch_size=BATCH)


def main_moved(moved: Sequence[Contact]) -> list[Written]:
    """What the journal tells of those who became the main contact or are it no longer."""
    return [changed(one, "change", {"is_primary": (not one.is_primary, one.is_primary)}) for one in moved]


def _insert_points(made: Sequence[Contact], points: Sequence[list[ContactPoint]]) -> None:
    for contact, mine in zip(made, points, strict=True):
        for point in mine:
            point.contact_id = contact.pk
    bulk.insert([point for mine in points for point in mine])


def _shown(points: Sequence[ContactPoint]) -> list[str]:
    return sorted(f"{p.kind} {p.value}" for p in points)


def _tell_creation(
    made: Sequence[Contact],
    points: Sequence[list[ContactPoint]],
    *,
    by: User | None,
    at: datetime,
    cause: str,
) -> None:
    blank = Contact()
    unset = [(name, getattr(blank, name)) for name in FIELDS]
    written, history = [], []
    for contact, mine in zip(made, points, strict=True):
        values = contact.__dict__
        told: dict[str, tuple[Any, Any]] = {
            name: (None, values[name]) for name, nothing in unset if values[name] != nothing
        } | fields.told(contact)
        if mine:
            told["points"] = ([], _shown(mine))
        written.append(changed(contact, "create", told))
        history += [
            dimension_change(
                contact.customer_id, name, getattr(blank, name), told[name][1],
                by=by, at=at, cause=cause, contact_id=contact.pk,
            )
            for name in TRACKED
            if name in told
        ]  # fmt: skip
    bulk.insert(history)
    with known_relations({contact: {"points": mine} for contact, mine in zip(made, points, strict=True)}):
        tell(written, by=by, at=at, made=made)


@transaction.atomic
def change_contact(
    *,
    contact_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    points: Sequence[Mapping[str, Any]] | None = None,
    expected_version: int | None = None,
    why: str = "",
) -> Contact:
    """Change a person's fields, and all his ways to reach him when `points` is given.

    Raises `Refused` by field (`points-<index>` for a way to reach him), `Conflict` by version.
    """
    contact = locked_contact(Contact.objects.alive(), contact_id)
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items() if k in FIELDS}
    custom, wrong_values = fields.cleaned(KIND, [changes])
    difference = take_changes(contact, wanted | custom[0], expected=expected_version)
    problems = _problems(contact) | _relations(contact, difference) | wrong_values.get(0, {})
    fresh: list[ContactPoint] = []
    if points is not None:
        fresh, wrong = draft_points(points, contact.country_id or contact.customer.country_id or "")
        problems |= wrong
    if problems:
        raise Refused(problems)
    if points is not None and (moved := _replace_points(contact, fresh)):
        difference["points"] = moved
    others: list[Contact] = []
    if not difference.keys().isdisjoint(("is_primary", "left_on")):
        was_main = difference.pop("is_primary", (contact.is_primary, None))[0]
        others = see_to_main(contact, at)
        if contact.is_primary != was_main:
            difference["is_primary"] = (was_main, contact.is_primary)
    if not difference:
        return contact
    contact.version += 1
    contact.updated_at = at
    contact.save()
    if "points" in difference:
        duplicate_keys.refresh([contact.customer_id], at=at)
    _tell_change(contact, difference, by=by, at=at, why=why)
    tell(main_moved(others), by=by, at=at)
    return contact


def _relations(contact: Contact, difference: Mapping[str, Any]) -> dict[str, str]:
    problems = {}
    if "reports_to_id" in difference and contact.reports_to_id:
        colleagues = Contact.objects.alive().filter(customer_id=contact.customer_id)
        superiors = dict(colleagues.values_list("pk", "reports_to_id"))
        above: int | None = contact.reports_to_id
        if above not in superiors:
            problems["reports_to"] = _("This person does not belong to the customer.")
        seen: set[int] = set()
        while above is not None and above not in seen:
            if above == contact.pk:
                problems["reports_to"] = _("Nobody reports to himself, not even through others.")
                break
            seen.add(above)
            above = superiors.get(above)
    code = contact.country_id if "country_id" in difference else None
    if code and not Country.objects.filter(pk=code).exists():
        problems["country"] = _("There is no such country.")
    return problems


def _replace_points(contact: Contact, wanted: Sequence[ContactPoint]) -> tuple[list[str], list[str]] | None:
    """Make the stored points those wanted, keeping rows that stay; what the journal tells of it."""
    stored = {(p.kind, p.normalised): p for p in contact.points.all()}
    before = _shown(list(stored.values()))
    details_changed = False
    for point in wanted:
        old = stored.pop((point.kind, point.normalised), None)
        if old is None:
            point.contact = contact
            point.save(force_insert=True)
            continue
        columns = ("value", "label", "is_primary", "state")
        if any(getattr(old, name) != getattr(point, name) for name in columns):
            details_changed = True
            for name in columns:
                setattr(old, name, getattr(point, name))
            old.save(update_fields=list(columns))
    ContactPoint.objects.filter(pk__in=[p.pk for p in stored.values()]).delete()
    after = _shown(wanted)
    return (before, after) if before != after or details_changed else None


def _tell_change(
    contact: Contact, difference: dict[str, tuple[Any, Any]], *, by: User | None, at: datetime, why: str
) -> None:
    history = [
        dimension_change(
            contact.customer_id, name, *difference[name], by=by, at=at, why=why, contact_id=contact.pk
        )
        for name in TRACKED
        if name in difference
    ]
    DimensionChange.objects.bulk_create(history)
    tell([changed(contact, "change", difference, note=why)], by=by, at=at)
