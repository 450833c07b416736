"""The customers picked for a person's day as duties: one of the 2 + 2 (000-30 to 000-33).

Who is picked is decided with the person's day (`rules.day`); the pick is a fact of the customer, owed on its
day only. A pick nobody followed up is not carried over: the next day picks anew, and picks the same customer
if he still comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.rhythm import usual_channel
from genjin.rules.worktime import ONE_DAY

DAILY = "daily"
"""How the keys of picked customers begin."""


def daily(case: Case) -> Iterator[Duty]:
    """A follow-up of one's own accord on the day of the pick; a postponed one on its later day."""
    facts, pick = case.facts, case.facts.daily_pick
    if pick is None or facts.owner_id != pick.user_id or not facts.is_worked:
        return
    key = f"{DAILY}:{facts.customer_id}:{pick.day.isoformat()}"
    calendar = case.setting.calendar(pick.user_id)
    last = facts.last_follow_up_at
    last_on = calendar.local_date(last) if last else None
    if case.is_closed(key) or (last_on is not None and last_on >= pick.day):
        return
    if case.pause_ends is not None and case.pause_ends > pick.day:
        return
    grade = facts.follow_grade
    duty = case.owe(
        Plan(key=key, owner_id=pick.user_id, due=pick.day, channel=usual_channel(case)),
        rule=Rule.DAILY,
        work_class=WorkClass.DAILY,
        reason=because(
            "PICKED_TODAY",
            half=str(pick.half),
            grade=None if grade is None else str(grade),
            days=None if last_on is None else (pick.day - last_on).days,
        ),
        requirement="000-30",
        is_proactive=True,
    )
    ends = case.setting.calendar(duty.owner_id).start_of_day(duty.due_on + ONE_DAY)
    if not case.clock.has_reached(ends):
        yield duty
