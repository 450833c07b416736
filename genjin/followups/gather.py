"""What is known about customers, read for one and for a thousand with the same number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet

from genjin.customers import moments
from genjin.customers.local_time import preferred_window, zone_of_contact
from genjin.customers.models import Contact, ContactPoint, Customer, Interaction, NextStep
from genjin.followups.dues import PREFIXES as MONEY
from genjin.followups.intake import intake_ranks
from genjin.followups.models import Outcome as OutcomeRow
from genjin.followups.picks import picks_of
from genjin.followups.running import PREFIX as SEQUENCES
from genjin.followups.running import Running, running_of
from genjin.followups.talks import Talks, talks_of
from genjin.followups.trading import NO_TRADE, Trade, trade_of
from genjin.followups.triage import triage_ranks
from genjin.followups.waiting import Waiting, waiting_of
from genjin.mail.tracking_facts import Tracked, tracked
from genjin.records.prepared import Given, Prepared
from genjin.rules.aftersales import PREFIX as AFTERSALES
from genjin.rules.answers import key_of
from genjin.rules.facts import (
    CadenceOverride,
    Channel,
    ContactFact,
    ContactPause,
    CustomerFacts,
    DailyPick,
    DormancyState,
    FollowGrade,
    LifecycleStage,
    NextStepFact,
    NextStepKind,
    Outcome,
    OutcomeKind,
    ThreadFact,
    ValueClass,
)
from genjin.rules.gaps import CONTACT_DATA

COLUMNS = (
    "created_at", "owner_id", "owned_since", "is_confirmed", "follow_grade", "value_class", "lifecycle_stage",
    "dormancy_state", "is_priority", "key_account", "not_before", "not_before_set_at", "not_before_reason",
    "cadence_days", "cadence_reason", "cadence_until", "first_contact_at", "last_contact_at",
    "last_follow_up_at", "timezone", "city", "country__timezones",
)  # fmt: skip

TRACKING = "tracking:thread-"
"""How the keys of duties of conversations begin."""
READ_APART = (SEQUENCES, AFTERSALES, *MONEY)
"""Those of chains and of money, whose outcomes are read with them."""


_NOTHING_RUNS = Running()
_CUSTOMERS = Prepared(
    lambda: Customer.objects.alive().filter(pk__among=Given("ids")).select_related("country").only(*COLUMNS)
)


def gather(
    customer_ids: Iterable[int],
    at: datetime | None = None,
    *,
    go_live_on: date | None = None,
    now: datetime | None = None,
) -> dict[int, CustomerFacts]:
    """The facts of these customers as stored; those in the recycle bin are left out.

    With `at` only what was written and what had happened by that moment, for answers as of then. Deciding
    goes without: a change is never overlooked because it was written after the decision's clock was read.
    `now` says only how far back it is worth looking for mails that wait.
    """
    found = _CUSTOMERS(ids=set(customer_ids))
    rows = found if at is None else _as_of(found, at)
    known = [row.pk for row in rows]
    steps, closed = _next_steps(known, at)
    mail = tracked(known, at)
    waits = waiting_of(rows, now or at, at)
    trade = trade_of(known, now, at)
    keys = _lasting_keys(steps, waits, trade)
    outcomes = _outcomes(known, keys, at, with_tracking=bool(mail))
    since = {pk: one.since for pk, one in waits.items() if one.since is not None}
    picks = picks_of(known, at)
    talks = talks_of(rows, {pk: one.threads for pk, one in mail.items()}, since, at)
    contacts = _contacts(rows)
    ranks = triage_ranks(rows, go_live_on)
    left = {pk: one.shipping.since for pk, one in trade.items() if one.shipping.since is not None}
    running = running_of(rows, at, left)
    intake = intake_ranks(rows, contacts, go_live_on)
    return {
        row.pk: _facts(
            row,
            steps[row.pk],
            closed.get(row.pk),
            _relevant(outcomes[row.pk], keys, row.last_follow_up_at, mail.get(row.pk, Tracked()).threads),
            contacts[row.pk],
            ranks.get(row.pk, 0),
            mail.get(row.pk, Tracked()),
            talks[row.pk],
            running.get(row.pk, _NOTHING_RUNS),
            picks.get(row.pk),
            waits.get(row.pk, Waiting()),
            intake.get(row.pk, 0),
            trade.get(row.pk, NO_TRADE),
        )
        for row in rows
    }


def _facts(
    row: Customer,
    steps: Sequence[NextStepFact],
    last_step_closed_at: datetime | None,
    outcomes: Sequence[Outcome],
    contacts: Sequence[ContactFact],
    triage_rank: int,
    mail: Tracked,
    talks: Talks,
    running: Running,
    pick: DailyPick | None,
    waits: Waiting,
    intake_rank: int,
    trade: Trade,
) -> CustomerFacts:
    return CustomerFacts(
        customer_id=row.pk,
        created_at=row.created_at,
        owner_id=row.owner_id,
        owned_since=row.owned_since,
        is_confirmed=row.is_confirmed,
        in_pool=row.is_in_pool,
        follow_grade=FollowGrade(row.follow_grade) if row.follow_grade else None,
        value_class=ValueClass(row.value_class) if row.value_class else None,
        lifecycle_stage=LifecycleStage(row.lifecycle_stage),
        dormancy_state=DormancyState(row.dormancy_state),
        is_priority=row.is_priority,
        is_key_account=row.key_account == "CONFIRMED",
        contact_pause=_pause(row),
        cadence_override=_override(row),
        next_steps=tuple(steps),
        last_step_closed_at=last_step_closed_at,
        outcomes=(*outcomes, *running.outcomes, *trade.dues.outcomes),
        contacts=tuple(contacts),
        first_contact_at=row.first_contact_at,
        last_contact_at=row.last_contact_at,
        last_follow_up_at=row.last_follow_up_at,
        threads=tuple(mail.threads),
        last_tracking_ended_at=mail.last_ended_at,
        attempts=tuple(talks.attempts),
        heard_at=max(filter(None, (talks.heard_at, mail.heard_at)), default=None),
        last_call=talks.last_call,
        triage_rank=triage_rank,
        sequences=tuple(running.runs),
        begun=tuple(running.begun),
        last_run_ended_at=running.last_ended_at,
        evidence=tuple(running.evidence),
        events=tuple(running.events),
        daily_pick=pick,
        waiting=waits.conversations,
        spoken_at=talks.spoken_at,
        graded_at=waits.graded_at,
        intake_rank=intake_rank,
        **trade.facts(),
    )


def _as_of(rows: Sequence[Customer], at: datetime) -> list[Customer]:
    """The customers there were, with the contacts there had been by then."""
    there = [row for row in rows if row.created_at <= at]
    spoken = (
        Interaction.objects.alive()
        .filter(customer__in=[row.pk for row in there], happened_at__lte=at, logged_at__lte=at)
        .values_list("customer_id")
        .annotate(
            first=Min("happened_at", filter=Q(counts_as_contact=True)),
            last=Max("happened_at", filter=Q(counts_as_contact=True)),
            follow_up=Max("happened_at", filter=Q(counts_as_follow_up=True)),
        )
        .order_by()
    )
    history = {
        pk: moments.Moments(first=first, last=last, last_follow_up=follow_up)
        for pk, first, last, follow_up in spoken
    }
    others = moments.of([row.pk for row in there], at)
    for row in there:
        known = history.get(row.pk, moments.Moments()).with_(others.get(row.pk, moments.Moments()))
        row.first_contact_at, row.last_contact_at = known.first, known.last
        row.last_follow_up_at = known.last_follow_up
    return there


def _pause(row: Customer) -> ContactPause | None:
    if row.not_before is None:
        return None
    return ContactPause(row.not_before, reason=row.not_before_reason, set_at=row.not_before_set_at)


def _override(row: Customer) -> CadenceOverride | None:
    if not row.cadence_days:
        return None
    return CadenceOverride(row.cadence_days, until_on=row.cadence_until, reason=row.cadence_reason)


def _next_steps(
    ids: Sequence[int], at: datetime | None
) -> tuple[dict[int, list[NextStepFact]], dict[int, datetime]]:
    """Open steps and reminders, and when the last step was closed: since then one is missing."""
    steps: dict[int, list[NextStepFact]] = defaultdict(list)
    for step in _OPEN_STEPS(at is not None, ids=ids, at=at):
        steps[step.customer_id].append(_step(step))
    return steps, dict(_LAST_CLOSED(at is not None, ids=ids, at=at))


def _open_steps(as_of: bool) -> QuerySet[NextStep]:
    rows, is_open = NextStep.objects.filter(customer_id__among=Given("ids")), Q(state=NextStep.State.OPEN)
    if as_of:
        rows, is_open = rows.filter(created_at__lte=Given("at")), is_open | Q(closed_at__gt=Given("at"))
    return rows.filter(is_open)


def _last_closed(as_of: bool) -> QuerySet[NextStep, Any]:
    rows = NextStep.objects.filter(customer_id__among=Given("ids"), kind=NextStep.Kind.NEXT_STEP)
    rows = rows.exclude(state=NextStep.State.OPEN)
    if as_of:
        rows = rows.filter(created_at__lte=Given("at"), closed_at__lte=Given("at"))
    return rows.order_by().values_list("customer_id").annotate(at=Max("closed_at"))


_OPEN_STEPS, _LAST_CLOSED = Prepared(_open_steps), Prepared(_last_closed)


def _step(step: NextStep) -> NextStepFact:
    return NextStepFact(
        id=step.pk,
        kind=NextStepKind(step.kind),
        due=step.due_at or step.due_on,  # type: ignore[arg-type]  # one of them is set, by constraint
        purpose=step.purpose,
        written_at=step.created_at,
        written_by_id=step.created_by_id,
        owner_id=step.owner_id,
        channel=Channel(step.channel),
        contact_id=step.contact_id,
    )


def _lasting_keys(
    steps: Mapping[int, Sequence[NextStepFact]],
    waits: Mapping[int, Waiting],
    trade: Mapping[int, Trade],
) -> frozenset[str]:
    """Keys for which what was done holds beyond a follow-up: of steps, mails that wait, orders' nodes."""
    mails = (mail for one in waits.values() for talk in one.conversations for mail in talk.mails)
    return frozenset(
        (
            *(step.key for open_ in steps.values() for step in open_),
            *(key_of(mail) for mail in mails),
            *(key for one in trade.values() for key in one.keys),
        )
    )


