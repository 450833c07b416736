"""One customer under decision: facts, setting and clock together, and when and by whom a duty is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from genjin.rules.clock import Clock
from genjin.rules.duties import Duty, Reason, Rule, WorkClass, because
from genjin.rules.facts import Channel, ContactFact, CustomerFacts, Due, Outcome, OutcomeKind
from genjin.rules.setting import Absence, Setting
from genjin.rules.worktime import ONE_DAY, Direction, WorkCalendar


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule wants: a duty by its key, due then, for that person."""

    key: str
    owner_id: int
    due: Due
    direction: Direction = Direction.LATER
    after: date | None = None
    """A day that the due day may not reach when it moves earlier."""
    day_one: Callable[[Case, date], date] | None = None
    """The day instead of one before go-live, given the go-live date; that date itself by default."""
    obeys_pause: bool = True
    channel: Channel = Channel.OTHER
    contact_id: int | None = None
    is_deadline: bool = False
    """A moment until which it is to be done, not a time to which somebody agreed."""
    notes: tuple[Reason, ...] = ()
    """What is to be said of it before what moved it."""
    can_wait: bool = True
    """Whether a person may put it off."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a plan came to lie: the fields of a duty that say when and who."""

    owner_id: int
    due: datetime
    due_on: date
    is_due_date_only: bool
    earliest_on: date | None
    notes: tuple[Reason, ...]


@dataclass(slots=True)
class _Draft:
    """A plan on its way to its place."""

    due: Due
    direction: Direction
    earliest: datetime | None = None
    pause_ends: datetime | None = None
    notes: list[Reason] = field(default_factory=list)

    def earliest_on(self, calendar: WorkCalendar) -> date | None:
        """The first day on which it may be done when it is merged with others: after a pause a whole one."""
        days = [] if self.earliest is None else [calendar.local_date(self.earliest)]
        if self.pause_ends is not None:
            days.append(_first_day_after(self.pause_ends, calendar))
        return max(days, default=None)


