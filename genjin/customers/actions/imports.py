"""What an import needs: checking rows without writing, each record its own values, and taking it all back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions import duplicate_keys
from genjin.customers.actions.basis import batches, changed, check_fields, dimension_change, tell
from genjin.customers.actions.contacts import (
    FIELDS,
    _problems,
    _shown,
    draft_contact,
    draft_points,
    main_moved,
    see_to_main,
    store_contacts,
)
from genjin.customers.actions.contacts import KIND as CONTACT
from genjin.customers.actions.contacts import TRACKED as CONTACT_TRACKED
from genjin.customers.actions.customers import (
    DERIVED,
    DIMENSIONS,
    HISTORY,
    PROFILE,
    TEXTS,
    derive,
    draft_customer,
    field_problems,
    store_customers,
)
from genjin.customers.actions.interactions import refresh_summaries
from genjin.customers.actions.next_steps import _close as close_steps
from genjin.customers.actions.next_steps import check_due
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.actions.serials import draw_serials
from genjin.customers.actions.short_names import taken_names
from genjin.customers.list_choices import with_standing
from genjin.customers.models import (
    Contact,
    ContactPoint,
    Customer,
    DimensionChange,
    Interaction,
    NextStep,
    Tag,
)
from genjin.customers.models.customer import KIND as CUSTOMER
from genjin.fields import value_actions as fields
from genjin.fields.names import is_custom
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import User
from genjin.records import bulk

__all__ = [
    "change_problems",
    "derive",
    "draft_contact",
    "draft_customer",
    "draft_points",
    "draw_serials",
    "field_problems",
    "lacking_date",
    "person_change_problems",
    "store_contacts",
    "store_customers",
    "store_next_steps",
    "update_contacts",
    "update_customers",
    "withdraw_contacts",
    "withdraw_customers",
    "withdraw_interactions",
    "withdraw_next_steps",
]

_COUPLED = {"follow_grade": "grade_order", **DERIVED}


@transaction.atomic
def update_customers(
    *,
    changes: Mapping[int, Mapping[str, Any]],
    by: User | None,
    at: datetime,
    cause: str = DimensionChange.Cause.IMPORT,
    add_tags: Mapping[int, Collection[int]] | None = None,
    drop_tags: Mapping[int, Collection[str]] | None = None,
) -> set[int]:
    """Give each customer its own values of `PROFILE` and `DIMENSIONS`; the ids of those that differed.

    `add_tags` names further tags by id, `drop_tags` those to take off by name, as the journal has them.
    Raises `RowsRefused` by customer id; then nothing is written.
    """
    ids = {*changes, *(add_tags or {}), *(drop_tags or {})}
    rows = list(Customer.objects.alive().filter(pk__in=ids).select_for_update().order_by("pk"))
    changes = dict(zip(changes, with_standing(list(changes.values())), strict=True))
    tagged = _move_tags(rows, add_tags or {}, drop_tags or {})
    told: dict[int, dict[str, tuple[Any, Any]]] = {}
    custom, problems = _custom(CUSTOMER, changes)
    for customer in rows:
        wanted = {**changes.get(customer.pk, {}), **custom.get(customer.pk, {})}
        difference = _take(customer, wanted, (*PROFILE, *DIMENSIONS), TEXTS)
        if not difference and customer.pk not in tagged:
            continue
        told[customer.pk] = difference | tagged.get(customer.pk, {})
        if found := _of_changed(field_problems(customer, difference), difference):
            problems[customer.pk] = problems.get(customer.pk, {}) | found
        derive(customer)
        customer.version += 1
        customer.updated_at = at
    differing = [customer for customer in rows if customer.pk in told]
    rekeyed = [c for c in differing if duplicate_keys.rekey(c, told[c.pk]) and c.is_confirmed]
    for index, sentence in duplicate_keys.exact_problems(rekeyed, stored=True).items():
        problems.setdefault(rekeyed[index].pk, {})["name"] = sentence
    problems |= _short_name_problems(
        [c for c in differing if told[c.pk].keys() & {"short_name", "country_id"}]
    )
    if problems:
        raise RowsRefused(problems)
    for index, sentence in duplicate_keys.store_exact_keys(rekeyed).items():
        raise RowsRefused({rekeyed[index].pk: {"name": sentence}})
    _store(Customer, differing, told)
    fields.index(CUSTOMER, differing, fields.names_in(told.values()))
    duplicate_keys.refresh_changed(told, at=at)
    history = [
        dimension_change(customer, name, *told[customer.pk][name], by=by, at=at, cause=cause)
        for customer in differing
        for name in HISTORY
        if name in told[customer.pk]
    ]
    bulk.insert(history)
    tell([changed(customer, "change", told[customer.pk]) for customer in differing], by=by, at=at)
    return set(told)


def _custom(
    kind: str, changes: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, str]]]:
    """The custom values of each record and what is wrong with them, by id; what was empty may be so again."""
    ids = list(changes)
    values, wrong = fields.cleaned(kind, [changes[pk] for pk in ids], required=False)
    return dict(zip(ids, values, strict=True)), {ids[place]: found for place, found in wrong.items()}


def _move_tags(
    rows: Sequence[Customer], add: Mapping[int, Collection[int]], drop: Mapping[int, Collection[str]]
) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Put tags on customers and take others off; what the journal is told, by customer."""
    if not add and not drop:
        return {}
    tagging = Customer.tags.through
    names = dict(Tag.objects.values_list("pk", "name"))
    before: dict[int, set[int]] = defaultdict(set)
    for customer_id, tag_id in tagging.objects.filter(customer__in=rows).values_list("customer_id", "tag_id"):
        before[customer_id].add(tag_id)
    fresh, told = [], {}
    for customer in rows:
        had, lost = before[customer.pk], set(drop.get(customer.pk, ()))
        gone = {pk for pk in had if names[pk] in lost}
        has = (had - gone) | (set(add.get(customer.pk, ())) & set(names))
        if has == had:
            continue
        fresh += [tagging(customer_id=customer.pk, tag_id=pk) for pk in sorted(has - had)]
        if gone:
            tagging.objects.filter(customer=customer, tag_id__in=gone).delete()
        said = (sorted(names[pk] for pk in had), sorted(names[pk] for pk in has))
        told[customer.pk] = {"tags": said}
    # Somebody may put the same tag on the same customer meanwhile.
    tagging.objects.bulk_create(fresh, ignore_conflicts=True)
    return told


