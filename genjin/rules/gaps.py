"""What is missing: first contact with a new customer (001-03), next step (000-02), a number (000-38)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from genjin.rules.answers import key_of, owes_answer
from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Notice, NoticeKind, Rule, WorkClass, because
from genjin.rules.facts import Channel, FollowGrade, OutcomeKind
from genjin.rules.sequences import is_in_sequence, sequence_ended_at
from genjin.rules.tracking import is_tracked, tracking_ended_at
from genjin.rules.worktime import ONE_DAY, WorkCalendar

IMPORTANT = (FollowGrade.TOP, FollowGrade.UPPER_MID)
CONTACT_DATA = "contact-data"
"""How the keys of looking for a number begin; what was done about it holds beyond a follow-up."""


def first_contact(case: Case) -> Iterator[Duty]:
    """A new customer is contacted within a few working days of becoming somebody's (001-03)."""
    facts = case.facts
    owner_id = facts.owner_id
    since = facts.owned_since or facts.created_at
    key = first_contact_key(case)
    if owner_id is None or not owes_first_contact(case) or case.is_closed(key):
        return
    calendar = case.setting.calendar(owner_id)
    workdays = case.setting.policy.number("first_contact_workdays")
    began = calendar.local_date(since)
    yield case.owe(
        Plan(
            key=key,
            owner_id=owner_id,
            due=calendar.add_workdays(began, workdays) or began,
            day_one=triaged_day,
            channel=_first_channel(case),
        ),
        rule=Rule.FIRST_CONTACT,
        work_class=WorkClass.FIRST_RESPONSE if facts.follow_grade is FollowGrade.TOP else WorkClass.TRACKING,
        reason=because("FIRST_CONTACT_OWED", since=began, workdays=workdays),
        requirement="001-03",
        is_dismissable=False,
    )


def first_contact_key(case: Case) -> str:
    """A customer has one first contact."""
    return f"first-contact:{case.facts.customer_id}"


def owes_first_contact(case: Case) -> bool:
    """Whether nobody has spoken or written to a customer that somebody looks after; 下 is not tracked."""
    facts = case.facts
    is_tracked = facts.follow_grade is not FollowGrade.LOW
    return facts.is_worked and is_tracked and facts.first_contact_at is None


def _first_channel(case: Case) -> Channel:
    """A key account may be called at once (000-27); others are written to if there is an address."""
    if case.has_phone and (case.facts.is_key_account or not case.has_email):
        return Channel.AUDIO_CALL
    return Channel.EMAIL if case.has_email else Channel.OTHER


def triaged_day(case: Case, go_live_on: date) -> date:
    """The day for what was missing at go-live: a few customers per person and day, in their order."""
    return triaged(case, case.owner_calendar, case.facts.triage_rank, go_live_on)


