"""What the coming days ask of everybody if all that falls due is done and no customer answers.

The rules themselves decide, day after day; in between the simulation does what people would do. It assumes:
each task is done on its day, by its channel: a mail is sent, a call is answered, a visit made. A mail to a
customer above grade 下 awaits an answer as the policy proposes (000-11), in the conversation that is open
already, else in a new one. The customer stays silent. Whoever is asked for a next step plans one
`STEP_AHEAD` later. Nothing else happens: no inquiry, no order, nobody leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from genjin.rules.ahead import applied
from genjin.rules.decide import decide
from genjin.rules.duties import Duty, Rule, WorkClass
from genjin.rules.facts import (
    Attempt,
    CallFact,
    Channel,
    CustomerFacts,
    FollowGrade,
    NextStepFact,
    NextStepKind,
    Outcome,
    OutcomeKind,
    ThreadFact,
)
from genjin.rules.setting import Setting
from genjin.rules.worklist import WorkItem, merge
from genjin.rules.worktime import ONE_DAY

STEP_AHEAD = timedelta(days=14)
"""How far ahead people are assumed to plan when nothing is planned."""
USUAL_DAYS = 2
"""After how many days a mail awaits an answer where no grade says so."""
MOST_A_DAY = 24
"""So many tasks with one customer on one day are looked at; more would be an endless rule."""
PACE = timedelta(minutes=5)
"""Between one task with a customer and the next."""

NO_CONTACT = frozenset({Rule.REMINDER, Rule.NO_NEXT_STEP, Rule.CONTACT_DATA})
"""What is done without speaking or writing to the customer."""
CONTACT_ANYWAY = frozenset({Rule.NEXT_STEP, Rule.FIRST_CONTACT, Rule.RHYTHM, Rule.DAILY})
"""What is contact also where no channel is known."""
FOLLOWS_FROM_FACTS = frozenset(
    {
        Rule.NEXT_STEP,
        Rule.REMINDER,
        Rule.NO_NEXT_STEP,
        Rule.FIRST_CONTACT,
        Rule.RHYTHM,
        Rule.TRACKING,
        Rule.TRACKING_CALL,
        Rule.RECAP,
        Rule.DAILY,
    }
)
"""What is fulfilled by the fact that it happened; the others are told done by their keys."""


@dataclass(frozen=True, slots=True)
class Work:
    """One task as it would be done."""

    day: date
    owner_id: int
    customer_id: int
    work_class: WorkClass
    channel: Channel
    rules: tuple[Rule, ...]


def simulate(facts: CustomerFacts, setting: Setting, now: datetime, days: int) -> Iterator[Work]:
    """The tasks with one customer on the rest of today and the days after it, in their order."""
    course = Course(facts, now)
    for day in coming_days(setting, now, days):
        yield from course.work(day, setting)


def coming_days(setting: Setting, now: datetime, days: int) -> list[date]:
    """Today where the company is, and so many days after it."""
    today = setting.company.local_date(now)
    return [today + ONE_DAY * number for number in range(days + 1)]


class Course:
    """One customer on the way through the days; `facts` is what has become of them."""

    __slots__ = ("_made", "_rests_until", "_setting", "_wake_at", "facts", "moment")

    def __init__(self, facts: CustomerFacts, now: datetime) -> None:
        self.facts = facts
        self.moment = now
        self._made = 0
        self._setting: Setting | None = None
        self._rests_until: date | None = None
        self._wake_at: datetime | None = None

    def copy(self) -> Course:
        """The same customer at the same moment, to go another way."""
        other = Course(self.facts, self.moment)
        other._made = self._made
        return other

    def work(self, day: date, setting: Setting) -> Iterator[Work]:
        """Do what falls due by that day; days are given in their order."""
        if not self.facts.has_owner or self._is_at_rest(day, setting):
            return
        calendar = setting.calendar(self.facts.owner_id or 0)
        self.moment = max(self.moment, calendar.opening_of(day))
        done: set[str] = set()
        mails = 0
        for _ in range(MOST_A_DAY):
            items = self._decided(setting)
            may_mail = mails < setting.policy.number("proactive_mails_per_day")
            due = [one for one in items if one.due_on <= day and (may_mail or not one.has_proactive_mail)]
            item = min(
                (one for one in due if one.key not in done), key=lambda one: (one.due, one.key), default=None
            )
            if item is None:
                self._rest(day, items, setting)
                return
            mails += item.has_proactive_mail
            done |= {duty.key for duty in item.duties}
            yield self._do(item, day, setting)

    def _is_at_rest(self, day: date, setting: Setting) -> bool:
        """Whether it is known that nothing falls due by then."""
        known = self._setting is setting and self._rests_until is not None
        return known and self._rests_until is not None and day < self._rests_until

    def _rest(self, day: date, items: Iterable[WorkItem], setting: Setting) -> None:
        """Nothing is due before the next task, nor changes before the clock does."""
        owner = setting.calendar(self.facts.owner_id or 0)
        ahead = [max(item.due_on, day + ONE_DAY) for item in items]
        if self._wake_at is not None:
            ahead.append(max(owner.local_date(self._wake_at), day + ONE_DAY))
        self._setting, self._rests_until = setting, min(ahead, default=date.max)

    def _decided(self, setting: Setting) -> tuple[WorkItem, ...]:
        """The tasks that the rules ask for at this moment, after what the clock itself changes."""
        decision = decide(self.facts, setting, self.moment)
        if decision.changes:
            self.facts = applied(self.facts, decision.changes)
            decision = decide(self.facts, setting, self.moment)
        self._wake_at = decision.wake_at
        return merge(decision.duties, setting)

    def _do(self, item: WorkItem, day: date, setting: Setting) -> Work:
        self.moment = max(self.moment, item.due)
        self._settle(item)
        asked = {duty.reason.params.get("thread_id") for duty in item.duties if duty.rule is Rule.TRACKING}
        for channel in _channels(item):
            self.reach(channel, setting, by_id=item.owner_id, contact_id=item.contact_id, threads=asked)
        rules = tuple(dict.fromkeys(duty.rule for duty in item.duties))
        return Work(day, item.owner_id, item.customer_id, item.work_class, item.channel, rules)

    def _next_id(self) -> int:
        """Ids of what never happened are negative, so that they meet no stored ones."""
        self._made += 1
        return -self._made

    def _settle(self, item: WorkItem) -> None:
        """What is done by saying so: steps are closed, gaps filled, keys told done."""
        for duty in item.duties:
            if duty.rule in (Rule.NEXT_STEP, Rule.REMINDER):
                self._close_step(duty)
            elif duty.rule is Rule.NO_NEXT_STEP:
                self._plan_step(duty)
            if duty.rule not in FOLLOWS_FROM_FACTS:
                outcome = Outcome(duty.key, OutcomeKind.DONE, self.moment, duty.owner_id)
                self.facts = replace(self.facts, outcomes=(*self.facts.outcomes, outcome))

    def _close_step(self, duty: Duty) -> None:
        left = tuple(step for step in self.facts.next_steps if step.key != duty.key)
        closed_at = self.moment if duty.rule is Rule.NEXT_STEP else self.facts.last_step_closed_at
        self.facts = replace(self.facts, next_steps=left, last_step_closed_at=closed_at)

    def _plan_step(self, duty: Duty) -> None:
        has_email = any(contact.has_email for contact in self.facts.contacts)
        has_phone = any(contact.has_phone for contact in self.facts.contacts)
        step = NextStepFact(
            id=self._next_id(),
            kind=NextStepKind.NEXT_STEP,
            due=duty.due_on + STEP_AHEAD,
            purpose="",
            written_at=self.moment,
            written_by_id=duty.owner_id,
            owner_id=duty.owner_id,
            channel=Channel.EMAIL if has_email else Channel.AUDIO_CALL if has_phone else Channel.OTHER,
        )
        self.facts = replace(self.facts, next_steps=(*self.facts.next_steps, step))

    def reach(
        self,
        channel: Channel,
        setting: Setting,
        *,
        by_id: int,
        contact_id: int | None = None,
        threads: Collection[object] = (),
    ) -> None:
        """The customer is written to, called, visited by that person; nothing comes back.

        A mail goes into each of these `threads`, else into one that is open already, else into a new one.
        """
        facts = replace(
            self.facts,
            first_contact_at=self.facts.first_contact_at or self.moment,
            last_contact_at=self.moment,
            last_follow_up_at=self.moment,
            last_call=None,
        )
        if channel is Channel.EMAIL:
            known = self._mailed(facts, setting, by_id, contact_id, threads)
            self.facts = replace(facts, threads=known)
        else:
            attempts = (*facts.attempts, Attempt(self.moment, channel))
            call = None
            if channel.is_call:
                call = CallFact(self._next_id(), self.moment, self.moment, by_id, contact_id)
            self.facts = replace(facts, attempts=attempts, last_call=call)
        self.moment += PACE
        self._rests_until = None

    def _mailed(
        self,
        facts: CustomerFacts,
        setting: Setting,
        by_id: int,
        contact_id: int | None,
        asked: Collection[object],
    ) -> tuple[ThreadFact, ...]:
        """The conversations after one more mail."""
        reachable = [one for one in facts.threads if one.bounced_at is None]
        meant = [one for one in reachable if one.thread_id in asked] or reachable[:1]
        days = _days_until_tracked(facts, setting)
        mail = Attempt(self.moment, Channel.EMAIL)
        if meant:
            return tuple(
                replace(one, mails=(*one.mails, mail), days=days or one.days) if one in meant else one
                for one in facts.threads
            )
        if days is None:
            return facts.threads
        number = self._next_id()
        thread = ThreadFact(
            thread_id=number,
            tracking_id=number,
            owner_id=by_id,
            days=days,
            began_at=self.moment,
            message_id=number,
            mails=(mail,),
            contact_id=contact_id,
        )
        return (*facts.threads, thread)


def _channels(item: WorkItem) -> list[Channel]:
    """How the customer is reached for a task: its channel, and the call that nothing else replaces."""
    found = []
    is_contact = any(duty.rule not in NO_CONTACT for duty in item.duties)
    if is_contact and (
        item.channel is not Channel.OTHER or any(d.rule in CONTACT_ANYWAY for d in item.duties)
    ):
        found.append(item.channel)
    is_called = any(channel.is_call for channel in found)
    if not is_called and any(duty.rule is Rule.TRACKING_CALL for duty in item.duties):
        found.append(Channel.AUDIO_CALL)
    return found


def _days_until_tracked(facts: CustomerFacts, setting: Setting) -> int | None:
    """After how many days a mail awaits an answer; None for the lowest grade, which is not tracked."""
    if facts.follow_grade is FollowGrade.LOW:
        return None
    if facts.follow_grade is None:
        return USUAL_DAYS
    return setting.policy.number(f"tracking_delay_days.{facts.follow_grade}")
