"""The validity of offers: followed up before it ends, decided when it is over (B-14)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.case import Case
from genjin.rules.decide import decide
from genjin.rules.facts import Channel, ContactFact, ContactPause, DormancyState, OutcomeKind
from genjin.rules.offered import OfferFact
from genjin.rules.offers import LAPSES_AFTER, follow_up_on, offers
from genjin.rules.worklist import merge
from tests.rules.build import CHINA, LIN, WANG, at, customer, day, dismissed, setting, step
from tests.rules.chain_strategies import days, moments
from tests.rules.strategies import customers, many, settings_of_firms


def sent(valid_until: date = date(2026, 3, 20), **fields: Any) -> OfferFact:
    """A quotation of Lin's, sent on Monday 2 March, valid until Friday 20 March."""
    values: dict[str, Any] = {
        "id": 7, "number": "QT2026-0007", "kind": "QUOTATION", "owner_id": LIN,
        "sent_at": at("2026-03-02 10:00"), "valid_until": valid_until,
    }  # fmt: skip
    return OfferFact(**(values | fields))


def owed(now: str, offer: OfferFact | None = None, firm: Any = None, **facts: Any) -> Any:
    """The duty of an offer at that time; None without one."""
    found = list(offers(Case(customer(offers=(offer or sent(),), **facts), firm or setting(), at(now))))
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("now", "valid_until", "last_follow_up", "rule", "due"),
    [
        # valid for a while: three days before the end, on a working day
        ("2026-03-03 09:00", "03-20", None, "OFFER_ENDING", "03-17"),
        ("2026-03-03 09:00", "03-24", None, "OFFER_ENDING", "03-20"),
        ("2026-03-19 09:00", "03-20", None, "OFFER_ENDING", "03-17"),
        # valid for two days only: the day after it was sent
        ("2026-03-02 11:00", "03-04", None, "OFFER_ENDING", "03-03"),
        # in touch before that time: still owed; in those days: not until it is over
        ("2026-03-18 09:00", "03-20", "2026-03-16 15:00", "OFFER_ENDING", "03-17"),
        ("2026-03-18 09:00", "03-20", "2026-03-17 15:00", "OFFER_ENDED", "03-23"),
        # the mail that carried it is no follow-up of it
        ("2026-03-02 11:00", "03-04", "2026-03-02 10:05", "OFFER_ENDING", "03-03"),
        # over: the working day after, whoever was spoken to about whatever
        ("2026-03-21 09:00", "03-20", None, "OFFER_ENDED", "03-23"),
        ("2026-03-25 09:00", "03-20", "2026-03-24 09:00", "OFFER_ENDED", "03-23"),
        # over for long: history
        ("2026-06-18 23:00", "03-20", None, "OFFER_ENDED", "03-23"),
        ("2026-06-19 00:00", "03-20", None, None, None),
    ],
)
def test_one_thing_at_a_time_is_owed_by_an_offer(
    now: str, valid_until: str, last_follow_up: str | None, rule: str | None, due: str | None
) -> None:
    spoken = at(last_follow_up) if last_follow_up else at("2026-02-26 10:00")
    duty = owed(now, sent(day(valid_until)), last_follow_up_at=spoken)
    assert (duty and duty.rule, duty and duty.due_on) == (rule, day(due) if due else None)


def test_how_long_before_is_policy() -> None:
    assert owed("2026-03-03 09:00", firm=setting(offer_ahead_days=7)).due_on == day("03-13")
    assert owed("2026-03-03 09:00", firm=setting(offer_ahead_days=0)).due_on == day("03-20")


def test_what_ran_out_before_go_live_is_no_duty() -> None:
    firm = setting(go_live=day("03-10"))
    assert owed("2026-03-10 09:00", sent(day("03-09")), firm) is None
    assert owed("2026-03-10 09:00", sent(day("03-10")), firm).due_on == day("03-10")


def test_what_was_dismissed_is_so_for_that_validity() -> None:
    ending = dismissed("offer:7:ending:2026-03-20")
    ended = dismissed("offer:7:ended:2026-03-20")
    assert ending.kind is OutcomeKind.DISMISSED
    assert owed("2026-03-18 09:00", outcomes=(ending,)).rule == "OFFER_ENDED"
    assert owed("2026-03-23 09:00", outcomes=(ended,)) is None
    assert owed("2026-03-23 09:00", sent(day("04-20")), outcomes=(ending, ended)).rule == "OFFER_ENDING"


def test_it_is_owed_by_the_offers_owner_by_mail_where_one_can_be_written() -> None:
    contacts = (ContactFact(3, "Anna", has_email=True),)
    duty = owed("2026-03-03 09:00", sent(owner_id=WANG, contact_id=3), contacts=contacts)
    assert (duty.owner_id, duty.channel, duty.contact_id) == (WANG, Channel.EMAIL, 3)
    assert (duty.is_proactive, duty.reason.params["offer_id"]) == (True, 7)
    assert owed("2026-03-23 09:00", contacts=contacts).channel is Channel.OTHER


def test_nobody_is_asked_about_a_customer_who_is_lost_or_in_the_pool() -> None:
    assert owed("2026-03-23 09:00", dormancy_state=DormancyState.LOST) is None
    assert owed("2026-03-23 09:00", owner_id=None, in_pool=True) is None


def test_a_pause_holds_it() -> None:
    assert owed("2026-03-03 09:00", contact_pause=ContactPause(day("03-19"))).due_on == day("03-19")


def test_it_is_one_task_with_what_is_planned_for_that_day() -> None:
    facts = customer(offers=(sent(),), next_steps=(step(day("03-17")),))
    items = merge(decide(facts, setting(), at("2026-03-03 09:00")).duties, setting())
    rules = [{str(duty.rule) for duty in item.duties} for item in items]
    assert {"NEXT_STEP", "OFFER_ENDING"} in rules


@given(sent_at=moments, valid_until=days, ahead=st.integers(0, 60))
def test_it_is_followed_up_between_sending_and_the_end(
    sent_at: datetime, valid_until: date, ahead: int
) -> None:
    offer = sent(valid_until, sent_at=sent_at)
    case = Case(customer(offers=(offer,)), setting(offer_ahead_days=ahead), sent_at)
    sent_on = CHINA.local_date(sent_at)
    assert min(sent_on, valid_until) <= follow_up_on(case, offer) <= max(sent_on, valid_until)


@given(customers(), settings_of_firms(), moments)
@many
def test_an_offer_owes_at_most_one_thing_and_nothing_that_was_closed(
    facts: Any, firm: Any, now: datetime
) -> None:
    found = list(offers(Case(facts, firm, now)))
    by_offer = [duty.reason.params["offer_id"] for duty in found]
    assert len(by_offer) == len(set(by_offer))
    closed = {outcome.key for outcome in facts.outcomes if outcome.kind.closes}
    assert not {duty.key for duty in found} & closed
    for offer in facts.offers:
        if now.date() > offer.valid_until + LAPSES_AFTER + timedelta(days=3):
            assert offer.id not in by_offer
