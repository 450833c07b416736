"""A customer's credit is used once and given once, whatever becomes of the order (000-59)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.journal.models import Entry
from genjin.sales.actions import credits, offer_chain, order_changes
from genjin.sales.actions.order_drafts import NewCharge
from genjin.sales.models import CustomerCredit, Offer, Order
from tests.conftest import Cast
from tests.sales.offering import DAY, offered

D = Decimal
State = CustomerCredit.State


@pytest.fixture
def credit(people: Cast, acme: Customer, moment: datetime) -> CustomerCredit:
    """One percent of the next order."""
    made = credits.propose(
        customer_id=acme.pk, reason="Video", percent=D(1), by=people.lin, at=moment, today=DAY
    )
    return credits.grant(credit_id=made.pk, by=people.chen, at=moment)


def with_credit(acme: Customer, people: Cast, moment: datetime, credit: CustomerCredit) -> Offer:
    charges = (NewCharge("FREIGHT", D(100)), NewCharge("CREDIT", D(-25), "Thank you", credit.pk))
    return offered(acme, people.lin, moment, charges=charges)


@pytest.fixture
def order(people: Cast, acme: Customer, moment: datetime, credit: CustomerCredit) -> Order:
    """An order that uses it."""
    offer = with_credit(acme, people, moment, credit)
    return offer_chain.to_order(offer_id=offer.pk, on=DAY, by=people.lin, at=moment)


def stands(credit: CustomerCredit) -> tuple[str, int | None]:
    credit.refresh_from_db()
    return credit.state, credit.used_in_id


def told(credit: CustomerCredit) -> list[str]:
    rows = Entry.objects.filter(kind="sales.customercredit", object_id=credit.pk).order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_cancelling_gives_a_credit_back_once_and_reopening_uses_it_again(
    order: Order, people: Cast, credit: CustomerCredit, moment: datetime
) -> None:
    who = {"by": people.lin, "at": moment}
    assert stands(credit) == (State.USED, order.pk)
    order_changes.cancel_order(order_id=order.pk, reason="No budget", **who)
    assert stands(credit) == (State.GRANTED, None)
    with pytest.raises(Refused):
        order_changes.cancel_order(order_id=order.pk, reason="Again", **who)
    assert told(credit).count("give_back") == 1
    order_changes.reopen(order_id=order.pk, **who)
    assert stands(credit) == (State.USED, order.pk)
    assert told(credit) == ["propose", "grant", "use", "give_back", "use"]


def test_an_order_is_not_taken_up_again_when_another_one_has_its_credit(
    order: Order, people: Cast, acme: Customer, credit: CustomerCredit, moment: datetime
) -> None:
    who = {"by": people.lin, "at": moment}
    order_changes.cancel_order(order_id=order.pk, reason="No budget", **who)
    other = offer_chain.to_order(
        offer_id=with_credit(acme, people, moment, credit).pk, on=DAY, by=people.lin, at=moment
    )
    with pytest.raises(Refused, match="another one"):
        order_changes.reopen(order_id=order.pk, **who)
    assert Order.objects.get(pk=order.pk).state == "CANCELLED"
    assert stands(credit) == (State.USED, other.pk)


def test_two_offers_with_one_credit_make_one_order_with_it(
    people: Cast, acme: Customer, credit: CustomerCredit, moment: datetime
) -> None:
    first, second = (with_credit(acme, people, moment, credit) for _number in range(2))
    offer_chain.to_order(offer_id=first.pk, on=DAY, by=people.lin, at=moment)
    with pytest.raises(Refused, match="cannot be used any more"):
        offer_chain.to_order(offer_id=second.pk, on=DAY, by=people.lin, at=moment)
    assert Order.objects.count() == 1


def test_the_recycle_bin_gives_it_back_and_takes_it_again(
    order: Order, people: Cast, credit: CustomerCredit, moment: datetime
) -> None:
    order_changes.recycle(order_id=order.pk, by=people.admin, at=moment)
    assert stands(credit) == (State.GRANTED, None)
    late = moment + timedelta(days=400)  # expired meanwhile: it was put on in time
    order_changes.restore(order_id=order.pk, by=people.admin, at=late)
    assert stands(credit) == (State.USED, order.pk)


def test_a_cancelled_order_is_binned_and_restored_without_the_credit(
    order: Order, people: Cast, credit: CustomerCredit, moment: datetime
) -> None:
    order_changes.cancel_order(order_id=order.pk, reason="No budget", by=people.lin, at=moment)
    order_changes.recycle(order_id=order.pk, by=people.admin, at=moment)
    order_changes.restore(order_id=order.pk, by=people.admin, at=moment)
    assert stands(credit) == (State.GRANTED, None)
    assert told(credit).count("give_back") == 1


def test_a_changed_order_keeps_its_credit_until_the_line_goes(
    order: Order, people: Cast, credit: CustomerCredit, moment: datetime
) -> None:
    who = {"changes": {}, "by": people.lin, "at": moment}
    kept = [NewCharge("FREIGHT", D(150)), NewCharge("CREDIT", D(-25), "Thank you")]
    order_changes.change_order(order_id=order.pk, charges=kept, **who)
    assert order.charges.get(kind="CREDIT").credit_id == credit.pk
    assert stands(credit) == (State.USED, order.pk)
    order_changes.change_order(order_id=order.pk, charges=kept[:1], **who)
    assert stands(credit) == (State.GRANTED, None)
