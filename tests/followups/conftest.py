"""What the tests of the brain's shell share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from genjin.customers.models import Country, Customer, NextStep
from genjin.followups import setting
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def fresh_setting() -> None:
    """No snapshot of the test before: ids that were rolled back come again, and with them its stamp."""
    setting._known.clear()


@pytest.fixture
def step(people: Cast, moment: datetime) -> Callable[..., NextStep]:
    """`step(customer, on=day, purpose=…)` writes down a next step of its owner."""

    def make(customer: Customer, on: date | None = None, **fields: Any) -> NextStep:
        values: dict[str, Any] = {
            "owner_id": customer.owner_id or people.lin.pk,
            "purpose": "Send the quotation",
            "due_on": on or moment.date(),
            "created_at": moment,
            "created_by": people.lin,
        }
        if "due_at" in fields:
            values["due_on"] = None
        return NextStep.objects.create(customer=customer, **(values | fields))

    return make


@pytest.fixture
def decided(moment: datetime) -> Callable[..., list[Task]]:
    """`decided(customer, at=…)` decides it and gives its tasks."""

    def run(*customers: Customer, at: datetime | None = None) -> list[Task]:
        decide_customers([one.pk for one in customers], at=at or moment)
        return list(Task.objects.filter(customer__in=customers).order_by("due_at", "key"))

    return run


@pytest.fixture
def germany(db: None) -> Country:
    """A country with its zone and week."""
    return Country.objects.get(pk="DE")


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
