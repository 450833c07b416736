"""Deciding customers: lock, gather inside the lock, decide, apply the difference, take the mark away.

Level-triggered: whatever happened, deciding again gives the right tasks, twice gives the same, and what a
killed process left undone is still marked or still due to be woken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from genjin.customers.models import Contact, Customer
from genjin.followups import failures, setting
from genjin.followups.apply import apply, execute
from genjin.followups.gather import gather
from genjin.followups.models import CustomerDecision
from genjin.journal.models import Mark
from genjin.records.conditions import among_pairs
from genjin.records.prepared import Given, Prepared
from genjin.rules.decide import decide
from genjin.rules.duties import Decision
from genjin.rules.facts import CustomerFacts, OutcomeKind
from genjin.rules.worklist import WorkItem, merge

SLICE = 20
"""Customers decided in one transaction: on SQLite it holds the only write lock, which stays under 100 ms."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One customer's facts with what was decided on them; tasks only for who may have any."""

    facts: CustomerFacts
    decision: Decision
    items: tuple[WorkItem, ...]

    @property
    def settled(self) -> list[str]:
        """The keys of what was handed to colleagues and is owed no more."""
        owed = {duty.key for duty in self.decision.duties}
        handed = [one.key for one in self.facts.outcomes if one.kind is OutcomeKind.DELEGATED]
        return [key for key in handed if key not in owed]


@dataclass
class Report:
    """What a run did: ids decided, ids whose decision failed (they stay marked), rows of tasks written."""

    decided: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    written: int = 0

    def add(self, other: Report) -> None:
        """Count another run in."""
        self.decided += other.decided
        self.failed += other.failed
        self.written += other.written


def judge(
    customer_ids: Sequence[int], at: datetime, *, as_of: bool = False
) -> tuple[dict[int, Decided], dict[int, Exception]]:
    """Decide on the stored facts without writing anything; also for whom it failed, with the error.

    `as_of`: on the facts of that moment, for answers about the past.
    """
    snapshot = setting.current(at)
    facts = gather(customer_ids, at if as_of else None, go_live_on=snapshot.base.go_live_on, now=at)
    snapshot.markets.prepare(
        contact.country for one in facts.values() for contact in one.contacts if contact.country
    )
    found: dict[int, Decided] = {}
    failed: dict[int, Exception] = {}
    for pk, known in facts.items():
        try:
            own = snapshot.for_owner(known.owner_id)
            decision = decide(known, own, at)
            has_tasks = known.owner_id is not None and known.is_confirmed
            found[pk] = Decided(known, decision, merge(decision.duties, own) if has_tasks else ())
        except Exception as error:
            failed[pk] = error
    return found, failed


def decide_customers(customer_ids: Iterable[int], *, at: datetime) -> Report:
    """Decide these customers in short transactions; one that fails keeps its mark and stops nobody.

    Whatever goes wrong outside of the rules (a value that cannot be read, a row that cannot be written) is
    narrowed down to the customer it is about, by deciding each one of the slice alone.
    """
    report = Report()
    for part in _slices(sorted(set(customer_ids)), SLICE):
        try:
            done, failed = _decide_slice(part, at)
        except Exception as error:
            if len(part) > 1:
                for pk in part:
                    report.add(decide_customers([pk], at=at))
                continue
            done, failed = Report(), {part[0]: error}
        for pk in sorted(failed):
            failures.tell(pk, failed[pk])
        report.add(done)
        report.failed += sorted(failed)
    return report


def _decide_slice(ids: Sequence[int], at: datetime) -> tuple[Report, dict[int, Exception]]:
    _warm(ids, at)
    with transaction.atomic():
        locked = _lock(ids)
        marks = dict(_MARKS(ids=ids))
        with setting.held(at):
            found, failed = judge(locked, at)
            changed = [pk for pk, one in found.items() if one.decision.changes]
            if changed:
                again, lost = _change(changed, found, at)
                failed |= lost
                found = {pk: one for pk, one in found.items() if pk not in lost} | again
            # Not the ids that failed: their tasks stay as they are.
            written = apply(found, ids=[pk for pk in locked if pk not in failed], at=at)
        _unmark({pk: version for pk, version in marks.items() if pk not in failed})
    return Report(decided=sorted(found), written=written), failed


def _change(
    ids: Sequence[int], found: Mapping[int, Decided], at: datetime
) -> tuple[dict[int, Decided], dict[int, Exception]]:
    """Do what the clock demands, then decide these again on what is true now."""
    for pk in ids:
        for change in found[pk].decision.changes:
            execute(change, at)
    return judge(ids, at)


def _warm(ids: Sequence[int], at: datetime) -> None:
    """Compute holidays that are not known yet before the write lock is taken."""
    setting.latest(at).markets.prepare({code for pair in _COUNTRIES(ids=ids) for code in pair if code})


def _lock(ids: Sequence[int]) -> list[int]:
    """Take the decision rows of those customers that exist, then the customers, always in the same order.

    The customers come before anything else is written: a task refers to its customer, and a bulk edit that
    holds the first and waits for the third would otherwise wait for whom waits for the first.
    """
    existing = [pk for (pk,) in _EXISTING(ids=ids)]
    CustomerDecision.objects.bulk_create(
        [CustomerDecision(customer_id=pk) for pk in existing], ignore_conflicts=True
    )
    locked = [pk for (pk,) in _LOCKED_DECISIONS(ids=existing)]
    if connection.features.has_select_for_no_key_update:
        _LOCKED_CUSTOMERS(ids=locked)
    return locked


def _locked_decisions() -> QuerySet[Any, Any]:
    rows = CustomerDecision.objects.select_for_update().filter(pk__among=Given("ids"))
    return rows.order_by("pk").values_list("pk")


def _locked_customers() -> QuerySet[Any, Any]:
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__among=Given("ids"))
    return rows.order_by("pk").values_list("pk")


_MARKS = Prepared(
    lambda: Mark.objects.filter(subject=Mark.Subject.CUSTOMER, subject_id__among=Given("ids")).values_list(
        "subject_id", "version"
    )
)
_COUNTRIES = Prepared(
    lambda: (
        Contact.objects.filter(customer_id__among=Given("ids"))
        .order_by()
        .values_list("country_id", "customer__country_id")
        .distinct()
    )
)
_EXISTING = Prepared(lambda: Customer.objects.filter(pk__among=Given("ids")).order_by("pk").values_list("pk"))
_LOCKED_DECISIONS, _LOCKED_CUSTOMERS = Prepared(_locked_decisions), Prepared(_locked_customers)


def _unmark(versions: Mapping[int, int]) -> None:
    """Remove the marks that nobody raised meanwhile; what happened during the decision stays marked.

    Also a mark that somebody is raising at this moment stays, and is not waited for: whoever marks many
    customers holds some marks and waits for others.
    """
    if not versions:
        return
    condition, values = among_pairs("subject_id", "version", versions.items())
    free = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM journal_mark WHERE id IN (SELECT id FROM journal_mark WHERE subject = %s "  # noqa: S608
            f"AND {condition} {free})",
            [Mark.Subject.CUSTOMER, *values],
        )


def _slices(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part
