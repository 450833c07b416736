"""`genjin aftersales ORDER`: the chain's dates of each shipment of an order."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError

from genjin.customers.models import Customer
from genjin.followups.aftersales_command import run_aftersales
from genjin.sales.actions.shipments import revise_schedule
from tests.conftest import Cast
from tests.sales.shipping import order_of, shipped


def test_the_command_gives_the_days_of_the_chain_now_and_as_of_a_moment(
    customer: Callable[..., Customer], people: Cast, moment: datetime
) -> None:
    order = order_of(customer(), moment)
    shipment = shipped(order, people.lin, moment, eta=date(2027, 1, 8))
    later = moment + timedelta(days=2)
    revise_schedule(shipment_id=shipment.pk, dates={"eta": date(2027, 1, 18)}, by=people.lin, at=later)

    def days(at: datetime) -> dict[str, str]:
        answer = run_aftersales(Namespace(order=order.number, at=at.isoformat()))
        return {step["name"]: str(step["due_on"]) for step in answer["shipments"][0]["steps"]}

    assert days(moment + timedelta(days=1)) == {
        "advice": "2026-11-24", "eta-7": "2027-01-01", "eta+10": "2027-01-18", "eta+30": "2027-02-05",
        "eta+60-stock": "2027-03-09",
    }  # fmt: skip
    assert days(later + timedelta(hours=1))["eta+10"] == "2027-01-28"
    with pytest.raises(CommandError, match="no order SC-0"):
        run_aftersales(Namespace(order="SC-0", at=None))
