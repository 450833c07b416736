"""The validity of offers on the list of whoever owns them: what begins and what ends the duty (B-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from genjin.customers.actions import LogDraft
from genjin.customers.models import Customer
from genjin.followups.actions import complete
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.instance.models import Instance
from genjin.people.models import User
from genjin.policy.models import CompanySwitches
from genjin.sales.actions import offer_chain, offer_states, offers
from genjin.sales.actions.order_changes import cancel_order
from genjin.sales.models import Offer
from tests.conftest import Cast
from tests.sales.offering import offered
from tests.sales.ordering import placed

UNTIL = date(2026, 12, 24)
"""A Thursday, a month after the offer was made."""


@pytest.fixture
def sent(people: Cast, acme: Customer, moment: datetime) -> Offer:
    """A quotation that went out on the day it was made."""
    CompanySwitches.objects.update(go_live_on=date(2026, 1, 1))
    offer = offered(acme, people.lin, moment)
    return offer_states.mark_sent(offer_id=offer.pk, by=people.lin, at=moment)


def owed(customer: Customer, at: datetime) -> list[tuple[str, date]]:
    decide_customers([customer.pk], at=at)
    tasks = Task.objects.filter(customer=customer)
    return [
        (duty["rule"], date.fromisoformat(duty["due_on"]))
        for task in tasks
        for duty in task.duties
        if duty["rule"].startswith("OFFER_")
    ]


def test_an_offer_is_followed_up_three_days_before_and_renewed_after(
    sent: Offer, acme: Customer, moment: datetime
) -> None:
    assert owed(acme, moment) == [("OFFER_ENDING", date(2026, 12, 21))]
    assert owed(acme, moment + timedelta(days=31)) == [("OFFER_ENDED", date(2026, 12, 25))]


def _revise(sent: Offer, by: User, at: datetime) -> Any:
    return offers.revise(offer_id=sent.pk, by=by, at=at)


def _accept(sent: Offer, by: User, at: datetime) -> Any:
    return offer_states.accept(offer_id=sent.pk, by=by, at=at)


def _lose(sent: Offer, by: User, at: datetime) -> Any:
    return offer_states.lose(offer_id=sent.pk, reason="Too dear", by=by, at=at)


def _proforma(sent: Offer, by: User, at: datetime) -> Any:
    return offer_chain.to_proforma(offer_id=sent.pk, on=at.date(), valid_until=UNTIL, by=by, at=at)


def _order(sent: Offer, by: User, at: datetime) -> Any:
    return offer_chain.to_order(offer_id=sent.pk, on=at.date(), by=by, at=at)


def _order_by_hand(sent: Offer, by: User, at: datetime) -> Any:
    return placed(sent.customer, by, at, ordered_on=at.date())


def _recycle(sent: Offer, by: User, at: datetime) -> Any:
    return offers.recycle(offer_id=sent.pk, by=by, at=at)


@pytest.mark.parametrize(
    "decides", [_revise, _accept, _lose, _proforma, _order, _order_by_hand, _recycle],
    ids=lambda act: act.__name__,
)  # fmt: skip
def test_whatever_decides_an_offer_ends_the_duty(
    decides: Callable[..., Any], sent: Offer, people: Cast, acme: Customer, moment: datetime
) -> None:
    by = people.admin if decides is _recycle else people.lin
    decides(sent, by, moment + timedelta(hours=1))
    assert owed(acme, moment + timedelta(days=31)) == []


def test_a_sample_or_a_cancelled_order_answers_no_offer(
    sent: Offer, people: Cast, acme: Customer, moment: datetime
) -> None:
    later = moment + timedelta(hours=1)
    placed(acme, people.lin, later, kind="SAMPLE", ordered_on=later.date())
    order = placed(acme, people.lin, later, ordered_on=later.date())
    cancel_order(order_id=order.pk, reason="No budget", by=people.lin, at=later)
    assert owed(acme, moment + timedelta(days=31)) == [("OFFER_ENDED", date(2026, 12, 25))]


def test_a_longer_validity_begins_anew(sent: Offer, people: Cast, acme: Customer, moment: datetime) -> None:
    offers.extend_validity(
        offer_id=sent.pk, until=date(2027, 1, 29), today=moment.date(), by=people.lin, at=moment
    )
    assert owed(acme, moment + timedelta(days=31)) == [("OFFER_ENDING", date(2027, 1, 26))]


def test_what_ran_out_before_go_live_is_no_duty(sent: Offer, acme: Customer, moment: datetime) -> None:
    CompanySwitches.objects.update(go_live_on=UNTIL + timedelta(days=1))
    assert owed(acme, moment + timedelta(days=31)) == []


def test_a_draft_that_nobody_sent_is_no_duty(people: Cast, acme: Customer, moment: datetime) -> None:
    offered(acme, people.lin, moment)
    assert owed(acme, moment + timedelta(days=31)) == []


def test_a_logged_talk_settles_what_is_over(
    sent: Offer, people: Cast, acme: Customer, moment: datetime
) -> None:
    late = moment + timedelta(days=31)
    assert owed(acme, late)
    task = next(
        task
        for task in Task.objects.filter(customer=acme)
        if any(duty["rule"] == "OFFER_ENDED" for duty in task.duties)
    )
    complete(task=task, draft=LogDraft(kind="MEETING", content="Asks in spring."), by=people.lin, at=late)
    assert owed(acme, late + timedelta(days=1)) == []


def test_the_task_leads_to_the_offer(
    sent: Offer, people: Cast, acme: Customer, moment: datetime, sign_in: Callable[[User], Client]
) -> None:
    late = moment + timedelta(days=31)
    Instance.objects.update(clock_offset=F("clock_offset") + timedelta(days=31))
    owed(acme, late)
    page = sign_in(people.lin).get("/").content.decode()
    assert reverse("sales:offer", args=[sent.pk]) in page
    assert "Renew the offer or write it off" in page