def _outcomes(
    ids: Sequence[int], keys: Collection[str], at: datetime | None, *, with_tracking: bool
) -> dict[int, list[Outcome]]:
    """Those since the last follow-up, of lasting keys and of conversations; as of a moment all."""
    found: dict[int, list[Outcome]] = defaultdict(list)
    for row in _OUTCOMES(at is not None, with_tracking, ids=ids, keys=keys, at=at):
        found[row.customer_id].append(
            Outcome(
                key=row.duty_key,
                kind=OutcomeKind(row.kind),
                at=row.at,
                by_id=row.by_id,
                until=row.until,
                reason=row.reason,
                to_id=row.to_id,
            )
        )
    return found


def _live_outcomes(as_of: bool, with_tracking: bool) -> QuerySet[OutcomeRow]:
    rows = OutcomeRow.objects.filter(customer_id__among=Given("ids"), is_live=True)
    if as_of:
        return rows.filter(at__lte=Given("at"))
    last = "customer__last_follow_up_at"
    is_recent = Q(at__gte=F(last)) | Q(**{f"{last}__isnull": True})
    stands = (
        Q(kind=OutcomeKind.DELEGATED)
        | Q(duty_key__among=Given("keys"))
        | Q(duty_key__startswith=f"{CONTACT_DATA}:")
    )
    if with_tracking:
        stands |= Q(duty_key__startswith=TRACKING)
    return rows.filter(is_recent | stands)


