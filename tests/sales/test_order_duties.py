"""The next node of an order on the list of whoever sees to it, and what goes along with a customer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from genjin.customers.actions.ownership import assign_owner
from genjin.customers.models import Customer
from genjin.followups import sequence_actions
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.sales.actions import order_nodes
from genjin.sales.actions.order_changes import cancel_order
from tests.conftest import Cast
from tests.sales.ordering import placed


def owed(customer: Customer, at: datetime) -> list[tuple[str, date, int]]:
    decide_customers([customer.pk], at=at)
    tasks = Task.objects.filter(customer=customer)
    return [
        (duty["reason"]["params"]["node"], task.due_on, task.owner_id)
        for task in tasks
        for duty in task.duties
        if duty["rule"] == "ORDER_NODE"
    ]


def test_the_next_node_is_a_duty_until_it_is_done(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    assert owed(acme, moment) == [("MATERIAL", date(2026, 12, 10), people.lin.pk)]
    node = order.nodes.get(kind="MATERIAL")
    order_nodes.change_node(node_id=node.pk, changes={"owner_id": people.wang.pk}, by=people.lin, at=moment)
    assert owed(acme, moment) == [("MATERIAL", date(2026, 12, 10), people.wang.pk)]
    order_nodes.change_node(node_id=node.pk, changes={"actual_on": moment.date()}, by=people.lin, at=moment)
    assert owed(acme, moment) == [("BOOKING", date(2027, 1, 15), people.lin.pk)]


@pytest.mark.parametrize(
    ("values", "is_over"),
    [
        ({"kind": "BULK"}, True),
        ({"kind": "TRIAL"}, True),
        ({"kind": "SAMPLE"}, False),
        ({"kind": "BULK", "state": "CANCELLED"}, False),
        ({"kind": "BULK", "state": "CLOSED", "ordered_on": date(2025, 11, 20)}, False),  # imported history
    ],
)
def test_an_order_ends_a_sequence(
    values: dict[str, Any], is_over: bool, people: Cast, acme: Customer, moment: datetime
) -> None:
    run = sequence_actions.begin(customer_id=acme.pk, sequence="nurture", by=people.lin, at=moment)
    decide_customers([acme.pk], at=moment)
    placed(acme, people.lin, moment + timedelta(hours=1), **values)
    decide_customers([acme.pk], at=moment + timedelta(hours=2))
    run.refresh_from_db()
    assert (run.state, run.ended_because) == (("EXITED", "ORDER") if is_over else ("RUNNING", ""))
    steps = Task.objects.filter(customer=acme, key__startswith=run.key)
    assert steps.exists() is not is_over


def test_an_order_that_is_cancelled_before_anybody_decides_ends_nothing(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    run = sequence_actions.begin(customer_id=acme.pk, sequence="nurture", by=people.lin, at=moment)
    later = moment + timedelta(hours=1)
    order = placed(acme, people.lin, later)
    cancel_order(order_id=order.pk, reason="No budget", by=people.lin, at=later)
    decide_customers([acme.pk], at=later)
    run.refresh_from_db()
    assert run.state == "RUNNING"


def test_running_orders_go_along_with_the_customer(people: Cast, acme: Customer, moment: datetime) -> None:
    running = placed(acme, people.lin, moment)
    over = placed(acme, people.lin, moment, state="CLOSED")
    assign_owner(ids=[acme.pk], owner_id=people.wang.pk, why="Trip", by=people.chen, at=moment)
    running.refresh_from_db()
    over.refresh_from_db()
    assert (running.owner, over.owner) == (people.wang, people.lin)
