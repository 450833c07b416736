"""The list of shipments, one shipment's page, the panel of an order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from genjin.customers.actions.basis import may
from genjin.customers.views.basis import one_or_404
from genjin.files.queries import of_records
from genjin.people.queries import people_of
from genjin.people.requests import Request
from genjin.sales.models import (
    AfterSalesStep,
    Complaint,
    CustomerCredit,
    Order,
    Shipment,
    ShipmentLine,
    Testimonial,
)
from genjin.sales.models.shipment import ON_THE_WATER, SHIPMENT_KIND
from genjin.sales.shipment_facts import demurrage_text
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

WATER, PACKED, ARRIVED, ALL = "water", "packed", "arrived", "all"
VIEWS: dict[str, Any] = {
    WATER: _("On the water"),
    PACKED: _("To be shipped"),
    ARRIVED: _("Received"),
    ALL: pgettext_lazy("shipments", "All"),
}
COLUMNS = Columns(
    Column("number", _("Shipment"), sort="number", fixed=True),
    Column("customer", _("Customer"), fixed=True),
    Column("orders", _("Orders")),
    Column("vessel", _("Vessel")),
    Column("etd", _("Departure (ETD)"), sort="leaves_on"),
    Column("eta", _("Arrival (ETA)"), sort="arrives_on"),
    Column("state", _("Where the goods are")),
    Column("owner", _("Owner")),
    default="eta",
)
MOST_LINES = 200


def shipment_or_404(request: Request, pk: int, *, edit: bool = False) -> Shipment:
    """A shipment that the person may see, or change."""
    manager = Shipment.objects
    rows = manager.editable_by(request.user) if edit else manager.visible_to(request.user)
    found: Shipment = one_or_404(rows.select_related("customer", "contact", "owner"), pk)
    return found


def _narrowed(rows: QuerySet[Shipment], view: str) -> QuerySet[Shipment]:
    received = Q(received_on__isnull=False) | Q(warehoused_on__isnull=False)
    if view == WATER:
        return rows.filter(ON_THE_WATER)
    if view == PACKED:
        return rows.filter(shipped_at__isnull=True)
    return rows.filter(received) if view == ARRIVED else rows


@require_GET
@requires()
def shipments(request: Request) -> HttpResponse:
    """What is on its way by its arrival, what is to be shipped, what was received."""
    view = request.GET.get("view", WATER)
    view = view if view in VIEWS else WATER
    asked = request.GET.get("q", "").strip()[:60]
    rows = _narrowed(Shipment.objects.visible_to(request.user), view)
    if asked and "\x00" not in asked:
        named = Q(number__icontains=asked) | Q(vessel__icontains=asked) | Q(bl_no__icontains=asked)
        rows = rows.filter(named | Q(container_no__icontains=asked) | Q(customer__name__icontains=asked))
    rows = rows.annotate(leaves_on=Coalesce("atd", "etd"), arrives_on=Coalesce("ata", "eta")).select_related(
        "customer"
    )
    lines = ShipmentLine.objects.select_related("order_line__order").order_by("pk")
    page: Any = page_for(request, rows.prefetch_related(Prefetch("lines", lines)), COLUMNS)
    _complete(page.rows, timezone.localdate(request.now))
    tabs = [
        {"label": label, "href": f"{request.path}?view={name}", "current": name == view}
        for name, label in VIEWS.items()
    ]
    context = {
        "page": page, "columns": COLUMNS.shown(None, page.sorting), "sorting": page.sorting, "tabs": tabs,
        "asked": asked, "view": view,
    }  # fmt: skip
    return render(request, "sales/shipments.html", context)


def _complete(rows: list[Any], today: date) -> None:
    """Put owners, orders and lateness on rows, without a query for each."""
    people = people_of(row.owner_id for row in rows)
    for row in rows:
        row.owner = people[row.owner_id]
        orders = {line.order_line.order_id: line.order_line.order for line in row.lines.all()}
        row.orders = list(orders.values())
        arrives = row.ata or row.eta
        row.is_late = bool(arrives and arrives < today and not row.ata and not row.received_on)


@require_GET
@requires()
def shipment(request: Request, pk: int) -> HttpResponse:
    """One shipment: what travels, when, what comes after it."""
    found = shipment_or_404(request, pk)
    return render(request, "sales/shipment.html", page_context(request, found))


def page_context(request: Request, found: Shipment) -> dict[str, Any]:
    """Everything that the page shows; a bounded number of queries whatever the shipment holds."""
    lines = list(found.lines.select_related("order_line__order").order_by("pk")[: MOST_LINES + 1])
    orders = {line.order_line.order_id: line.order_line.order for line in lines}
    feedback = [step for step in found.steps.all() if step.answered_at or step.form_state]
    return {
        "shipment": found,
        "may_edit": Shipment.objects.editable_by(request.user).filter(pk=found.pk).exists(),
        "may_recycle": may(request.user, "recycle", request.now),
        "lines": lines[:MOST_LINES],
        "more_lines": len(lines) > MOST_LINES,
        "orders": list(orders.values()),
        "changes": found.schedule_changes.select_related("by").order_by("-at", "-pk")[:30],
        "complaints": Complaint.objects.visible_to(request.user).filter(shipment=found),
        "feedback": feedback,
        "testimonials": Testimonial.objects.filter(shipment=found),
        "credits": CustomerCredit.objects.filter(shipment=found),
        "attachments": of_records(SHIPMENT_KIND, [found.pk]).get(found.pk, []),
        "demurrage": demurrage_text(found),
        "panels": _panels(found, orders),
        "today": timezone.localdate(request.now),
    }


def _panels(found: Shipment, orders: dict[int, Order]) -> dict[str, str]:
    """What other folders and parts show here: the plan of the chain, the documents of the first order."""
    panels = {}
    first = next(iter(orders), None)
    for name, url, pk in (
        ("plan", "followups:shipment_plan", found.pk if found.shipped_at else None),
        ("documents", "sales:order_documents", first),
    ):
        try:
            panels[name] = reverse(url, args=[pk]) if pk is not None else ""
        except NoReverseMatch:
            panels[name] = ""
    return panels


@require_GET
@requires()
def order_shipments(request: Request, pk: int) -> HttpResponse:
    """The shipments of an order, as a panel of its page."""
    order: Order = one_or_404(Order.objects.visible_to(request.user), pk)
    rows = (
        Shipment.objects.visible_to(request.user)
        .filter(lines__order_line__order=order)
        .distinct()
        .order_by(F("shipped_at").asc(nulls_last=True), "pk")
    )
    left = any(
        line.quantity - line.cancelled_quantity > line.shipped_quantity for line in order.lines.all()[:1000]
    )
    may_edit = Order.objects.editable_by(request.user).filter(pk=order.pk).exists()
    context = {
        "order": order, "shipments": rows[:50], "may_add": may_edit and left and order.is_open,
    }  # fmt: skip
    return render(request, "sales/_order_shipments.html", context)


def step_of(found: Shipment, name: str) -> AfterSalesStep | None:
    """What is kept of a step of the chain."""
    return found.steps.filter(name=name).first()
