"""Next steps and reminders that people wrote down (000-02, 000-10), and who is told when they are overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Notice, NoticeKind, Rule, WorkClass, because
from genjin.rules.facts import FollowGrade, NextStepFact, NextStepKind


def next_steps(case: Case) -> Iterator[Duty]:
    """Each open next step and reminder is owed by the person it names, else by the customer's owner."""
    for step in case.facts.next_steps:
        owner_id = case.facts.owner_id if step.owner_id is None else step.owner_id
        if owner_id is not None and not case.is_closed(step.key):
            yield _duty(case, step, owner_id)


def _duty(case: Case, step: NextStepFact, owner_id: int) -> Duty:
    is_next_step = step.kind is NextStepKind.NEXT_STEP
    is_new_top = case.facts.follow_grade is FollowGrade.TOP and case.facts.first_contact_at is None
    return case.owe(
        Plan(
            key=step.key,
            owner_id=owner_id,
            due=step.due,
            obeys_pause=step.is_contact,
            channel=step.channel,
            contact_id=step.contact_id,
        ),
        rule=Rule.NEXT_STEP if is_next_step else Rule.REMINDER,
        work_class=WorkClass.FIRST_RESPONSE if is_new_top else WorkClass.TRACKING,
        reason=because(
            "NEXT_STEP_SET" if is_next_step else "REMINDER_SET",
            by_id=step.written_by_id,
            written_on=case.setting.calendar(owner_id).local_date(step.written_at),
        ),
        requirement="000-02" if is_next_step else "000-10",
        purpose=step.purpose,
    )


LADDER = (
    (NoticeKind.OVERDUE, "overdue.remind_workdays"),
    (NoticeKind.OVERDUE_MANAGER, "overdue.manager_workdays"),
    (NoticeKind.AT_RISK, "overdue.risk_workdays"),
)


def overdue_notices(case: Case, duties: Sequence[Duty]) -> Iterator[Notice]:
    """The highest rung an overdue next step has climbed: oneself, the manager, both as a risk (B-11).

    A reminder, which is no contact owed to the customer, stops at the first rung.
    """
    for duty in duties:
        if duty.rule is Rule.NEXT_STEP:
            notice = _climb(case, duty, LADDER)
        elif duty.rule is Rule.REMINDER:
            notice = _climb(case, duty, LADDER[:1])
        else:
            continue
        if notice is not None:
            yield notice


def _climb(case: Case, duty: Duty, ladder: Sequence[tuple[NoticeKind, str]]) -> Notice | None:
    calendar = case.setting.calendar(duty.owner_id)
    notice = None
    for kind, key in ladder:
        workdays = case.setting.policy.number(key)
        day = calendar.add_workdays(duty.due_on, workdays)
        if day is None or not case.clock.has_reached(calendar.start_of_day(day)):
            break
        notice = Notice(
            key=f"{kind.value.lower()}:{duty.key}:{duty.due_on.isoformat()}",
            kind=kind,
            customer_id=duty.customer_id,
            duty_key=duty.key,
            recipient_ids=_recipients(case, duty, kind),
            reason=because("OVERDUE", due_on=duty.due_on, workdays=workdays, owner_id=duty.owner_id),
        )
    return notice


def _recipients(case: Case, duty: Duty, kind: NoticeKind) -> tuple[int, ...]:
    manager_id = case.setting.manager_of(duty.owner_id)
    if kind is NoticeKind.OVERDUE or manager_id is None:
        return (duty.owner_id,)
    return (manager_id,) if kind is NoticeKind.OVERDUE_MANAGER else (manager_id, duty.owner_id)
