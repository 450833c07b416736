"""What one order's page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.files.queries import of_records
from genjin.journal.describe import describe_all
from genjin.journal.models import Entry
from genjin.people.requests import Request
from genjin.rules.amounts import line_amount
from genjin.rules.order_plan import FACTORY_PROMISED, awaited, factory_gap
from genjin.rules.order_states import photos_due_on
from genjin.rules.sample_lines import COMPARED, Difference, differences
from genjin.sales import order_words, progress_mail
from genjin.sales.actions.order_basis import node_facts
from genjin.sales.models import Order, OrderKind, OrderLine, OrderNode, SampleDetails
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.rates import base_currency
from genjin.web.addresses import address_if_any

PANELS = ("sales:order_shipments", "sales:order_money", "sales:order_compare", "sales:order_documents")
MOST_ENTRIES = 30
MOST_SHOWN = 200


@dataclass
class Line:
    """One line as it is shown."""

    line: OrderLine
    amount: Decimal
    differences: list[Difference] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        """What is still to be shipped."""
        line = self.line
        return line.quantity - line.cancelled_quantity - line.shipped_quantity


@dataclass
class NodeRow:
    """One node as it is shown."""

    node: OrderNode
    is_overdue: bool
    is_next: bool
    gap: int | None = None


def context_of(order: Order, *, request: Request, may_edit: bool) -> dict[str, Any]:
    """Everything; a bounded number of queries whatever the order holds."""
    today = timezone.localdate(request.now)
    lines = lines_of(order)
    return {
        "order": order,
        "customer": order.customer,
        "lines": lines[:MOST_SHOWN],
        "more_lines": max(len(lines) - MOST_SHOWN, 0),
        "differing": sum(bool(line.differences) for line in lines),
        "charges": list(order.charges.all()),
        "shares": list(order.shares.select_related("user")),
        "base": base_currency(),
        "further": Words().tell_all(fields_of(ORDER_KIND, request.user), order),
        "advice": order_words.advice(order.downstream_state),
        "checklist": [
            (name, label, bool(order.checklist.get(name))) for name, label in order_words.CHECKLIST.items()
        ],
        "sales": list(order.sell_through.select_related("informant", "by")),
        "attachments": of_records(ORDER_KIND, [order.pk]).get(order.pk, []),
        "entries": entries_of(order, request),
        "panels": [url for name in PANELS if (url := address_if_any(name, order.pk))],
        "may_edit": may_edit,
        "may_recycle": request.access.may("recycle"),
        "today": today,
        "compose_url": compose_url(order),
        **nodes_context(order, today),
        **_sample(order),
        **_progress(order, today),
    }


def lines_of(order: Order) -> list[Line]:
    """Lines with their amounts, and with what differs from the sample they were made after."""
    found = []
    for line in order.lines.select_related("product", "sample_line__order"):
        left = line.quantity - line.cancelled_quantity
        shown = Line(line, line_amount(left, line.unit_price, order.currency))
        if (sample := line.sample_line) is not None:
            shown.differences = differences(
                _said(sample), _said(line), sample.spec_sheet or {}, line.spec_sheet or {}
            )
        found.append(shown)
    return found


def _said(line: OrderLine) -> dict[str, str]:
    return {name: getattr(line, name) for name in COMPARED}


def nodes_context(order: Order, today: date) -> dict[str, Any]:
    """The nodes in their order: which is next, which are late, how far the factory's date is from ours."""
    rows = list(order.nodes.select_related("owner", "supplier"))
    facts = node_facts(rows)
    waiting = awaited(facts) if order.is_open else []
    by_fact = {id(fact): row for fact, row in zip(facts, rows, strict=True)}
    following = by_fact[id(waiting[0])] if waiting else None
    late = {by_fact[id(fact)].pk for fact in waiting if fact.planned_on and fact.planned_on < today}
    gap = factory_gap(facts)
    return {
        "nodes": [
            NodeRow(row, row.pk in late, row is following, gap if row.kind == FACTORY_PROMISED else None)
            for row in rows
        ],
        "next_node": following,
    }


def _sample(order: Order) -> dict[str, Any]:
    if order.kind != OrderKind.SAMPLE:
        return {"sample": None}
    sample = SampleDetails.objects.filter(order=order).first()
    made = Order.objects.alive().filter(lines__sample_line__order=order).distinct().order_by("pk")
    return {"sample": sample, "bulk_orders": list(made[:5])}


def _progress(order: Order, today: date) -> dict[str, Any]:
    shared = timezone.localtime(order.progress_shared_at).date() if order.progress_shared_at else None
    due = photos_due_on(order.downstream_state, shared, order.downstream_since) if order.is_open else None
    new_photos = len(progress_mail.photos_of(order)) if order.is_open else 0
    late = due is not None and due <= today
    return {"new_photos": new_photos, "photos_due_on": due, "photos_late": late}


def compose_url(order: Order) -> str:
    """The mail composer with the order's contact as recipient; "" without one."""
    address = address_if_any("mail:compose")
    if not address:
        return ""
    query = {"customer": order.customer_id, "to": order.contact_id or ""}
    return f"{address}?{urlencode({k: v for k, v in query.items() if v})}"


def entries_of(order: Order, request: Request) -> list[Any]:
    """What happened to the order, the newest first."""
    rows = (
        Entry.objects.filter(kind=ORDER_KIND, object_id=order.pk)
        .select_related("by", "personal")
        .order_by("-pk")
    )
    return describe_all(list(rows[:MOST_ENTRIES]), request.user)
