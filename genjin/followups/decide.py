"""Deciding customers: lock, gather inside the lock, decide, apply the difference, take the mark away.

Level-triggered: whatever happened, deciding again gives the right tasks, twice gives the same, and what a
killed process left undone is still marked or still due to be woken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from genjin.rules.duties import Decision, Duty, Rule
from genjin.rules.facts import CustomerFacts, OutcomeKind
from genjin.rules.worklist import WorkItem, merge

SLICES = {"sqlite": 20, "postgresql": 200}
"""Customers decided in one transaction: on SQLite it holds the only write lock, which stays under 100 ms.

PostgreSQL makes only who changes one of them wait, and takes half of the time for each of many.
"""

Waiting = Callable[[Sequence[int]], Iterable[int]]
"""Which of these customers still wait to be decided."""


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
            duties = decision.duties if has_tasks else _promised(decision)
            found[pk] = Decided(known, decision, merge(duties, own))
        except Exception as error:
            failed[pk] = error
    return found, failed


def _promised(decision: Decision) -> list[Duty]:
    """What is owed to somebody whom nobody has accepted as a customer yet."""
    return [duty for duty in decision.duties if duty.rule is Rule.PROMISE]


def decide_customers(customer_ids: Iterable[int], *, at: datetime, waiting: Waiting | None = None) -> Report:
    """Decide these customers in short transactions; one that fails keeps its mark and stops nobody.

    With `waiting` only those that still wait once they are locked, and not those that somebody else is
    deciding: so two that work off the same list share it instead of doing everything twice.

    Whatever goes wrong outside of the rules (a value that cannot be read, a row that cannot be written) is
    narrowed down to the customer it is about, by deciding each half of the slice alone.
    """
    report = Report()
    for part in _slices(sorted(set(customer_ids)), SLICES[connection.vendor]):
        try:
            done, failed = _decide_slice(part, at, waiting)
        except Exception as error:
            if len(part) > 1:
                for half in _slices(part, (len(part) + 1) // 2):
                    report.add(decide_customers(half, at=at, waiting=waiting))
                continue
            done, failed = Report(), {part[0]: error}
        for pk in sorted(failed):
            failures.tell(pk, failed[pk])
        report.add(done)
        report.failed += sorted(failed)
    return report


def _decide_slice(
    ids: Sequence[int], at: datetime, waiting: Waiting | None
) -> tuple[Report, dict[int, Exception]]:
    _warm(ids, at)
    with transaction.atomic():
        locked, left = _lock(ids, waiting)
        marks = {pk: version for pk, version in _MARKS(ids=ids) if pk not in left}
        with setting.held(at):
            found, failed = judge(locked, at)
            changed = [pk for pk, one in found.items() if one.decision.changes]
            if changed:
                again, lost = _change(changed, found, at)
                failed |= lost
                found = {pk: one for pk, one in found.items() if pk not in lost} | again
            # Not the ids that failed: their tasks stay as they are.
            written = apply(found, ids=[pk for pk in locked if pk not in failed], at=at)
        unmark(Mark.Subject.CUSTOMER, {pk: version for pk, version in marks.items() if pk not in failed})
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


def _lock(ids: Sequence[int], waiting: Waiting | None) -> tuple[list[int], set[int]]:
    """Take the decision rows of those customers that exist, then the customers, always in the same order.

    Also returned is who is left to others.

    The customers come before anything else is written: a task refers to its customer, and a bulk edit that
    holds the first and waits for the third would otherwise wait for whom waits for the first.
    """
    existing = [pk for (pk,) in _EXISTING(ids=ids)]
    CustomerDecision.objects.bulk_create(
        [CustomerDecision(customer_id=pk) for pk in existing], ignore_conflicts=True
    )
    locked = [pk for (pk,) in _LOCKED_DECISIONS(waiting is not None, ids=existing)]
    if waiting is not None:
        locked = sorted(waiting(locked))
    if connection.features.has_select_for_no_key_update:
        _LOCKED_CUSTOMERS(ids=locked)
    return locked, set(existing).difference(locked)


def _locked_decisions(only_free: bool) -> QuerySet[Any, Any]:
    skips = only_free and connection.features.has_select_for_update_skip_locked
    rows = CustomerDecision.objects.select_for_update(skip_locked=skips).filter(pk__among=Given("ids"))
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


def unmark(subject: str, versions: Mapping[int, int]) -> None:
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
            [subject, *values],
        )


def _slices(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part
