"""A customer wrote last: an answer is owed (000-15, C-07 class 5), or a call at once (000-27).

Due on the working day on which the mail arrived, on the next one when nobody works any more (C-16). It ends
by a mail of ours in that conversation, by a talk of any kind that was logged later, or when somebody says
with a reason that no answer is needed. What nobody answered for a month asks for none any more: what comes
next with that customer is then owed by other rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Reason, Rule, WorkClass, because
from genjin.rules.facts import Channel, FollowGrade, ReceivedMail, WaitingFact

ANSWER = "answer:message-"
"""How the keys begin; the newest mail names the duty, so that another one asks anew."""
LAPSES_AFTER = timedelta(days=30)
GRADED_WITHIN = timedelta(hours=1)
"""So soon after the first mail the grade 上 still means that one calls at once (000-27)."""


def answers(case: Case) -> Iterator[Duty]:
    """One duty for each conversation in which the customer's mail waits; a pause does not hold it."""
    for waiting in case.facts.waiting:
        owner_id = case.facts.owner_id if waiting.owner_id is None else waiting.owner_id
        mails = unanswered(case, waiting)
        if owner_id is not None and mails:
            yield _answer(case, waiting, mails, owner_id)


def owes_answer(case: Case) -> bool:
    """Whether a mail of the customer waits, so that it is known what comes next."""
    return any(unanswered(case, waiting) for waiting in case.facts.waiting)


def unanswered(case: Case, waiting: WaitingFact) -> list[ReceivedMail]:
    """The mails that still wait, the oldest first; none where nobody has accepted the customer."""
    if not case.facts.has_owner:
        return []
    settled = [case.facts.spoken_at, case.last_closed({key_of(mail) for mail in waiting.mails})]
    since = max((moment for moment in settled if moment is not None), default=None)
    mails = sorted(waiting.mails, key=lambda mail: (mail.at, mail.message_id))
    if not mails or case.clock.has_reached(mails[-1].at + LAPSES_AFTER):
        return []
    return [mail for mail in mails if since is None or mail.at > since]


def key_of(mail: ReceivedMail) -> str:
    """`answer:message-812` is the duty to answer that mail."""
    return f"{ANSWER}{mail.message_id}"


def _answer(case: Case, waiting: WaitingFact, mails: Sequence[ReceivedMail], owner_id: int) -> Duty:
    facts, newest = case.facts, mails[-1]
    calendar = case.setting.calendar(owner_id)
    is_new_top = facts.follow_grade is FollowGrade.TOP and facts.last_follow_up_at is None
    return case.owe(
        Plan(
            key=key_of(newest),
            owner_id=owner_id,
            due=_due(case, mails[0].at, owner_id),
            obeys_pause=False,
            channel=Channel.EMAIL,
            contact_id=waiting.contact_id,
            notes=tuple(_call_at_once(case, waiting, mails[0].at)),
        ),
        rule=Rule.ANSWER,
        work_class=WorkClass.FIRST_RESPONSE if is_new_top else WorkClass.ANSWER,
        reason=because(
            "ANSWER_OWED",
            thread_id=waiting.thread_id,
            message_id=newest.message_id,
            since=calendar.local_date(mails[0].at),
            count=len(mails),
        ),
        requirement="000-15",
    )


def _due(case: Case, arrived_at: datetime, owner_id: int) -> date:
    """The day of the first opening from then on, and so many working days later."""
    calendar = case.setting.calendar(owner_id)
    opening = calendar.next_opening(arrived_at)
    day = calendar.local_date(arrived_at if opening is None else opening)
    return calendar.add_workdays(day, case.setting.policy.number("answer_workdays")) or day


def _call_at_once(case: Case, waiting: WaitingFact, first_at: datetime) -> Iterator[Reason]:
    """The first mail of a specially important customer: he may be called at once (000-27)."""
    facts = case.facts
    is_first = facts.last_follow_up_at is None and (
        facts.first_contact_at is None or facts.first_contact_at >= first_at
    )
    graded = facts.follow_grade is FollowGrade.TOP and (
        facts.graded_at is None or facts.graded_at <= first_at + GRADED_WITHIN
    )
    if is_first and case.has_phone and (facts.is_key_account or facts.is_priority or graded):
        yield because("CALL_NOW", contact_id=waiting.contact_id)
