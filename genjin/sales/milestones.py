"""The days of orders that make their parts due, read for many orders at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Min, Q

from genjin.rules.payment_terms import Milestones
from genjin.sales.models import IssuedDocument, LetterOfCredit, NodeKind, Order, OrderNode, Shipment


def milestones_of(orders: Iterable[Order]) -> dict[int, Milestones]:
    """By order, in four queries.

    Production starts with the raw material, else, as long as nobody planned that, with the order. Shipment is
    the first departure, as planned until it is known; goods without B/L count from the day they left.
    """
    rows = {order.pk: order for order in orders}
    ids = list(rows)
    nodes = _nodes(ids)
    voyages = _voyages(ids)
    invoiced = _invoiced(ids)
    presented = dict(
        LetterOfCredit.objects.filter(order__in=ids, presented_on__isnull=False)
        .order_by()
        .values_list("order_id")
        .annotate(day=Min("presented_on"))
    )
    known = {}
    for pk, order in rows.items():
        leaves, bl_on = voyages.get(pk, (None, None))
        known[pk] = Milestones(
            ordered_on=order.ordered_on,
            production_on=nodes.get((pk, NodeKind.MATERIAL)) or order.ordered_on,
            shipment_on=leaves or nodes.get((pk, NodeKind.ETD)) or order.delivery_on,
            bl_on=bl_on,
            invoiced_on=invoiced.get(pk),
            presented_on=presented.get(pk),
        )
    return known


def _nodes(ids: list[int]) -> dict[tuple[int, str], date]:
    rows = OrderNode.objects.filter(order__in=ids, kind__in=(NodeKind.MATERIAL, NodeKind.ETD))
    return {
        (order_id, kind): day
        for order_id, kind, planned, actual in rows.values_list("order_id", "kind", "planned_on", "actual_on")
        if (day := actual or planned) is not None
    }


def _voyages(ids: list[int]) -> dict[int, tuple[date | None, date | None]]:
    """When the first shipment leaves, and the date of the first B/L."""
    rows = Shipment.objects.alive().filter(lines__order_line__order__in=ids).distinct()
    leaving: dict[int, list[date]] = defaultdict(list)
    lading: dict[int, list[date]] = defaultdict(list)
    columns = ("lines__order_line__order_id", "atd", "etd", "bl_on")
    for order_id, atd, etd, bl_on in rows.order_by().values_list(*columns):
        if left := atd or etd:
            leaving[order_id].append(left)
        if papers := bl_on or atd:
            lading[order_id].append(papers)
    return {pk: (min(leaving[pk], default=None), min(lading[pk], default=None)) for pk in {*leaving, *lading}}


def _invoiced(ids: list[int]) -> dict[int, date]:
    """When the first commercial invoice was given out, of the order or of a shipment with its goods."""
    invoices = IssuedDocument.objects.filter(kind=IssuedDocument.Kind.COMMERCIAL_INVOICE)
    found: dict[int, date] = {}
    for path in ("order_id", "shipment__lines__order_line__order_id"):
        rows = invoices.filter(Q(**{f"{path.removesuffix('_id')}__in": ids}))
        for order_id, at in rows.order_by().values_list(path).annotate(at=Min("issued_at")):
            found[order_id] = min(found.get(order_id, at.date()), at.date())
    return found
