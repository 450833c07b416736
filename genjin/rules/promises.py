"""Deadlines towards customers: due by which clock, warned, kept or missed, and by whom to be kept (C-16).

A promise counts the hours of the calendar, holidays or not, or where minutes were promised those in which
its owner works. What waits for the customer does not count. Facts about promises come from inquiries and
complaints; this module knows neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from genjin.rules.case import Case, Plan
from genjin.rules.clock import Clock
from genjin.rules.duties import Duty, Notice, NoticeKind, Reason, Rule, WorkClass, because
from genjin.rules.policy import Policy
from genjin.rules.promised import Pause, PromiseFact, PromiseKind
from genjin.rules.setting import Setting
from genjin.rules.worktime import ONE_DAY, WorkCalendar


class Measure(StrEnum):
    """Which time a promise counts."""

    CALENDAR = "CALENDAR"
    WORKING = "WORKING"
    END_OF_DAY = "END_OF_DAY"
    """Until the end of the day, or of the day after, where its owner is."""


class PromiseState(StrEnum):
    """How a promise stands at a moment."""

    RUNNING = "RUNNING"
    WARNED = "WARNED"
    WAITING = "WAITING"
    """Its clock stands while the customer is to answer."""
    MISSED = "MISSED"
    KEPT = "KEPT"
    KEPT_LATE = "KEPT_LATE"


@dataclass(frozen=True, slots=True)
class Term:
    """How long, by which time, and when to warn."""

    measure: Measure
    due: timedelta
    warn: timedelta | None
    """None: in the middle of what is given."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a promise stands: the two moments that matter, and the state."""

    promise: PromiseFact
    state: PromiseState
    warn_at: datetime | None
    due_at: datetime | None
    """None while its clock stands."""


def term_of(kind: PromiseKind, policy: Policy) -> Term:
    """How long the policy gives for a kind of promise (003-46, 003-49, 004-20, 004-23)."""
    share = policy.number("promise_warn_percent")
    if kind is PromiseKind.COMPLAINT_REPLY:
        days = 1 if policy.name("complaint_first_reply") == "NEXT_DAY" else 0
        return Term(Measure.END_OF_DAY, timedelta(days=days), None)
    if kind is PromiseKind.COMPLAINT_SOLUTION:
        due = timedelta(hours=policy.number("complaint_solution.due_hours"))
        return Term(Measure.CALENDAR, due, timedelta(hours=policy.number("complaint_solution.warn_hours")))
    if kind is PromiseKind.ASKED_FOR_CALL:
        due = timedelta(minutes=policy.number("lead_first_response_minutes_when_asked"))
        return Term(Measure.WORKING, due, due * share / 100)
    due = timedelta(hours=policy.number("lead_first_response_hours"))
    return Term(Measure.CALENDAR, due, due * share / 100)


def deadline(
    began_at: datetime,
    length: timedelta,
    measure: Measure,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
) -> datetime | None:
    """The moment in UTC at which that much time has been used up; None while the clock stands.

    Also None for working time in a calendar that never opens.
    """
    at = began_at.astimezone(UTC)
    if measure is Measure.END_OF_DAY:
        return _end_of_day(at, length, calendar, pauses)
    left = length
    for pause in merged(pauses):
        begins = pause.begins.astimezone(UTC)
        if begins > at:
            used = _measured(at, begins, measure, calendar)
            if used >= left:
                break
            left -= used
        if pause.ends is None:
            return None
        at = max(at, pause.ends.astimezone(UTC))
    return at + left if measure is Measure.CALENDAR else calendar.add_working_hours(at, left)


