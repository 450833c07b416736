"""What orders ask of us: a decline is explained and acted on, the next order spoken of in time.

| what is known                    | what is owed                            | when                 |
|----------------------------------|-----------------------------------------|----------------------|
| an order declined, cause unknown | find the cause (003-33)                 | the same day, 003-35 |
| cause known, no measure          | take a measure (003-34)                 | the next working day |
| the moment before the next order | speak of the next order (002-55)        | see rules/reorder    |
| the same, but he complains       | nothing (003-19)                        |                      |
| the same, but goods are not there| nothing until they are in stock, unless | then                 |
|                                  | he says himself that little is left     |                      |

The second decline in a row is told to the manager, the third to both as late (003-37). Nothing is asked about
the next order of somebody dormant or lost: that is for waking up. Whether a
measure helped, the next order tells: it closes the decline, or opens another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from genjin.rules.aftersales import has_lapsed
from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Notice, NoticeKind, Rule, WorkClass, because
from genjin.rules.facts import Channel, DormancyState
from genjin.rules.order_facts import ReorderFact
from genjin.rules.promised import PromiseKind
from genjin.rules.reorder import LOW_STOCK, NOW_SOLD

CAUSE, MEASURE = "cause", "measure"
FROM_STOCK = (LOW_STOCK, NOW_SOLD)
"""Why one speaks now when the customer told what he has left: the goods are there, whatever was noted."""


def declines(case: Case) -> Iterator[Duty]:
    """Each open decline asks for its cause, then for a measure, of the customer's owner."""
    owner_id = case.facts.owner_id
    if owner_id is None or not case.facts.has_owner:
        return
    calendar = case.setting.calendar(owner_id)
    for one in case.facts.declines:
        if one.has_cause and one.has_measure:
            continue
        what = MEASURE if one.has_cause else CAUSE
        key = one.key(what)
        if case.is_closed(key):
            continue
        opened_on = calendar.local_date(one.opened_at)
        due = opened_on
        if one.has_cause and one.explained_at is not None:
            explained_on = calendar.local_date(one.explained_at)
            due = calendar.add_workdays(explained_on, 1) or explained_on
        yield case.owe(
            Plan(key=key, owner_id=owner_id, due=due, obeys_pause=False),
            rule=Rule.DECLINE_MEASURE if one.has_cause else Rule.DECLINE_CAUSE,
            work_class=WorkClass.ORDER_NODE,
            reason=because(
                "ORDER_DECLINED",
                order=one.number,
                order_id=one.order_id,
                measure=one.measure,
                percent=one.percent,
                level=one.level,
                on=opened_on,
            ),
            requirement="003-34" if one.has_cause else "003-33",
        )


def reorders(case: Case) -> Iterator[Duty]:
    """The next order is spoken of before it is expected: production, transit and some days ahead."""
    facts = case.facts
    one, owner_id = facts.reorder, facts.owner_id
    if one is None or owner_id is None or not facts.is_worked:
        return
    if facts.dormancy_state is DormancyState.DORMANT or case.is_closed(one.key):
        return
    if not may_press(case, one):
        return
    yield case.owe(
        Plan(key=one.key, owner_id=owner_id, due=one.moment_on, channel=_channel(case)),
        rule=Rule.REORDER,
        work_class=WorkClass.TRACKING,
        reason=because(
            "REORDER_MOMENT",
            last_on=one.last_on,
            expected_on=one.expected_on,
            from_on=one.from_on,
            until_on=one.until_on,
            lead_days=one.lead_days,
            why=one.why,
        ),
        requirement="002-55",
        is_proactive=True,
    )


def may_press(case: Case, expected: ReorderFact) -> bool:
    """Whether one may speak of the next order now: nothing is complained about, and his goods have come.

    What left a year ago, or before an order that came later, says nothing of today.
    """
    if any(one.kind is PromiseKind.COMPLAINT_SOLUTION and one.kept_at is None for one in case.facts.promises):
        return False
    if expected.why in FROM_STOCK:
        return True
    return all(one.may_press or one.has_new_order or has_lapsed(case, one) for one in case.facts.shipments)


def _channel(case: Case) -> Channel:
    return Channel.EMAIL if case.has_email else Channel.AUDIO_CALL if case.has_phone else Channel.OTHER


def decline_notices(case: Case, duties: Sequence[Duty]) -> Iterator[Notice]:
    """The second decline in a row is told to the manager, the third to him and the owner (003-37)."""
    facts, policy = case.facts, case.setting.policy
    owner_id = facts.owner_id
    if owner_id is None or not facts.has_owner:
        return
    manager_id = case.setting.manager_of(owner_id)
    for one in facts.declines:
        if one.level < policy.number("order_decline.escalate_at"):
            continue
        is_late = one.level >= policy.number("order_decline.too_late_at")
        told = {manager_id or owner_id} | ({owner_id} if is_late else set())
        yield Notice(
            key=f"decline-{one.level}:order-{one.order_id}",
            kind=NoticeKind.DECLINE_LATE if is_late else NoticeKind.DECLINE_AGAIN,
            customer_id=facts.customer_id,
            duty_key=one.key(CAUSE),
            recipient_ids=tuple(sorted(told)),
            reason=because("DECLINED_AGAIN", order=one.number, level=one.level, owner_id=owner_id),
        )