def triaged(case: Case, calendar: WorkCalendar, rank: int, go_live_on: date) -> date:
    """The working day on which who stands at that place from 0 has his turn, a few a day from go-live on."""
    per_day = case.setting.policy.number("missing_next_steps_per_day")
    first = calendar.next_workday(go_live_on) or go_live_on
    return calendar.add_workdays(first, rank // per_day) or go_live_on


def no_next_step(case: Case) -> Iterator[Duty]:
    """Every customer that somebody looks after has a next step; 下, inactive and pool are exempt (000-02).

    A customer whose first contact or answer is still owed, whose answer is awaited, or for whom a sequence
    runs, is left to that. Dismissed, it comes back after a while: nobody is forgotten.
    """
    facts = case.facts
    owner_id = facts.owner_id
    if owner_id is None or not _needs_next_step(case):
        return
    key, anchor, ended = case.open_node("no-next-step", _missing_since(case))
    calendar = case.setting.calendar(owner_id)
    policy = case.setting.policy
    day = calendar.local_date(anchor)
    if ended is not None and ended.kind is OutcomeKind.DISMISSED:
        days = policy.number("no_next_step.again_after_days")
        due = day + timedelta(days=days)
        reason = because("NO_NEXT_STEP_AGAIN", dismissed_on=calendar.local_date(ended.at), days=days)
    else:
        due = calendar.add_workdays(day, policy.number("no_next_step.grace_workdays")) or day
        reason = because("NO_NEXT_STEP", since=day)
    yield case.owe(
        Plan(key=key, owner_id=owner_id, due=due, day_one=triaged_day),
        rule=Rule.NO_NEXT_STEP,
        work_class=WorkClass.CARE,
        reason=reason,
        requirement="000-02",
    )


def _needs_next_step(case: Case) -> bool:
    facts, policy = case.facts, case.setting.policy
    if not policy.is_on("no_next_step.is_on") or not facts.has_owner:
        return False
    if facts.is_inactive and policy.is_on("no_next_step.exempt_inactive"):
        return False
    if facts.follow_grade in policy.names("no_next_step.exempt_grades"):
        return False
    if facts.value_class is not None and policy.is_on("no_next_step.rhythm_counts"):
        return False
    if owes_first_contact(case) and not case.is_closed(first_contact_key(case)):
        return False
    if is_tracked(case) or owes_answer(case) or is_in_sequence(case):
        return False
    return not any(step.is_contact and not case.is_closed(step.key) for step in facts.next_steps)


def _missing_since(case: Case) -> datetime:
    """When the last thing happened after which a next step should have been set."""
    facts = case.facts
    closed = case.last_closed({step.key for step in facts.next_steps if step.is_contact})
    answered = case.last_closed({key_of(mail) for one in facts.waiting for mail in one.mails})
    began = facts.owned_since or facts.created_at
    ended = (answered, tracking_ended_at(case), sequence_ended_at(case))
    moments = (began, facts.last_follow_up_at, facts.last_step_closed_at, closed, *ended)
    return max(moment for moment in moments if moment is not None)


def contact_data(case: Case) -> Iterator[Duty]:
    """For an important customer whom nobody can call a number is looked for (000-38).

    Counted from the last follow-up, in which one might have been asked for. Dismissed, it comes back late.
    """
    facts = case.facts
    owner_id = facts.owner_id
    is_meant = facts.follow_grade in IMPORTANT or facts.is_key_account
    if owner_id is None or not facts.is_worked or not is_meant or case.has_phone:
        return
    began = facts.owned_since or facts.created_at
    key, anchor, ended = case.open_node(CONTACT_DATA, began)
    calendar = case.setting.calendar(owner_id)
    if ended is not None:
        dismissed_on = calendar.local_date(ended.at)
        days = case.setting.policy.number("contact_data.again_after_days")
        due = dismissed_on + timedelta(days=days)
        reason = because("NO_PHONE_AGAIN", dismissed_on=dismissed_on, days=days)
    else:
        since = calendar.local_date(max(anchor, facts.last_follow_up_at or anchor))
        policy = case.setting.policy
        # Of many who came on one day a few are looked up each day, as at go-live.
        later = facts.intake_rank // policy.number("missing_next_steps_per_day")
        due = calendar.add_workdays(since, policy.number("first_contact_workdays") + later) or since
        reason = because("NO_PHONE", since=since)
    yield case.owe(
        Plan(key=key, owner_id=owner_id, due=due, day_one=triaged_day, obeys_pause=False),
        rule=Rule.CONTACT_DATA,
        work_class=WorkClass.CARE,
        reason=reason,
        requirement="000-38",
    )


def first_contact_notices(case: Case, duties: Sequence[Duty]) -> Iterator[Notice]:
    """A new customer whose first contact was not logged in time is reported to the manager (001-03)."""
    for duty in duties:
        if duty.rule is not Rule.FIRST_CONTACT:
            continue
        calendar = case.setting.calendar(duty.owner_id)
        if case.clock.has_reached(calendar.start_of_day(duty.due_on + ONE_DAY)):
            manager_id = case.setting.manager_of(duty.owner_id)
            yield Notice(
                key=f"first-contact-missed:{duty.key}:{duty.due_on.isoformat()}",
                kind=NoticeKind.FIRST_CONTACT_MISSED,
                customer_id=duty.customer_id,
                duty_key=duty.key,
                recipient_ids=(duty.owner_id if manager_id is None else manager_id,),
                reason=because("FIRST_CONTACT_MISSED", due_on=duty.due_on, owner_id=duty.owner_id),
            )