def used_up(
    began_at: datetime,
    until: datetime,
    measure: Measure,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
) -> timedelta:
    """How much of the time that counts had passed at a moment."""
    at, total = began_at.astimezone(UTC), timedelta(0)
    until = until.astimezone(UTC)
    for pause in merged(pauses):
        begins = min(pause.begins.astimezone(UTC), until)
        if begins > at:
            total += _measured(at, begins, measure, calendar)
        at = max(at, until if pause.ends is None else pause.ends.astimezone(UTC))
    return total + _measured(at, until, measure, calendar) if until > at else total


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap or touch as one."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.begins):
        last = found[-1] if found else None
        if last is None or (last.ends is not None and last.ends < pause.begins):
            found.append(pause)
        elif last.ends is not None and (pause.ends is None or pause.ends > last.ends):
            found[-1] = Pause(last.begins, pause.ends)
    return found


def standing(promise: PromiseFact, setting: Setting, clock: Clock) -> Standing:
    """How a promise stands now; whoever kept it is neither warned nor blamed, unless it was late."""
    calendar = setting.calendar(promise.owner_id)
    term = term_of(promise.kind, setting.policy)
    began, pauses = promise.began_at, _until(promise.kept_at, promise.pauses)
    due_at = deadline(began, term.due, term.measure, calendar, pauses)
    if promise.kept_at is not None:
        is_late = due_at is not None and promise.kept_at > due_at
        return Standing(promise, PromiseState.KEPT_LATE if is_late else PromiseState.KEPT, None, due_at)
    if due_at is None:
        return Standing(promise, PromiseState.WAITING, None, None)
    warn_at: datetime | None = began + (due_at - began) / 2
    if term.warn is not None:
        warn_at = deadline(began, term.warn, term.measure, calendar, pauses)
    if clock.has_reached(due_at):
        return Standing(promise, PromiseState.MISSED, warn_at, due_at)
    is_warned = warn_at is not None and clock.has_reached(warn_at)
    return Standing(promise, PromiseState.WARNED if is_warned else PromiseState.RUNNING, warn_at, due_at)


def standings(promises: Iterable[PromiseFact], setting: Setting, clock: Clock) -> list[Standing]:
    """All of them; of the open ones of a kind about one subject the one that falls due first."""
    found = [standing(promise, setting, clock) for promise in promises]
    kept = [one for one in found if one.promise.kept_at is not None]
    first: dict[tuple[PromiseKind, str], Standing] = {}
    for one in sorted(found, key=_place):
        if one.promise.kept_at is None:
            first.setdefault((one.promise.kind, one.promise.subject), one)
    return sorted([*kept, *first.values()], key=_place)


OWED = (PromiseState.RUNNING, PromiseState.WARNED, PromiseState.MISSED)
REQUIREMENTS = {
    PromiseKind.FIRST_RESPONSE: "004-20",
    PromiseKind.ASKED_FOR_CALL: "004-23",
    PromiseKind.COMPLAINT_REPLY: "003-46",
    PromiseKind.COMPLAINT_SOLUTION: "003-49",
}
LAST_MINUTE = timedelta(minutes=1)
COMPLAINTS = (PromiseKind.COMPLAINT_REPLY, PromiseKind.COMPLAINT_SOLUTION)


def promises(case: Case) -> Iterator[Duty]:
    """What was promised and is not kept is owed by its deadline; no pause, no postponement moves it."""
    for one in standings(case.facts.promises, case.setting, case.clock):
        if one.state not in OWED or one.due_at is None:
            continue
        promise, keeper_id = one.promise, keeper(one, case.setting)
        notes: tuple[Reason, ...] = ()
        if keeper_id != promise.owner_id:
            notes = (because("ON_DUTY_FOR", owner_id=promise.owner_id),)
        yield case.owe(
            Plan(
                key=promise.key,
                owner_id=keeper_id,
                due=_within_day(one.due_at, promise.kind, case.setting.policy),
                obeys_pause=False,
                is_deadline=True,
                can_wait=False,
                notes=notes,
            ),
            rule=Rule.PROMISE,
            work_class=WorkClass.COMPLAINT if promise.kind in COMPLAINTS else WorkClass.FIRST_RESPONSE,
            reason=because("PROMISED", what=promise.kind.value, since=promise.began_at.astimezone(UTC)),
            requirement=REQUIREMENTS[promise.kind],
            is_dismissable=False,
        )


