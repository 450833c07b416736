"""The validity of what was offered: followed up before it runs out, decided when it has (B-14, 002-39).

| what is known of an offer that was sent  | what is owed          | when                                   |
|------------------------------------------|-----------------------|----------------------------------------|
| valid for a while yet                    | follow it up          | `offer_ahead_days` before the end, on  |
|                                          |                       | the working day before that            |
| valid for a shorter time than that       | follow it up          | the day after it was sent              |
| followed up in those days                | nothing until the end |                                        |
| its validity is over                     | renew or write it off | the working day after                  |
| over for `LAPSES_AFTER`, before go-live  | nothing               |                                        |
| revised, accepted, lost, ordered, binned | nothing: no fact      |                                        |

Any contact counts as following up; what is over is settled by a decision on the offer, or by saying that it
was talked about. Pauses of the customer hold both, as both mean contact with him.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel
from genjin.rules.offered import ENDED, ENDING, OfferFact
from genjin.rules.worktime import ONE_DAY, Direction

LAPSES_AFTER = timedelta(days=90)
"""What ran out longer ago is history; the list of offers still shows it."""


def offers(case: Case) -> Iterator[Duty]:
    """What the validity of each unanswered offer asks for: one duty at a time."""
    if not case.facts.is_worked:
        return
    for offer in case.facts.offers:
        calendar = case.setting.calendar(offer.owner_id)
        ended_on = offer.valid_until + ONE_DAY
        go_live_on = case.setting.go_live_on
        if go_live_on is not None and offer.valid_until < go_live_on:
            continue
        if case.clock.has_reached(calendar.start_of_day(ended_on) + LAPSES_AFTER):
            continue
        is_over = case.clock.has_reached(calendar.start_of_day(ended_on))
        what = ENDED if is_over or _is_followed_up(case, offer) else ENDING
        if not case.is_closed(offer.key(what)):
            yield _owe(case, offer, what)


def follow_up_on(case: Case, offer: OfferFact) -> date:
    """The day from which on it is to be followed up: never before the customer could read it."""
    ahead = timedelta(days=case.setting.policy.number("offer_ahead_days"))
    sent_on = case.setting.calendar(offer.owner_id).local_date(offer.sent_at)
    return min(max(offer.valid_until - ahead, sent_on + ONE_DAY), max(offer.valid_until, sent_on))


def _is_followed_up(case: Case, offer: OfferFact) -> bool:
    """Whether somebody was in touch on the day it is owed or since, or said that there is no need."""
    calendar, last = case.setting.calendar(offer.owner_id), case.facts.last_follow_up_at
    first_on = follow_up_on(case, offer)
    planned = calendar.previous_workday(first_on) or first_on
    since = calendar.start_of_day(max(planned, calendar.local_date(offer.sent_at) + ONE_DAY))
    return (last is not None and last >= since) or case.is_closed(offer.key(ENDING))


def _owe(case: Case, offer: OfferFact, what: str) -> Duty:
    is_over = what == ENDED
    sent_on = case.setting.calendar(offer.owner_id).local_date(offer.sent_at)
    return case.owe(
        Plan(
            key=offer.key(what),
            owner_id=offer.owner_id,
            due=offer.valid_until + ONE_DAY if is_over else follow_up_on(case, offer),
            direction=Direction.LATER if is_over else Direction.EARLIER,
            after=None if is_over else sent_on,
            channel=Channel.EMAIL if case.has_email and not is_over else Channel.OTHER,
            contact_id=offer.contact_id,
        ),
        rule=Rule.OFFER_ENDED if is_over else Rule.OFFER_ENDING,
        work_class=WorkClass.TRACKING,
        reason=because(
            "OFFER_VALIDITY",
            offer=offer.number,
            offer_id=offer.id,
            offer_kind=offer.kind,
            sent_on=sent_on,
            valid_until=offer.valid_until,
            message_id=None if is_over else offer.message_id,
        ),
        requirement="B-14",
        is_proactive=not is_over,
    )
