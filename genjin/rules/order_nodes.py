"""The next node of an order that runs is owed by whoever sees to it (002-42 to 002-49, C-07 class 4).

| node                          | owed                                      |
|-------------------------------|-------------------------------------------|
| planned ahead                 | on that day, on a working day before it   |
| overdue                       | still, and important and urgent           |
| done, or its date moved       | no more; the next one instead             |
| of an order closed, cancelled | never                                     |

The next node of each order only: what comes after it is owed when it is done. It is our own work, so that
neither a pause of the customer nor his hours move it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.worktime import Direction


def order_nodes(case: Case) -> Iterator[Duty]:
    """What is owed by the orders of one customer."""
    for node in case.facts.order_nodes:
        if case.is_closed(node.key):
            continue
        duty = case.owe(
            Plan(
                key=node.key,
                owner_id=node.owner_id,
                due=node.planned_on,
                direction=Direction.EARLIER,
                obeys_pause=False,
            ),
            rule=Rule.ORDER_NODE,
            work_class=WorkClass.ORDER_NODE,
            reason=because(
                "ORDER_NODE_DUE",
                order_id=node.order_id,
                number=node.number,
                node=node.kind,
                planned_on=node.planned_on,
            ),
            requirement="002-43",
            purpose=node.name,
        )
        yield replace(duty, is_important=True)
