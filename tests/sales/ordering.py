"""Orders as the tests of this folder make them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions.orders import NewLine, NewOrder, place_order
from genjin.sales.models import Order


def line(quantity: Any = 100, unit_price: Any = "2.50", **values: Any) -> NewLine:
    """A line of a lamp, unless told otherwise."""
    known = {"code": "L-100", "description": "Desk lamp"} | values
    return NewLine(quantity=Decimal(str(quantity)), unit_price=Decimal(str(unit_price)), **known)


def new_order(customer: Customer, **values: Any) -> NewOrder:
    """A bulk order of one line, ordered on 24 November 2026 for the end of January."""
    known: dict[str, Any] = {
        "customer_id": customer.pk,
        "ordered_on": date(2026, 11, 24),
        "delivery_on": date(2027, 1, 29),
        "lines": (line(),),
    }
    return NewOrder(**known | values)


def placed(customer: Customer, by: User, at: datetime, **values: Any) -> Order:
    """The same, placed."""
    return place_order(item=new_order(customer, **values), by=by, at=at)