_OUTCOMES = Prepared(_live_outcomes)


def _relevant(
    outcomes: list[Outcome],
    keys: Collection[str],
    last_follow_up_at: datetime | None,
    threads: Sequence[ThreadFact],
) -> list[Outcome]:
    """Of each key the last word: of lasting keys and looked-for numbers always, of a conversation since it is
    tracked, of others since the last follow-up.
    """
    began = {f"{TRACKING}{one.thread_id}": one.began_at for one in threads}
    last = {(outcome.key, outcome.kind): outcome for outcome in sorted(outcomes, key=lambda o: o.at)}

    def matters(outcome: Outcome) -> bool:
        if outcome.key.startswith(TRACKING):
            since = began.get(outcome.key.rpartition(":")[0])
            return since is not None and outcome.at >= since
        if outcome.key.startswith(READ_APART) and outcome.kind is not OutcomeKind.DELEGATED:
            return False  # those of chains are read apart
        if (
            outcome.kind is OutcomeKind.DELEGATED
            or outcome.key in keys
            or outcome.key.startswith(f"{CONTACT_DATA}:")
        ):
            return True
        return last_follow_up_at is None or outcome.at >= last_follow_up_at

    return [outcome for outcome in last.values() if matters(outcome)]


def _contacts(rows: Sequence[Customer]) -> dict[int, list[ContactFact]]:
    companies = {row.pk: row for row in rows}
    by_code = {row.country.code: row.country for row in rows if row.country is not None}
    found: dict[int, list[ContactFact]] = defaultdict(list)
    for person in _PEOPLE(ids=companies):
        company = companies[person.customer_id]
        if person.country is not None:
            by_code[person.country.code] = person.country
        found[person.customer_id].append(
            ContactFact(
                id=person.pk,
                name=person.name,
                timezone=zone_of_contact(person, company, by_code) or None,
                country=person.country_id or company.country_id,
                preferred=preferred_window(person),
                has_phone=person.has_phone,
                has_email=person.has_email,
                is_primary=person.is_primary,
            )
        )
    return found


def _people() -> QuerySet[Any]:
    point = ContactPoint.objects.filter(contact=OuterRef("pk")).exclude(state=ContactPoint.State.INVALID)
    return (
        Contact.objects.alive()
        .filter(customer_id__among=Given("ids"), left_on__isnull=True)
        .annotate(
            has_phone=Exists(point.filter(kind__in=ContactPoint.CALLS)),
            has_email=Exists(point.filter(kind=ContactPoint.Kind.EMAIL)),
        )
        .select_related("country")
        .only(
            "customer_id", "name", "timezone", "city", "is_primary", "preferred_from", "preferred_to",
            "preferred_time", "country__timezones",
        )
    )  # fmt: skip


_PEOPLE = Prepared(_people)
