"""A courier sample: who pays, how it travels, what it must be like, its result, and the order after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Customer, NextStep
from genjin.policy.models import CompanySwitches
from genjin.sales.models import Order, OrderKind, SampleDetails
from tests.conftest import Cast
from tests.journeys.trade import Trade

SAMPLE = {
    "kind": "SAMPLE", "ordered_on": "2026-11-24", "currency": "USD", "incoterm": "DAP",
    "payment_method": "TT", "transport_mode": "COURIER", "lines-count": "1", "charges-count": "0",
    "lines-0-code": "L-1",
    "lines-0-description": "Desk lamp", "lines-0-colour": "white", "lines-0-quantity": "2",
    "lines-0-unit_price": "12", "lines-0-unit": "pcs", "sample-sample_payer": "US",
    "sample-freight_payer": "CUSTOMER", "sample-is_refundable": "on", "sample-follow_up_on": "2026-12-10",
}  # fmt: skip
SENT = {
    "state": "SENT", "sample_payer": "US", "freight_payer": "CUSTOMER", "is_refundable": "on",
    "courier": "DHL", "courier_no": "JD0146", "sent_on": "2026-11-30",
}  # fmt: skip


@pytest.fixture
def trade(
    customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any, no_picks: None
) -> Trade:
    CompanySwitches.objects.update(go_live_on=date(2026, 11, 1))
    return Trade(people, customer(name="Nordlicht GmbH", follow_grade="MID"), moment, sign_in(people.lin))


def nodes(trade: Trade) -> dict[str, str]:
    """The nodes of orders that are owed: kind -> day."""
    return {
        duty["reason"]["params"]["node"]: duty["due_on"][5:]
        for duty in trade.duties().values()
        if duty["rule"] == "ORDER_NODE"
    }


def test_a_courier_sample_becomes_a_bulk_order_with_what_differs_shown(trade: Trade) -> None:
    # Asked for: its own number, its own nodes, and a next step that asks how it was.
    trade.post("sales:new_order", data=SAMPLE | {"customer": trade.customer.pk})
    sample = Order.objects.get()
    details = SampleDetails.objects.get(order=sample)
    assert (details.sample_payer, details.freight_payer, details.is_refundable) == ("US", "CUSTOMER", True)
    assert NextStep.objects.get().due_on == date(2026, 12, 10)
    assert list(nodes(trade)) == ["SAMPLE_SENT"]
    (of_sample,) = sample.lines.all()
    trade.post("sales:spec_sheet", of_sample.pk, data={"sheet": "Plug: EU\nFunction: dimmable"})
    of_sample.refresh_from_db()
    assert of_sample.spec_sheet == {"Plug": "EU", "Function": "dimmable"}

    # Sent by courier: the result is the next to wait for. A sample is no order that anybody presses after.
    trade.go("2026-11-30")
    late = trade.refused("sales:sample", sample.pk, data=SENT | {"sent_on": "2027-11-30"})
    assert "future" in late and "JD0146" in late, "one sentence, and nothing typed is lost"
    trade.post("sales:sample", sample.pk, data=SENT)
    assert nodes(trade) == {"SAMPLE_RESULT": "12-14"}
    page = trade.get("sales:order", sample.pk)
    assert "DHL" in page and "JD0146" in page and "deducted from the bulk order" in page
    assert not trade.owed("reorder:") and not trade.owed("decline:")

    # Ten days later the next step asks; the customer approves it.
    trade.go("2026-12-10")
    assert "NEXT_STEP" in trade.rules()
    trade.go("2026-12-14")
    trade.post(
        "sales:sample", sample.pk,
        data=SENT | {"state": "APPROVED", "received_on": "2026-12-04", "result_note": "Fine, but in ivory"},
    )  # fmt: skip
    assert SampleDetails.objects.get().result_on == date(2026, 12, 14), "the day of the state"
    assert nodes(trade) == {}

    # The bulk order begins from it: no quantity and no price of the sample, its sheet carried along.
    page = trade.get("sales:new_order", sample=sample.pk)
    assert f'name="lines-0-sample_line" value="{of_sample.pk}"' in page
    assert 'name="lines-0-quantity" value="2' not in page
    bulk_form = {name: value for name, value in SAMPLE.items() if not name.startswith("sample-")} | {
        "customer": trade.customer.pk, "kind": "BULK", "transport_mode": "SEA", "incoterm": "FOB",
        "ordered_on": "2026-12-14", "delivery_on": "2027-02-12", "lines-0-colour": "ivory",
        "lines-0-quantity": "2000", "lines-0-unit_price": "2.50", "lines-0-sample_line": of_sample.pk,
    }  # fmt: skip
    trade.post("sales:new_order", data=bulk_form)
    bulk = Order.objects.get(kind=OrderKind.BULK)
    assert bulk.amount == Decimal(5000)
    (made,) = bulk.lines.all()
    assert made.spec_sheet == {"Plug": "EU", "Function": "dimmable"}
    assert "sample “white”, here “ivory”" in trade.get("sales:order", bulk.pk)

    # What is dropped from the sheet later is shown as well (002-58).
    trade.post("sales:spec_sheet", made.pk, data={"sheet": "Plug: UK"})
    page = trade.get("sales:order", bulk.pk)
    assert "sample “EU”, here “UK”" in page
    assert "dimmable" in page, "gone, and therefore named"
    assert bulk.number in trade.get("sales:order", sample.pk)
    assert list(nodes(trade)) == ["MATERIAL"]
    board = trade.page.get(reverse("sales:board")).content.decode()
    assert bulk.number in board