class Case:
    """What every rule is given."""

    __slots__ = (
        "_closed",
        "_contact_calendars",
        "_delegated",
        "_postponed",
        "clock",
        "facts",
        "pause_ends",
        "setting",
    )

    def __init__(self, facts: CustomerFacts, setting: Setting, now: datetime) -> None:
        self.facts = facts
        self.setting = setting
        self.clock = Clock(now)
        self._contact_calendars: dict[int, WorkCalendar | None] = {}
        self._closed: dict[str, Outcome] = {}
        self._postponed: dict[str, Outcome] = {}
        self._delegated: dict[str, Outcome] = {}
        for outcome in sorted(
            facts.outcomes,
            key=lambda outcome: (outcome.at, outcome.kind, str(outcome.until), outcome.to_id or 0),
        ):
            held = {OutcomeKind.POSTPONED: self._postponed, OutcomeKind.DELEGATED: self._delegated}
            held.get(outcome.kind, self._closed)[outcome.key] = outcome
        self.pause_ends = self._end_of_pause()

    def _end_of_pause(self) -> date | None:
        """A pause holds at most `not_before_max_days` from the day it was set (000-13)."""
        pause = self.facts.contact_pause
        if pause is None:
            return None
        if pause.set_at is None:
            return pause.not_before
        longest = timedelta(days=self.setting.policy.number("not_before_max_days"))
        return min(pause.not_before, self.owner_calendar.local_date(pause.set_at) + longest)

    @property
    def owner_calendar(self) -> WorkCalendar:
        """The calendar of the customer's owner, else of the company."""
        owner_id = self.facts.owner_id
        return self.setting.company if owner_id is None else self.setting.calendar(owner_id)

    def is_closed(self, key: str) -> bool:
        """Whether that duty was done or dismissed."""
        return key in self._closed

    def last_closed(self, keys: set[str]) -> datetime | None:
        """When the last of these duties was done or dismissed."""
        return max((self._closed[key].at for key in keys if key in self._closed), default=None)

    def open_node(self, prefix: str, anchor: datetime) -> tuple[str, datetime, Outcome | None]:
        """The first node of a repeating duty that is not closed: key, anchor, end of the one before.

        A node is named by the day (UTC) of its anchor; when it is closed the next one begins on that day.
        """
        ended: Outcome | None = None
        while True:
            key = f"{prefix}:{self.facts.customer_id}:{anchor.astimezone(UTC).date().isoformat()}"
            outcome = self._closed.get(key)
            if outcome is None:
                return key, anchor, ended
            ended = outcome
            later = outcome.at.astimezone(UTC).date() > anchor.astimezone(UTC).date()
            anchor = outcome.at if later else anchor + ONE_DAY

    @property
    def has_phone(self) -> bool:
        """Whether anybody there can be called."""
        return any(contact.has_phone for contact in self.facts.contacts)

    @property
    def has_email(self) -> bool:
        """Whether anybody there can be written to."""
        return any(contact.has_email for contact in self.facts.contacts)

    def contact(self, contact_id: int | None) -> ContactFact | None:
        """The contact named, else the customer's main one."""
        named = [contact for contact in self.facts.contacts if contact.id == contact_id]
        return min(named or self.facts.contacts, key=lambda c: (not c.is_primary, c.id), default=None)

    def owe(
        self,
        plan: Plan,
        *,
        rule: Rule,
        work_class: WorkClass,
        reason: Reason,
        requirement: str,
        purpose: str = "",
        is_dismissable: bool = True,
        is_proactive: bool = False,
    ) -> Duty:
        """The duty that a plan makes; whatever has a fixed time is an appointment (C-07), but a deadline."""
        facts, placed = self.facts, self.place(plan)
        keeps_class = placed.is_due_date_only or plan.is_deadline
        return Duty(
            key=plan.key,
            rule=rule,
            customer_id=facts.customer_id,
            owner_id=placed.owner_id,
            due=placed.due,
            due_on=placed.due_on,
            is_due_date_only=placed.is_due_date_only,
            earliest_on=placed.earliest_on,
            work_class=work_class if keeps_class else WorkClass.APPOINTMENT,
            reason=reason,
            notes=placed.notes,
            purpose=purpose,
            channel=plan.channel,
            contact_id=plan.contact_id,
            requirement=requirement,
            is_dismissable=is_dismissable,
            is_proactive=is_proactive,
            follow_grade=facts.follow_grade,
            value_class=facts.value_class,
            is_important=facts.is_important,
        )

    def place(self, plan: Plan) -> Placed:
        """When and by whom: hand-over, go-live, postponement, pause, working days, absences, in order."""
        draft = _Draft(plan.due, plan.direction, notes=list(plan.notes))
        plan = self._hand_over(draft, plan)
        calendar = self.setting.calendar(plan.owner_id)
        self._after_go_live(draft, plan, calendar)
        self._postpone(draft, plan, calendar)
        if plan.obeys_pause:
            self._pause(draft, calendar)
        day = self._workday(draft, plan, calendar)
        owner_id = self.person_in_charge(plan.owner_id, day)
        if owner_id != plan.owner_id:
            draft.notes.append(because("STANDS_IN_FOR", owner_id=plan.owner_id))
            calendar = self.setting.calendar(owner_id)
            day = self._workday(draft, plan, calendar)
        due = draft.due
        if isinstance(due, datetime):
            due = due.astimezone(UTC)
        else:
            due = self._begin(draft, plan, calendar, day)
            day = calendar.local_date(due)
            if day != draft.due:
                draft.notes.append(because("MOVED_TO_WORKDAY", planned=draft.due))
        return Placed(
            owner_id=owner_id,
            due=due,
            due_on=calendar.local_date(due),
            is_due_date_only=not isinstance(draft.due, datetime),
            earliest_on=draft.earliest_on(calendar),
            notes=tuple(draft.notes),
        )

    def delegated(self, key: str) -> Outcome | None:
        """That a duty was handed to a colleague; whoever got the customer after that decides anew."""
        outcome, since = self._delegated.get(key), self.facts.owned_since
        return None if outcome is None or (since is not None and outcome.at < since) else outcome

    def _hand_over(self, draft: _Draft, plan: Plan) -> Plan:
        outcome = self.delegated(plan.key)
        if outcome is None or outcome.to_id is None:
            return plan
        on = self.setting.calendar(outcome.to_id).local_date(outcome.at)
        draft.notes.append(because("DELEGATED", by_id=outcome.by_id, on=on, why=outcome.reason))
        return replace(plan, owner_id=outcome.to_id)

    def _after_go_live(self, draft: _Draft, plan: Plan, calendar: WorkCalendar) -> None:
        go_live_on = self.setting.go_live_on
        if go_live_on is not None and _moment(draft.due, calendar) < calendar.start_of_day(go_live_on):
            draft.due = plan.day_one(self, go_live_on) if plan.day_one else go_live_on
            draft.direction = Direction.LATER
            draft.notes.append(because("AFTER_GO_LIVE", go_live_on=go_live_on))

    def _postpone(self, draft: _Draft, plan: Plan, calendar: WorkCalendar) -> None:
        outcome = self._postponed.get(plan.key)
        if outcome is None or outcome.until is None or not plan.can_wait:
            return
        until = _moment(outcome.until, calendar)
        if until < _moment(draft.due, calendar):
            return
        if until == calendar.start_of_day(calendar.local_date(until)) or not isinstance(draft.due, datetime):
            draft.due = calendar.local_date(until)
        else:
            draft.due = until
        draft.earliest = until
        draft.notes.append(
            because(
                "POSTPONED",
                by_id=outcome.by_id,
                on=calendar.local_date(outcome.at),
                until=calendar.local_date(until),
                why=outcome.reason,
            )
        )

    def _pause(self, draft: _Draft, calendar: WorkCalendar) -> None:
        pause = self.facts.contact_pause
        if pause is None or self.pause_ends is None:
            return
        ends, planned = self.owner_calendar.start_of_day(self.pause_ends), _moment(draft.due, calendar)
        draft.pause_ends = ends
        if planned >= ends:
            return
        draft.notes.append(
            because(
                "HELD_BY_PAUSE",
                until=self.pause_ends,
                why=pause.reason,
                planned=calendar.local_date(planned),
            )
        )
        draft.due, draft.earliest = _first_day_after(ends, calendar), ends

    def _workday(self, draft: _Draft, plan: Plan, calendar: WorkCalendar) -> date:
        """The working day of a day without a time; an appointment stays on its own."""
        due = draft.due
        if isinstance(due, datetime):
            return calendar.local_date(due)
        if draft.earliest is not None:
            opening = calendar.next_opening(max(draft.earliest, calendar.start_of_day(due)))
            return calendar.local_date(opening) if opening else due
        if draft.direction is Direction.EARLIER:
            earlier = calendar.previous_workday(due)
            floors = [plan.after, self.setting.go_live_on and self.setting.go_live_on - ONE_DAY]
            if draft.pause_ends is not None:
                floors.append(_first_day_after(draft.pause_ends, calendar) - ONE_DAY)
            if earlier is not None and all(floor is None or earlier > floor for floor in floors):
                return earlier
        return calendar.next_workday(due) or due

    def _begin(self, draft: _Draft, plan: Plan, calendar: WorkCalendar, day: date) -> datetime:
        """When work on it begins that day: for a call as soon as the contact can be reached (001-40)."""
        begin = calendar.opening_of(day)
        if draft.earliest is not None:
            begin = max(begin, draft.earliest.astimezone(UTC))
            begin = calendar.next_opening(begin) or begin
        contact = self.contact(plan.contact_id)
        if contact is None or not plan.channel.is_call:
            return begin
        if contact.id not in self._contact_calendars:
            self._contact_calendars[contact.id] = self.setting.contact_calendar(contact)
        theirs = self._contact_calendars[contact.id]
        if theirs is None:
            return begin
        for opens, closes in calendar.openings(day):
            meeting = theirs.next_opening(max(opens, begin))
            if meeting is not None and meeting < closes:
                return meeting
        draft.notes.append(because("OUTSIDE_THEIR_HOURS", contact_id=contact.id))
        return begin

    def person_in_charge(self, user_id: int, due_on: date) -> int:
        """Who does what a person owes on that day or, when overdue, now: a deputy while he is away."""
        seen: set[int] = set()
        person = user_id
        while person not in seen:
            seen.add(person)
            colleague = self.setting.people.get(person)
            if colleague is None:
                return person
            if not colleague.is_active:
                stand_in = colleague.manager_id
            else:
                absence = self._absence(colleague.calendar, colleague.absences, due_on)
                if absence is None:
                    return person
                stand_in = absence.deputy_id
            if stand_in is None:
                break
            person = stand_in
        return user_id

    def _absence(self, calendar: WorkCalendar, absences: tuple[Absence, ...], due_on: date) -> Absence | None:
        """The absence that covers the day when it is to be done: the due day, or today once that is over."""
        for absence in sorted(absences, key=lambda absence: (absence.from_on, absence.to_on)):
            if absence.to_on < due_on:
                continue
            begins = calendar.start_of_day(absence.from_on)
            ends = calendar.start_of_day(absence.to_on + ONE_DAY)
            has_begun = absence.from_on <= due_on or self.clock.has_reached(begins)
            if has_begun and not self.clock.has_reached(ends):
                return absence
        return None


def _first_day_after(moment: datetime, calendar: WorkCalendar) -> date:
    """The first day that begins no earlier: where a pause ends in the middle of a day, the day after."""
    day = calendar.local_date(moment)
    return day if calendar.start_of_day(day) >= moment else day + ONE_DAY


def _moment(due: Due, calendar: WorkCalendar) -> datetime:
    return due.astimezone(UTC) if isinstance(due, datetime) else calendar.start_of_day(due)
