"""The next node of an order on the list of whoever sees to it, and what goes along with a customer."""

from __future__ import annotations

from datetime import date, datetime

from genjin.customers.actions.ownership import assign_owner
from genjin.customers.models import Customer
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.sales.actions import order_nodes
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


def test_running_orders_go_along_with_the_customer(people: Cast, acme: Customer, moment: datetime) -> None:
    running = placed(acme, people.lin, moment)
    over = placed(acme, people.lin, moment, state="CLOSED")
    assign_owner(ids=[acme.pk], owner_id=people.wang.pk, why="Trip", by=people.chen, at=moment)
    running.refresh_from_db()
    over.refresh_from_db()
    assert (running.owner, over.owner) == (people.wang, people.lin)
