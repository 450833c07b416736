"""From duties to tasks: close ones merged into one (C-04), ranked by what comes first (C-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from heapq import heapify, heappop, heappush
from itertools import groupby

from genjin.rules.duties import Duty, Rule, WorkClass
from genjin.rules.facts import Channel, FollowGrade, ValueClass
from genjin.rules.setting import Setting
from genjin.rules.worktime import ONE_DAY


class Quadrant(StrEnum):
    """Important or urgent (dimension 12)."""

    IMPORTANT_URGENT = "IMPORTANT_URGENT"
    IMPORTANT = "IMPORTANT"
    URGENT = "URGENT"
    NEITHER = "NEITHER"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One task of one person for one customer: its duties are its purposes, the leading one first."""

    duties: tuple[Duty, ...]
    due: datetime
    due_on: date

    @property
    def leading(self) -> Duty:
        """The duty that names the task."""
        return self.duties[0]

    @property
    def key(self) -> str:
        """The key of the leading duty."""
        return self.leading.key

    @property
    def customer_id(self) -> int:
        """The customer it is about."""
        return self.leading.customer_id

    @property
    def owner_id(self) -> int:
        """Who has to do it."""
        return self.leading.owner_id

    @property
    def is_due_date_only(self) -> bool:
        """False for an appointment."""
        return self.leading.is_due_date_only

    @property
    def work_class(self) -> WorkClass:
        """What it ranks as: the first of its purposes."""
        return min(duty.work_class for duty in self.duties)

    @property
    def channel(self) -> Channel:
        """How: what the leading duty asks for, else the first that asks for anything."""
        asked = (duty.channel for duty in self.duties if duty.channel is not Channel.OTHER)
        return next(asked, Channel.OTHER)

    @property
    def contact_id(self) -> int | None:
        """Whom: the first contact that a duty names."""
        return next((duty.contact_id for duty in self.duties if duty.contact_id is not None), None)

    @property
    def is_dismissable(self) -> bool:
        """Whether all of its duties may be dismissed."""
        return all(duty.is_dismissable for duty in self.duties)

    @property
    def has_proactive_mail(self) -> bool:
        """Whether doing it sends the proactive mail of its day."""
        return any(duty.is_proactive_mail for duty in self.duties)


def merge(duties: Iterable[Duty], setting: Setting) -> tuple[WorkItem, ...]:
    """One task for the duties of one customer and person that lie within the merge window, ranked.

    Duties are only drawn earlier, never before their `earliest_on`; an appointment is not moved and takes
    in what is due from its day on. Only a second proactive mail to a customer on one day goes to a later day.
    """
    window = setting.policy.number("merge_window_days")
    by_person = sorted(duties, key=lambda duty: (duty.customer_id, duty.owner_id, duty.due_on, duty.key))
    items = [
        item
        for _, group in groupby(by_person, key=lambda duty: (duty.customer_id, duty.owner_id))
        for item in _merge_for_one(list(group), window)
    ]
    return tuple(sorted(_one_proactive_mail_a_day(items, setting), key=rank))


def _merge_for_one(duties: list[Duty], window: int) -> list[WorkItem]:
    """`duties` of one customer and person, in the order of their days."""
    appointments = [[duty] for duty in duties if not duty.is_due_date_only]
    others: list[list[Duty]] = []
    for duty in duties:
        if not duty.is_due_date_only:
            continue
        home = next((group for group in appointments + others if _fits(duty, group[0], window)), None)
        if home is None:
            others.append([duty])
        else:
            home.append(duty)
    return [_item(group, group[0].due_on) for group in appointments + others]


def _fits(duty: Duty, head: Duty, window: int) -> bool:
    """Whether a duty may be done on the day of the one that opened a task; a deadline stays alone.

    Who was picked for today is contacted once, however long something else is overdue.
    """
    if not head.is_due_date_only and head.work_class is not WorkClass.APPOINTMENT:
        return False
    if duty.earliest_on is not None and duty.earliest_on > head.due_on:
        return False
    days = (duty.due_on - head.due_on).days
    return days >= 0 and (days <= window or duty.rule is Rule.DAILY)


def _item(duties: list[Duty], day: date) -> WorkItem:
    ordered = sorted(duties, key=lambda duty: (duty.is_due_date_only, duty.work_class, duty.due, duty.key))
    leading = ordered[0]
    due = leading.due if leading.due_on == day else min(duty.due for duty in ordered if duty.due_on == day)
    return WorkItem(tuple(ordered), due, day)


def _one_proactive_mail_a_day(items: list[WorkItem], setting: Setting) -> list[WorkItem]:
    """Move the mail of the lower-ranked task to the next working day on which no other goes out."""
    allowed = setting.policy.number("proactive_mails_per_day")
    sent: dict[tuple[int, date], int] = {}
    kept: list[WorkItem] = []
    waiting = [(item.due_on, rank(item), item) for item in items]
    heapify(waiting)
    while waiting:
        day, _, item = heappop(waiting)
        slot = (item.customer_id, day)
        if not item.has_proactive_mail:
            kept.append(item)
        elif sent.get(slot, 0) < allowed:
            sent[slot] = sent.get(slot, 0) + 1
            kept.append(item)
        else:
            rest, later = _split_mail(item, setting)
            kept.extend(rest)
            heappush(waiting, (later.due_on, rank(later), later))
    return kept


def _split_mail(item: WorkItem, setting: Setting) -> tuple[list[WorkItem], WorkItem]:
    """What stays on its day, and the mail on the next working day."""
    calendar = setting.calendar(item.owner_id)
    day = calendar.next_workday(item.due_on + ONE_DAY) or item.due_on + ONE_DAY
    mails = [duty for duty in item.duties if duty.is_proactive_mail]
    others = [duty for duty in item.duties if not duty.is_proactive_mail]
    rest = [WorkItem(tuple(others), item.due, item.due_on)] if others else []
    return rest, WorkItem(tuple(mails), calendar.opening_of(day), day)


UNGRADED = 2 * FollowGrade.MID.rank + 1


def rank(item: WorkItem) -> tuple[int, int, datetime, str]:
    """The place on the work list: C-07's class, then the grade (in a rhythm the purchase class), then due."""
    grade = item.leading.follow_grade
    place = UNGRADED if grade is None else 2 * grade.rank
    if item.work_class is WorkClass.CADENCE:
        classes = list(ValueClass)
        value_class = item.leading.value_class
        place += 10 * (len(classes) if value_class is None else classes.index(value_class))
    return item.work_class, place, item.due, item.key


def quadrant(item: WorkItem, today: date) -> Quadrant:
    """Important is an important customer or a promise; urgent is what others wait for, or what is overdue."""
    is_important = any(duty.is_important for duty in item.duties) or item.work_class <= WorkClass.ORDER_NODE
    is_urgent = item.work_class <= WorkClass.ANSWER or item.due_on < today
    if is_important:
        return Quadrant.IMPORTANT_URGENT if is_urgent else Quadrant.IMPORTANT
    return Quadrant.URGENT if is_urgent else Quadrant.NEITHER