def change_problems(changes: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with new values of a customer's columns, by field; its other values are not looked at."""
    record = Customer()
    _take(record, changes, (*PROFILE, *DIMENSIONS), TEXTS)
    return _of_changed(field_problems(record, changes), changes)


def _of_changed(problems: Mapping[str, str], changes: Collection[str]) -> dict[str, str]:
    """An old record may hold what would be refused today: that is no reason to refuse what is new."""
    return {name: text for name, text in problems.items() if name in changes or f"{name}_id" in changes}


def person_change_problems(changes: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with new values of a person's fields, by field."""
    record = Contact()
    _take(record, changes, FIELDS, ())
    try:
        check_fields(record, changes)
    except Refused as refused:
        return {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    return _of_changed(_problems(record), changes)


def _take(
    record: Any, wanted: Mapping[str, Any], names: Collection[str], texts: Collection[str]
) -> dict[str, tuple[Any, Any]]:
    known = {
        name: str(value or "").strip() if name in texts else value
        for name, value in wanted.items()
        if name in names or is_custom(name)
    }
    difference = journal.difference(record, known)
    for name, (_old, new) in difference.items():
        fields.put(record, name, new)
    return difference


def _short_name_problems(rows: Sequence[Customer]) -> dict[int, dict[str, str]]:
    if not rows:
        return {}
    taken = taken_names((customer.short_name for customer in rows), [customer.pk for customer in rows])
    text = _("Another customer in this country has this short name.")
    found = {}
    for customer in rows:
        key = customer.short_name.lower(), customer.country_id
        if customer.country_id and key in taken:
            found[customer.pk] = {"short_name": text}
        taken[key] = customer.pk
    return found


def _store(model: Any, rows: Sequence[Any], told: Mapping[int, Mapping[str, Any]]) -> None:
    """One statement for all rows that changed the same columns."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        names = {*told[row.pk], *(_COUPLED[name] for name in told[row.pk] if name in _COUPLED)}
        columns = fields.columns_of(names - {"points", "tags"})
        groups.setdefault(tuple(sorted(columns)), []).append(row)
    for changed_names, group in groups.items():
        bulk.update(group, [*changed_names, "version", "updated_at"])


@transaction.atomic
def update_contacts(
    *,
    changes: Mapping[int, Mapping[str, Any]],
    by: User | None,
    at: datetime,
    add_points: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
    drop_points: Mapping[int, Collection[str]] | None = None,
) -> set[int]:
    """Give each person his own values of his fields, further ways to reach him, and take some of them off.

    `drop_points` names them as the journal does ("EMAIL a@b.example"). Gives the ids of those that differed;
    raises `RowsRefused` by contact id.
    """
    add, drop = add_points or {}, drop_points or {}
    ids = sorted({*changes, *add, *drop})
    rows = list(
        Contact.objects.alive()
        .filter(pk__in=ids)
        .select_for_update(of=("self",))
        .select_related("customer")
        .prefetch_related("points")
        .order_by("pk")
    )
    told: dict[int, dict[str, tuple[Any, Any]]] = {}
    custom, problems = _custom(CONTACT, changes)
    fresh: list[ContactPoint] = []
    gone: list[int] = []
    for contact in rows:
        wanted = {**changes.get(contact.pk, {}), **custom.get(contact.pk, {})}
        difference = _take(contact, wanted, FIELDS, ())
        found = _of_changed(_problems(contact), difference) if difference else {}
        points, wrong, lost = _moved_points(contact, add.get(contact.pk, ()), drop.get(contact.pk, ()))
        if found or wrong:
            problems[contact.pk] = {**problems.get(contact.pk, {}), **found, **wrong}
        fresh += points
        gone += [point.pk for point in lost]
        if points or lost:
            before = list(contact.points.all())
            difference["points"] = (_shown(before), _shown([p for p in before if p not in lost] + points))
        if difference:
            contact.version += 1
            contact.updated_at = at
            told[contact.pk] = difference
    if problems:
        raise RowsRefused(problems)
    ContactPoint.objects.filter(pk__in=gone).delete()
    bulk.insert(fresh)
    duplicate_keys.refresh([c.customer_id for c in rows if "points" in told.get(c.pk, ())], at=at)
    _tell_contacts([contact for contact in rows if contact.pk in told], told, by=by, at=at)
    return set(told)


def _moved_points(
    contact: Contact, add: Sequence[Mapping[str, Any]], drop: Collection[str]
) -> tuple[list[ContactPoint], dict[str, str], list[ContactPoint]]:
    """Unsaved further points, what is wrong with them, and the stored ones to take off."""
    stored = list(contact.points.all())
    known = {(point.kind, point.normalised) for point in stored}
    primary = {point.kind for point in stored if point.is_primary}
    points, wrong = (
        draft_points(add, contact.country_id or contact.customer.country_id or "") if add else ([], {})
    )
    points = [point for point in points if (point.kind, point.normalised) not in known]
    for point in points:
        point.contact = contact
        point.is_primary = point.is_primary and point.kind not in primary
    return points, wrong, [point for point in stored if f"{point.kind} {point.value}" in drop]


def _tell_contacts(
    rows: Sequence[Contact], told: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime
) -> None:
    _store(Contact, rows, told)
    fields.index(CONTACT, rows, fields.names_in(told.values()))
    history = [
        dimension_change(
            contact.customer_id, name, *told[contact.pk][name],
            by=by, at=at, cause=DimensionChange.Cause.IMPORT, contact_id=contact.pk,
        )
        for contact in rows
        for name in CONTACT_TRACKED
        if name in told[contact.pk]
    ]  # fmt: skip
    bulk.insert(history)
    tell([changed(contact, "change", told[contact.pk]) for contact in rows], by=by, at=at)


def lacking_date(due_on: date | None, *, today: date, at: datetime) -> str:
    """Why a next step cannot be promised for that day, as a sentence; empty when it can."""
    try:
        check_due(due_on=due_on, due_at=None, by=None, at=at, today=today)
    except Refused as refused:
        return str(refused.messages[0])
    return ""


@transaction.atomic(savepoint=False)
def store_next_steps(*, steps: Sequence[NextStep], by: User | None, at: datetime) -> None:
    """Promise many next steps at once; their days were looked at by `lacking_date` before."""
    for step in steps:
        check_fields(step)
    bulk.insert(steps)
    written = [
        changed(step, "create", {"purpose": ("", step.purpose), "due": (None, step.due_on)}) for step in steps
    ]
    tell(written, by=by, at=at)


@transaction.atomic
def withdraw_next_steps(*, ids: Iterable[int], by: User | None, at: datetime) -> int:
    """Cancel next steps that an import promised and that are still open; how many."""
    count = 0
    for part in batches(list(ids)):
        rows = NextStep.objects.filter(pk__in=part, state=NextStep.State.OPEN)
        steps = list(rows.select_for_update().order_by("pk"))
        reason = _("The import was undone.")
        close_steps(steps, by=by, at=at, state=NextStep.State.CANCELLED, interaction=None, reason=reason)
        count += len(steps)
    return count


@transaction.atomic
def withdraw_customers(*, ids: Iterable[int], by: User | None, at: datetime) -> int:
    """Put customers that an import made into the recycle bin again; how many went.

    Needs no right to delete: whoever calls it has made sure that they are the doer's own import.
    """
    count = 0
    for part in batches(list(ids)):
        rows = list(Customer.objects.alive().filter(pk__in=part).select_for_update().order_by("pk"))
        stored = Customer.objects.filter(pk__in=[customer.pk for customer in rows])
        stored.update(deleted_at=at, deleted_by=by, version=F("version") + 1)
        duplicate_keys.refresh([customer.pk for customer in rows], at=at)
        tell([changed(customer, "recycle", {}) for customer in rows], by=by, at=at)
        count += len(rows)
    return count


@transaction.atomic
def withdraw_contacts(*, ids: Iterable[int], by: User | None, at: datetime) -> int:
    """Put people whom an import added into the recycle bin again; the next one becomes the main contact."""
    count = 0
    for part in batches(list(ids)):
        customers = list(
            Contact.objects.filter(pk__in=part).order_by("customer_id").values_list("customer_id", flat=True)
        )
        list(Customer.objects.filter(pk__in=customers).select_for_update().order_by("pk").values_list("pk"))
        rows = list(Contact.objects.alive().filter(pk__in=part).order_by("pk"))
        written: list[Written] = []
        Contact.objects.filter(pk__in=[c.pk for c in rows]).update(
            deleted_at=at, deleted_by=by, version=F("version") + 1
        )
        for contact in rows:
            contact.deleted_at = at
            if contact.is_primary:
                written += main_moved(see_to_main(contact, at))
                Contact.objects.filter(pk=contact.pk).update(is_primary=contact.is_primary)
        duplicate_keys.refresh([contact.customer_id for contact in rows], at=at)
        tell([*(changed(contact, "recycle", {}) for contact in rows), *written], by=by, at=at)
        count += len(rows)
    return count


@transaction.atomic
def withdraw_interactions(*, ids: Iterable[int], by: User | None, at: datetime) -> int:
    """Put logs that an import wrote into the recycle bin again; what they counted for is counted anew."""
    count = 0
    for part in batches(list(ids)):
        rows = list(
            Interaction.objects.alive().filter(pk__in=part).select_for_update(of=("self",)).order_by("pk")
        )
        Interaction.objects.filter(pk__in=[row.pk for row in rows]).update(
            deleted_at=at, deleted_by=by, version=F("version") + 1
        )
        tell([changed(row, "recycle", {}) for row in rows], by=by, at=at)
        refresh_summaries({row.customer_id for row in rows})
        count += len(rows)
    return count
