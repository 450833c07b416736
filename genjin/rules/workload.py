"""How many tasks the coming days bring to people, as things are and under another policy (A.6, design 1).

A portfolio is what one person owns, or an evenly drawn part of it. Its days are simulated together, because
the daily 2 + 2 choose among all of them; what a part of the customers brings stands for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from genjin.rules.day import Candidate, PersonFacts, plan_day
from genjin.rules.duties import WorkClass
from genjin.rules.facts import Channel, CustomerFacts, Half, LifecycleStage
from genjin.rules.setting import Setting
from genjin.rules.simulation import Course, coming_days
from genjin.rules.worktime import WorkCalendar

Load = Mapping[tuple[date, int, WorkClass], float]
"""How many tasks there are on a day, for a person, of a class of C-07."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Customers of one owner: all of them, or a part that stands for `total`."""

    owner_id: int
    customers: Sequence[CustomerFacts]
    total: int

    @property
    def share(self) -> float:
        """Which part of the owner's customers it holds."""
        return len(self.customers) / max(self.total, len(self.customers), 1)


def compare(
    portfolio: Portfolio, present: Setting, other: Setting, now: datetime, days: int
) -> tuple[Load, Load]:
    """The work from tomorrow on, for so many days: as things are, and under another setting.

    Today is finished as things are in both, so that tomorrow shows what the change itself moves.
    """
    today, *later = coming_days(present, now, days)
    before = _Days(portfolio, [Course(facts, now) for facts in portfolio.customers])
    for course in before.courses:
        for _ in course.work(today, present):
            pass
    after = _Days(portfolio, [course.copy() for course in before.courses])
    return before.load(later, present), after.load(later, other)


class _Days:
    """The customers of one owner on their way through the days together."""

    def __init__(self, portfolio: Portfolio, courses: Sequence[Course]) -> None:
        self.owner_id = portfolio.owner_id
        self.share = portfolio.share
        self.courses = courses
        self._due_picks = 0.0

    def load(self, days: Iterable[date], setting: Setting) -> Load:
        """What the days bring, for the whole portfolio."""
        found: defaultdict[tuple[date, int, WorkClass], float] = defaultdict(float)
        for day in days:
            picked = self._picked(day, setting)
            worked: set[int] = set()
            for course in self.courses:
                for work in course.work(day, setting):
                    found[day, work.owner_id, work.work_class] += 1 / self.share
                    worked.add(work.customer_id)
            left = [one for one in picked if one.facts.customer_id not in worked]
            if left:
                found[day, self.owner_id, WorkClass.DAILY] += len(left)
            self._follow_up(left, day, setting)
        return found

    def _picked(self, day: date, setting: Setting) -> list[Course]:
        """The 2 + 2 of that day, as they would be chosen in the morning."""
        by_id = {course.facts.customer_id: course for course in self.courses if course.facts.is_worked}
        calendar = setting.calendar(self.owner_id)
        candidates = tuple(_candidate(course.facts, calendar) for course in by_id.values())
        person = PersonFacts(
            user_id=self.owner_id,
            candidates=candidates,
            closed_count=sum(one.half is Half.CLOSED for one in candidates),
        )
        plan = plan_day(person, setting, calendar.opening_of(day))
        return [by_id[pick.customer_id] for pick in plan.picks]

    def _follow_up(self, picked: Sequence[Course], day: date, setting: Setting) -> None:
        """Write to those of the picked who had no other task; of a part of the customers only a part."""
        self._due_picks += len(picked) * self.share
        count = int(self._due_picks)
        self._due_picks -= count
        opens_at = setting.calendar(self.owner_id).opening_of(day)
        for course in picked[:count]:
            course.moment = max(course.moment, opens_at)
            course.reach(_channel(course.facts), setting, by_id=self.owner_id)


def _candidate(facts: CustomerFacts, calendar: WorkCalendar) -> Candidate:
    planned = [
        calendar.local_date(step.due) if isinstance(step.due, datetime) else step.due
        for step in facts.next_steps
        if step.is_contact
    ]
    is_prospect = facts.lifecycle_stage is LifecycleStage.PROSPECT
    override, pause = facts.cadence_override, facts.contact_pause
    return Candidate(
        customer_id=facts.customer_id,
        half=Half.PROSPECT if is_prospect else Half.CLOSED,
        follow_grade=facts.follow_grade,
        value_class=facts.value_class,
        cadence_days=override.max_gap_days if override else None,
        last_follow_up_at=facts.last_follow_up_at,
        not_before=pause.not_before if pause else None,
        next_step_on=min(planned, default=None),
        is_inactive=facts.is_inactive,
    )


def _channel(facts: CustomerFacts) -> Channel:
    """A mail if there is an address, else a call if there is a number."""
    if any(contact.has_email for contact in facts.contacts):
        return Channel.EMAIL
    return Channel.AUDIO_CALL if any(contact.has_phone for contact in facts.contacts) else Channel.OTHER
