"""The standing list of customers that may be one company: kept up after every change, judged by people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from genjin.customers import duplicate_reasons
from genjin.customers.actions.basis import changed, tell
from genjin.customers.actions.duplicate_keys import MARKS, refresh
from genjin.customers.actions.refusal import Refused
from genjin.customers.duplicate_facts import companies_of
from genjin.customers.duplicate_search import find_likely
from genjin.customers.models import Customer, DuplicateMark, DuplicatePair
from genjin.people.models import User
from genjin.records.conditions import among_pairs
from genjin.rules.duplicates.facts import Company
from genjin.rules.duplicates.score import MAYBE, Match, compare

SLICE = 50
"""So many marked customers are compared at a time; the writing takes far less than 100 ms."""
MOST_OF_ONE = 5
"""Of one customer no more pairs are found at a time, the most probable ones."""
COMPARED = 20
Both = tuple[int, int]


def pair_slice(*, at: datetime, most: int = SLICE) -> int:
    """Compare the next marked customers with all others and renew their pairs; how many marks it found.

    Compares outside of the transaction that writes. A mark goes only if nothing changed meanwhile, so that
    no change is missed; whatever stops it, the next call does the same again.
    """
    ids = list(DuplicateMark.objects.order_by("pk").values_list("pk", flat=True)[:most])
    if not ids:
        return 0
    _write_missing_keys(ids, at=at)
    versions = dict(DuplicateMark.objects.filter(pk__in=ids).values_list("pk", "version"))
    found = judged(ids)
    with transaction.atomic():
        _write_pairs(ids, found, at=at)
        _unmark(versions)
    return len(ids)


@transaction.atomic
def _write_missing_keys(ids: Sequence[int], *, at: datetime) -> None:
    marks = DuplicateMark.objects.filter(pk__in=ids, needs_keys=True).order_by("pk")
    lacking = list(marks.select_for_update().values_list("pk", flat=True))
    if lacking:
        refresh(lacking, at=at)
        DuplicateMark.objects.filter(pk__in=lacking).update(needs_keys=False)


def judged(ids: Collection[int]) -> dict[Both, Match]:
    """The pairs of these customers with any other as they are now, by the stored keys; writes nothing."""
    rows = Customer.objects.alive().filter(pk__in=ids, is_confirmed=True)
    companies = {customer.pk: known for customer, known in companies_of(rows)}
    found = _found(companies)
    _compare_known(companies, ids, found)
    return found


def _found(companies: Mapping[int, Company]) -> dict[Both, Match]:
    """The pairs of these customers with any other, each once."""
    found: dict[Both, Match] = {}
    likely = find_likely(list(companies.values()), most=COMPARED, whole_blocks_only=True)
    for pk, mine in zip(companies, likely, strict=True):
        others = [one for one in mine if one.customer.pk != pk][:MOST_OF_ONE]
        found.update({_both(pk, one.customer.pk): one.match for one in others})
    return found


def _both(one: int, two: int) -> Both:
    return min(one, two), max(one, two)


def _compare_known(companies: Mapping[int, Company], ids: Collection[int], found: dict[Both, Match]) -> None:
    """Judge anew the pairs that stand on the list already but were not found from this side."""
    pairs = [
        both
        for both in DuplicatePair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).values_list(
            "first_id", "second_id"
        )
        if both not in found
    ]
    others = {pk for both in pairs for pk in both} - companies.keys()
    rows = Customer.objects.alive().filter(pk__in=others, is_confirmed=True)
    known = {**companies, **{customer.pk: other for customer, other in companies_of(rows)}}
    for one, two in pairs:
        if one in known and two in known and (match := compare(known[one], known[two])).score >= MAYBE:
            found[one, two] = match


def _write_pairs(ids: Collection[int], found: Mapping[Both, Match], *, at: datetime) -> None:
    """Store what was found of these customers; what people said stays, what resembles no more goes."""
    rows = DuplicatePair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).select_for_update()
    stored = {(pair.first_id, pair.second_id): pair for pair in rows.order_by("pk")}
    moved = []
    for both, pair in stored.items():
        match = found.get(both)
        if match is None:
            continue
        told = match.score, duplicate_reasons.stored(match.reasons)
        if (pair.score, pair.reasons) != told:
            pair.score, pair.reasons = told
            moved.append(pair)
    DuplicatePair.objects.bulk_update(moved, ["score", "reasons"], batch_size=100)
    gone = [p.pk for both, p in stored.items() if both not in found and p.state == DuplicatePair.State.OPEN]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    fresh = [
        DuplicatePair(
            first_id=both[0], second_id=both[1], score=match.score, found_at=at,
            reasons=duplicate_reasons.stored(match.reasons),
        )
        for both, match in sorted(found.items())
        if both not in stored
    ]  # fmt: skip
    DuplicatePair.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=100)


def _unmark(versions: Mapping[int, int]) -> None:
    if versions:
        condition, values = among_pairs("customer_id", "version", versions.items())
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {MARKS} WHERE {condition}", values)  # noqa: S608


@transaction.atomic
def mark_everybody() -> int:
    """Have the keys of all customers written and everybody compared again; how many there are."""
    table = Customer._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {MARKS} (customer_id, version, needs_keys) "  # noqa: S608
            f"SELECT id, 1, true FROM {table} WHERE deleted_at IS NULL "
            f"ON CONFLICT (customer_id) DO UPDATE SET needs_keys = true, version = {MARKS}.version + 1"
        )
    return DuplicateMark.objects.count()


@transaction.atomic
def tell_apart(*, pair_id: int, by: User, at: datetime, why: str = "") -> DuplicatePair:
    """Say that two customers are not the same company: they are never shown as a pair again."""
    return _judge(pair_id, DuplicatePair.State.DIFFERENT, "tell apart", by=by, at=at, why=why)


@transaction.atomic
def doubt_again(*, pair_id: int, by: User, at: datetime) -> DuplicatePair:
    """Put a pair that was told apart back on the list."""
    return _judge(pair_id, DuplicatePair.State.OPEN, "doubt again", by=by, at=at)


def _judge(
    pair_id: int, state: DuplicatePair.State, verb: str, *, by: User, at: datetime, why: str = ""
) -> DuplicatePair:
    rows = DuplicatePair.objects.select_related("first", "second")
    pair = rows.select_for_update(of=("self",)).get(pk=pair_id)
    if not Customer.objects.editable_by(by).filter(pk__in=[pair.first_id, pair.second_id]).exists():
        raise Refused(_("Only who may change one of the two customers decides this."))
    if pair.state == state:
        return pair
    is_decided = state != DuplicatePair.State.OPEN
    pair.state = state
    pair.decided_by, pair.decided_at = (by, at) if is_decided else (None, None)
    pair.why = why.strip()[:200]
    pair.save(update_fields=["state", "decided_by", "decided_at", "why"])
    written = [
        changed(one, verb, {}, note=" · ".join(filter(None, (other.name, pair.why))))
        for one, other in ((pair.first, pair.second), (pair.second, pair.first))
    ]
    tell(written, by=by, at=at, mark=False)
    return pair


def told_apart_from(customer_id: int) -> set[int]:
    """The customers of which somebody said that they are not the same as this one."""
    rows = DuplicatePair.objects.filter(
        Q(first=customer_id) | Q(second=customer_id), state=DuplicatePair.State.DIFFERENT
    )
    return {pk for both in rows.values_list("first_id", "second_id") for pk in both} - {customer_id}
