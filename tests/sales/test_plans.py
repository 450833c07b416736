"""Parts of an order's price: set, from terms, and following the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.models import Customer
from genjin.journal.models import Entry
from genjin.rules.payment_terms import Part, Trigger
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.order_changes import EditedLine, change_order
from genjin.sales.actions.plans import PlannedPart, follow_plans, plan_from_terms, set_plan
from genjin.sales.actions.receipts import NewReceipt, register_receipt
from genjin.sales.models import Order, PaymentPlanLine
from tests.conftest import Cast
from tests.sales.ordering import line, placed

D = Decimal
TERMS = {"payment_terms": "30% T/T deposit, 70% against copy of B/L"}


@pytest.fixture
def order(acme: Customer, people: Cast, moment: datetime) -> Order:
    """USD 1,000 on the usual terms, planned."""
    order = placed(acme, people.lin, moment, lines=(line(100, "10"),), terms=TERMS)
    plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment)
    return order


def plan(order: Order) -> list[tuple[str, Decimal, date | None, Decimal]]:
    rows = PaymentPlanLine.objects.filter(order=order)
    return [(one.kind, one.amount, one.due_on, one.paid_amount) for one in rows]


def part(
    percent: str | None = None, amount: str | None = None, pk: int | None = None, **more: object
) -> PlannedPart:
    values = {"trigger": Trigger.ON_ORDER, "percent": percent and D(percent), "amount": amount and D(amount)}
    return PlannedPart(Part(**(values | more)), pk)  # type: ignore[arg-type]


def test_terms_become_a_plan_once(order: Order, people: Cast, moment: datetime) -> None:
    assert plan(order) == [
        ("DEPOSIT", D(300), date(2026, 11, 24), D(0)),
        ("BALANCE", D(700), None, D(0)),
    ]
    assert plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment) == []
    assert Entry.objects.get(verb="plan").changes["plan"][1] == [
        "DEPOSIT USD 300.00 ON_ORDER", "BALANCE USD 700.00 AGAINST_BL_COPY",
    ]  # fmt: skip


def test_terms_that_are_not_plain_make_no_plan(acme: Customer, people: Cast, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, terms={"payment_terms": "as always"})
    assert plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment) == []
    assert plan(order) == []


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "A plan needs at least one part."),
        ([part("30"), part("60")], "The percentages must make 100 % together."),
        ([part(amount="400"), part(amount="500")],
         "The parts must make USD 1,000.00 together, the amount of the order."),
        ([part("0"), part("100")], "Every part must be more than zero."),
        ([part("-10"), part("110")], "Every part must be more than zero."),
        ([part("100", trigger=Trigger.ON_DATE)], "Give the date on which the part is due."),
        ([part(amount="0.001"), part(amount="999.999")],
         "USD has no smaller coins than that: round the amount."),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_make_the_price_is_refused(
    order: Order, people: Cast, moment: datetime, parts: list[PlannedPart], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        set_plan(order_id=order.pk, parts=parts, by=people.lin, at=moment)
    assert refused.value.messages == [sentence]
    assert len(plan(order)) == 2


def pay(order: Order, amount: str, people: Cast, at: datetime, part_place: int = 0) -> None:
    receipt = register_receipt(
        item=NewReceipt(at.date(), order.currency, D(amount), customer_id=order.customer_id),
        by=people.zhou,
        at=at,
    )
    line_ = PaymentPlanLine.objects.filter(order=order)[part_place]
    allocate(receipt_id=receipt.pk, shares=[Allocation(order.pk, D(amount), line_.pk)], by=people.zhou, at=at)


def test_a_part_that_was_paid_stays_and_is_never_less(order: Order, people: Cast, moment: datetime) -> None:
    pay(order, "300", people, moment)
    deposit = PaymentPlanLine.objects.filter(order=order)[0]
    with pytest.raises(Refused, match="it stays in the plan"):
        set_plan(order_id=order.pk, parts=[part("100")], by=people.lin, at=moment)
    with pytest.raises(Refused, match=r"USD 300\.00 of this part were paid"):
        set_plan(order_id=order.pk, parts=[part("20", pk=deposit.pk), part("80")], by=people.lin, at=moment)
    set_plan(order_id=order.pk, parts=[part("40", pk=deposit.pk), part("60")], by=people.lin, at=moment)
    assert plan(order)[0][1:] == (D(400), date(2026, 11, 24), D(300))


def test_two_who_set_a_plan_at_once_do_not_overwrite_each_other(
    order: Order, people: Cast, moment: datetime
) -> None:
    first = set_plan(
        order_id=order.pk,
        parts=[part("50"), part("50")],
        by=people.lin,
        at=moment,
        expected_version=order.version,
    )
    assert first.version == order.version + 1
    with pytest.raises(Conflict):
        set_plan(
            order_id=order.pk, parts=[part("100")], by=people.wang, at=moment, expected_version=order.version
        )


def test_only_whoever_may_change_the_order_or_does_finance_plans_it(
    order: Order, people: Cast, moment: datetime
) -> None:
    with pytest.raises(Refused, match="You may not change this order"):
        set_plan(order_id=order.pk, parts=[part("100")], by=people.hu, at=moment)
    set_plan(order_id=order.pk, parts=[part("100")], by=people.zhou, at=moment)


def test_a_new_amount_moves_only_what_is_open(order: Order, people: Cast, moment: datetime) -> None:
    pay(order, "300", people, moment)
    change_order(order_id=order.pk, changes={}, lines=[EditedLine(line(200, "10"))], by=people.lin, at=moment)
    assert [amount for _kind, amount, _due, _paid in plan(order)] == [D(300), D(1700)]
    change_order(order_id=order.pk, changes={}, lines=[EditedLine(line(50, "10"))], by=people.lin, at=moment)
    assert [amount for _kind, amount, _due, _paid in plan(order)] == [D(300), D(200)]


def test_other_dates_move_the_due_day(
    acme: Customer, people: Cast, moment: datetime, customer: Callable[..., Customer]
) -> None:
    order = placed(acme, people.lin, moment, terms={"payment_terms": "100% 7 days before shipment"})
    plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment)
    assert plan(order)[0][2] == date(2027, 1, 22)
    Order.objects.filter(pk=order.pk).update(delivery_on=date(2027, 2, 28))
    order.nodes.filter(kind="ETD").update(planned_on=date(2027, 2, 28))
    follow_plans(order_ids=[order.pk], at=moment)
    assert plan(order)[0][2] == date(2027, 2, 21)
