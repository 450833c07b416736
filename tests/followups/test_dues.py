"""Money and letters of credit on the work list: gathered, asked for, done, and gone when it is paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.interactions import LogDraft
from genjin.customers.models import Customer
from genjin.followups.actions import complete, finish
from genjin.followups.gather import gather
from genjin.followups.models import Task
from genjin.followups.present import purpose_of
from genjin.followups.sweep import sweep
from genjin.policy.models import CompanySwitches
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.credit_notes import issue_credit_note
from genjin.sales.actions.letters_of_credit import amend_letter, enter_letter, present
from genjin.sales.actions.orders import place_order
from genjin.sales.actions.plans import plan_from_terms
from genjin.sales.actions.receipts import NewReceipt, register_receipt
from genjin.sales.models import Order, PaymentPlanLine
from tests.conftest import Cast
from tests.sales.ordering import line, new_order

D = Decimal
pytestmark = pytest.mark.usefixtures("no_picks")


def planned(customer: Customer, people: Cast, at: datetime, terms: str) -> Order:
    item = new_order(customer, lines=(line(1000, "10"),), terms={"payment_terms": terms})
    order = place_order(item=item, by=people.lin, at=at)
    plan_from_terms(order_ids=[order.pk], by=people.lin, at=at)
    return order


def tasks(at: datetime, rule: str = "PAYMENT") -> dict[str, tuple[date, int]]:
    """The duties of a rule as they stand on the work list: name, day, class."""
    sweep(lambda: at)
    return {
        purpose_of(duty): (date.fromisoformat(duty["due_on"]), task.rank)
        for task in Task.objects.order_by("due_at")
        for duty in task.duties
        if duty["rule"] == rule
    }


def test_a_deposit_that_does_not_come_is_asked_for_until_it_does(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    order = planned(customer(), people, moment, "30% T/T deposit, 70% before shipment")
    assert tasks(moment) == {
        "Ask for the deposit": (date(2026, 11, 27), 4),
        "Remind of the balance": (date(2027, 1, 26), 4),
    }
    later = moment + timedelta(days=4)
    task = Task.objects.get(duties__0__reason__params__template="payment.DEPOSIT")
    complete(
        task=task, draft=LogDraft("EMAIL", "Deposit reminded, they promised Friday"), by=people.lin, at=later
    )
    assert tasks(later)["Ask for the deposit"] == (date(2026, 12, 7), 4)
    receipt = register_receipt(
        item=NewReceipt(later.date(), "USD", D(3000), customer_id=order.customer_id), by=people.zhou, at=later
    )
    deposit = PaymentPlanLine.objects.filter(order=order)[0]
    allocate(
        receipt_id=receipt.pk, shares=[Allocation(order.pk, D(3000), deposit.pk)], by=people.zhou, at=later
    )
    assert set(tasks(later)) == {"Remind of the balance"}


def test_a_credit_note_over_the_balance_ends_its_reminders(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    order = planned(customer(), people, moment, "30% T/T deposit, 70% before shipment")
    issue_credit_note(
        order_id=order.pk, amount=D(7000), reason="Short", issued_on=moment.date(), by=people.lin, at=moment
    )
    assert set(tasks(moment)) == {"Ask for the deposit"}


def test_the_dates_of_a_letter_of_credit_stand_on_the_list_until_presented(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    order = planned(customer(), people, moment, "L/C at sight")
    letter = enter_letter(
        order_id=order.pk, by=people.lin, at=moment,
        values={
            "number": "LC-77", "amount": D(10000), "currency": "USD", "lc_expiry": date(2027, 2, 26),
            "lc_latest_shipment": date(2027, 1, 31),
        },
    )  # fmt: skip
    ship, expire = "Ship before the L/C's latest shipment date", "The L/C expires soon"
    assert tasks(moment, "LETTER_OF_CREDIT") == {
        ship: (date(2027, 1, 21), 4),
        expire: (date(2027, 2, 16), 4),
    }
    task = next(one for one in Task.objects.all() if purpose_of(one.duties[0]) == ship)
    finish(task=task, by=people.lin, at=moment)
    assert set(tasks(moment, "LETTER_OF_CREDIT")) == {expire}
    amend_letter(
        letter_id=letter.pk, changes={"lc_latest_shipment": date(2027, 2, 5)}, by=people.lin, at=moment
    )
    assert tasks(moment, "LETTER_OF_CREDIT")[ship][0] == date(2027, 1, 26)
    present(letter_id=letter.pk, on=moment.date(), by=people.lin, at=moment)
    assert tasks(moment, "LETTER_OF_CREDIT") == {}
    assert PaymentPlanLine.objects.get().due_on == moment.date()


def test_orders_that_were_cancelled_or_deleted_ask_for_nothing(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    order = planned(customer(), people, moment, "T/T in advance")
    Order.objects.filter(pk=order.pk).update(state="CANCELLED", is_open=False)
    assert gather([order.customer_id])[order.customer_id].payments == ()
    Order.objects.filter(pk=order.pk).update(state="CONFIRMED", is_open=True, deleted_at=moment)
    assert gather([order.customer_id])[order.customer_id].payments == ()


def test_a_thousand_open_parts_are_read_with_as_many_queries_as_one(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    def queries(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            gather(ids, now=moment)
        return len(asked)

    rows = [customer() for _number in range(3)]
    for row in rows:
        planned(row, people, moment, "30% T/T deposit, 70% before shipment")
    assert queries([rows[0].pk]) == queries([row.pk for row in rows])


def test_money_owed_since_before_go_live_is_triaged_and_nobody_moves_up_when_another_pays(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    orders = [
        planned(
            customer(name=f"Owes {n}"),
            people,
            moment - timedelta(days=90),
            "30% T/T deposit, 70% before shipment",
        )
        for n in range(7)
    ]
    CompanySwitches.objects.update(go_live_on=moment.date())
    PaymentPlanLine.objects.update(due_on=moment.date() - timedelta(days=60))
    parts = {order.pk: order.plan.get(kind="DEPOSIT") for order in orders}

    def days() -> list[date]:
        sweep(lambda: moment)
        found = [(duty, task) for task in Task.objects.order_by("customer") for duty in task.duties]
        return [date.fromisoformat(duty["due_on"]) for duty, _task in found if duty["rule"] == "PAYMENT"]

    first = days()
    assert Counter(first) == {
        date(2026, 11, 24): 10,
        date(2026, 11, 25): 4,
    }  # two parts each, five customers a day
    receipt = register_receipt(
        item=NewReceipt(moment.date(), "USD", D(3000), customer_id=orders[0].customer_id),
        by=people.zhou,
        at=moment,
    )
    shares = [Allocation(orders[0].pk, D(3000), parts[orders[0].pk].pk)]
    allocate(receipt_id=receipt.pk, shares=shares, by=people.zhou, at=moment)
    PaymentPlanLine.objects.filter(order=orders[0]).update(paid_amount=F("amount"))
    assert days()[-4:] == first[-4:]
