"""The life of a sample: requested, sent, received, approved or rejected (B-19, 002-56 to 58)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, today_of
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.rules.order_plan import result_planned_on
from genjin.sales.actions.order_basis import (
    Told,
    follow_nodes,
    follow_state,
    locked_order,
    node_facts,
    require_open,
    save,
)
from genjin.sales.models import NodeKind, Order, OrderLine, OrderNode, SampleDetails

SAMPLE = (
    "state", "sample_payer", "freight_payer", "is_refundable", "courier", "courier_no", "sent_on",
    "received_on", "result_on", "result_note",
)  # fmt: skip
State = SampleDetails.State
_DAY_OF: dict[str, str] = {
    State.SENT: "sent_on", State.RECEIVED: "received_on", State.APPROVED: "result_on",
    State.REJECTED: "result_on",
}  # fmt: skip
_NODE_OF = {NodeKind.SAMPLE_SENT: "sent_on", NodeKind.SAMPLE_RESULT: "result_on"}
MOST_SPECS = 30


@transaction.atomic
def change_sample(
    *,
    order_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> SampleDetails:
    """Change values of `SAMPLE`; the nodes of the order follow its dates. A state without its day gets today.

    Raises `Refused` by field, `Conflict` by the order's version.
    """
    order = locked_order(order_id, expected_version, {})
    require_open(order)
    sample = SampleDetails.objects.select_for_update().get(order=order)
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items() if k in SAMPLE}
    day = _DAY_OF.get(str(wanted.get("state", "")))
    if day and wanted.get(day, getattr(sample, day)) is None and wanted["state"] != sample.state:
        wanted[day] = today_of(by, at)
    told: Told = {}
    for name, new in wanted.items():
        if getattr(sample, name) != new:
            told[name] = (getattr(sample, name), new)
            setattr(sample, name, new)
    if not told:
        return sample
    _check(sample, today_of(by, at))
    sample.save(update_fields=list(told))
    nodes = _follow_days(order, sample)
    spoken = follow_nodes(order, nodes) | follow_state(order, by=by, at=at)
    beside = {f"sample_{name}": pair for name, pair in told.items()}
    save(order, spoken, by=by, at=at, beside=beside)
    return sample


def _check(sample: SampleDetails, today: date) -> None:
    check_fields(sample)
    known = [(name, getattr(sample, name)) for name in ("sent_on", "received_on", "result_on")]
    for name, day in known:
        if day is not None and day > today:
            raise Refused({name: _("What is done cannot lie in the future.")})
    dated = [(name, day) for name, day in known if day is not None]
    for (_earlier, before), (name, day) in pairwise(dated):
        if day < before:
            raise Refused({name: _("This is before the step before it.")})


def _follow_days(order: Order, sample: SampleDetails) -> list[OrderNode]:
    nodes = list(order.nodes.all())
    for node in nodes:
        name = _NODE_OF.get(NodeKind(node.kind))
        if name and node.actual_on != getattr(sample, name):
            node.actual_on = getattr(sample, name)
            node.save(update_fields=["actual_on"])
    _follow_departure(nodes)
    return nodes


def _follow_departure(nodes: Sequence[OrderNode]) -> None:
    """The day to ask for the result moves with the day on which the sample left."""
    by_kind = {node.kind: (node, fact) for node, fact in zip(nodes, node_facts(nodes), strict=True)}
    sent, result = by_kind.get(NodeKind.SAMPLE_SENT), by_kind.get(NodeKind.SAMPLE_RESULT)
    if sent is None or result is None:
        return
    planned_on = result_planned_on(sent[1], result[1])
    if planned_on != result[0].planned_on:
        result[0].planned_on = planned_on
        result[0].save(update_fields=["planned_on"])


@transaction.atomic
def set_spec_sheet(
    *,
    line_id: int,
    spec_sheet: Sequence[tuple[str, str]],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> OrderLine:
    """Write down what a sample must be like: what is asked, and how (function, colour, special; 002-58)."""
    line = OrderLine.objects.get(pk=line_id)
    order = locked_order(line.order_id, expected_version, {})
    require_open(order)
    sheet = {
        name.strip()[:80]: text.strip()[:500] for name, text in spec_sheet if name.strip() and text.strip()
    }
    if len(sheet) > MOST_SPECS:
        raise Refused({"spec_sheet": _("At most %(count)d entries.") % {"count": MOST_SPECS}})
    before = line.spec_sheet
    if before == sheet:
        return line
    line.spec_sheet = sheet
    line.save(update_fields=["spec_sheet"])
    note = line.code or line.description
    save(order, {}, by=by, at=at, beside={"spec_sheet": (before, sheet)}, note=note)
    return line