def _within_day(due_at: datetime, kind: PromiseKind, policy: Policy) -> datetime:
    """What is owed until the end of a day stands on the list of that day, not on that of the next."""
    ends_with_day = term_of(kind, policy).measure is Measure.END_OF_DAY
    return due_at - LAST_MINUTE if ends_with_day else due_at


def promise_notices(case: Case, duties: Sequence[Duty]) -> Iterator[Notice]:
    """Whoever is to keep a promise is warned, and told when it was missed; then the manager is told as well.

    Nobody is told of what was kept, nor of what was due before go-live.
    """
    go_live_on = case.setting.go_live_on
    by_key = {duty.key: duty for duty in duties if duty.rule is Rule.PROMISE}
    for one in standings(case.facts.promises, case.setting, case.clock):
        if one.state not in (PromiseState.WARNED, PromiseState.MISSED) or one.due_at is None:
            continue
        if go_live_on is not None and one.due_at < case.setting.company.start_of_day(go_live_on):
            continue
        duty = by_key[one.promise.key]
        if one.state is PromiseState.WARNED:
            yield _notice(case, one, NoticeKind.PROMISE_WARNED, (duty.owner_id,))
            continue
        concerned = tuple(sorted({duty.owner_id, one.promise.owner_id}))
        yield _notice(case, one, NoticeKind.PROMISE_MISSED, concerned)
        manager_id = case.setting.manager_of(one.promise.owner_id)
        if manager_id is not None and manager_id not in concerned:
            yield _notice(case, one, NoticeKind.PROMISE_ESCALATED, (manager_id,))


def _notice(case: Case, one: Standing, kind: NoticeKind, recipient_ids: tuple[int, ...]) -> Notice:
    assert one.due_at is not None
    return Notice(
        key=f"{kind.value.lower().replace('_', '-')}:{one.promise.key}",
        kind=kind,
        customer_id=case.facts.customer_id,
        duty_key=one.promise.key,
        recipient_ids=recipient_ids,
        reason=because(
            "PROMISE_DUE", what=one.promise.kind.value, due_at=one.due_at, owner_id=one.promise.owner_id
        ),
    )


def keeper(one: Standing, setting: Setting) -> int:
    """Who has to keep it: its owner, or outside his work who is on duty, else the manager.

    Outside means that he does not work between its beginning and its end.
    """
    owner_id = one.promise.owner_id
    if one.due_at is None or one.promise.kept_at is not None:
        return owner_id
    opening = setting.calendar(owner_id).next_opening(one.promise.began_at)
    if opening is not None and opening < one.due_at:
        return owner_id
    on_duty = setting.on_duty(one.promise.began_at)
    manager_id = setting.manager_of(owner_id)
    return on_duty or manager_id or owner_id


def _until(kept_at: datetime | None, pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """The pauses as far as they matter for what was kept: an open one ended then."""
    if kept_at is None:
        return tuple(pauses)
    return tuple(
        Pause(pause.begins, kept_at if pause.ends is None else pause.ends)
        for pause in pauses
        if pause.begins < kept_at
    )


def _place(one: Standing) -> tuple[bool, datetime, datetime, int]:
    due = one.due_at or one.promise.began_at
    return one.due_at is None, due, one.promise.began_at, one.promise.id


def _measured(start: datetime, end: datetime, measure: Measure, calendar: WorkCalendar) -> timedelta:
    return end - start if measure is Measure.CALENDAR else calendar.elapsed_working(start, end)


def _end_of_day(
    began_at: datetime, length: timedelta, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> datetime | None:
    """Midnight where the owner is, after the day on which the clock last began to run, and so many days."""
    at = began_at
    for pause in merged(pauses):
        if pause.begins >= calendar.start_of_day(calendar.local_date(at) + ONE_DAY + length):
            break
        if pause.ends is None:
            return None
        at = max(at, pause.ends.astimezone(UTC))
    return calendar.start_of_day(calendar.local_date(at) + ONE_DAY + length)
