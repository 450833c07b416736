"""The board, past orders, one order's page, and a customer's orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.customers.queries import may_write
from genjin.customers.views.basis import customer_or_404, one_or_404
from genjin.people.queries import people_of
from genjin.people.requests import Request
from genjin.sales import order_board, order_page, order_queries, order_words
from genjin.sales.models import Order
from genjin.web.guards import requires
from genjin.web.lists import Columns, chips, page_for

VIEWS = ("list", "nodes", "states")
PICKS = ("show", "owner", "kind", "state", "downstream", "node", "country")


def order_or_404(request: Request, pk: int, *, edit: bool = False) -> Order:
    """An order that the person may see, or change."""
    rows = Order.objects.editable_by(request.user) if edit else Order.objects.visible_to(request.user)
    return one_or_404(rows.select_related("customer__country", "contact", "owner", "offer"), pk)


@require_GET
@requires()
def board(request: Request) -> HttpResponse:
    """All orders that run, samples among them, by what comes next; overdue first (002-43, 002-49)."""
    view = request.GET.get("view", "list")
    if view not in VIEWS or view == "list":
        rows = Order.objects.visible_to(request.user).filter(is_open=True)
        return _listed(request, rows, order_board.BOARD, "sales/board.html")
    form = order_board.OrderFilters(request.GET, user=request.user)
    rows = form.narrow(Order.objects.visible_to(request.user).filter(is_open=True), request.user)
    made = order_board.lanes_by_node if view == "nodes" else order_board.lanes_by_state
    lanes = made(rows)
    cards = [card for lane in lanes for card in lane.cards]
    order_board.with_owners(cards, people_of(card.owner_id for card in cards))
    return render(
        request, "sales/board_lanes.html", {**_common(request, form, view), "lanes": lanes, "view": view}
    )


@require_GET
@requires()
def past(request: Request) -> HttpResponse:
    """Orders that are closed or cancelled, the newest first."""
    rows = Order.objects.visible_to(request.user).filter(is_open=False)
    return _listed(request, rows, order_board.PAST, "sales/past.html")


def _listed(request: Request, rows: Any, columns: Columns, template: str) -> HttpResponse:
    form = order_board.OrderFilters(request.GET, user=request.user)
    page = page_for(request, order_board.shown(form.narrow(rows, request.user)), columns)
    order_board.with_owners(page.rows, people_of(row.owner_id for row in page.rows))
    context = {
        **_common(request, form, "list"),
        "page": page,
        "sorting": page.sorting,
        "columns": columns.shown(None, page.sorting),  # type: ignore[arg-type]
    }
    return render(request, template, context)


def _common(request: Request, form: order_board.OrderFilters, view: str) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("at", "view"):
        query.pop(name, None)
    here = reverse("sales:board")
    kept = query.urlencode()

    def tab(name: str, label: str) -> dict[str, Any]:
        asked = f"view={name}&{kept}".strip("&") if name != "list" else kept
        is_current = request.path == here and view == name
        return {"label": label, "href": f"{here}?{asked}" if asked else here, "current": is_current}

    is_past = request.path == reverse("sales:past")
    return {
        "form": form,
        "picks": [form[name] for name in PICKS if not (is_past and name == "node")],
        "chips": chips(request, form) if form.is_valid() else [],
        "views": [
            tab("list", _("List")),
            tab("nodes", _("By next node")),
            tab("states", _("By state")),
            {"label": _("Past orders"), "href": reverse("sales:past"), "current": is_past},
        ],
        "today": timezone.localdate(request.now),
        "may_create": may_write(request.access),
    }


@require_GET
@requires()
def order(request: Request, pk: int) -> HttpResponse:
    """Everything of one order on one page."""
    found = order_or_404(request, pk)
    may_edit = Order.objects.editable_by(request.user).filter(pk=pk).exists()
    context = order_page.context_of(found, request=request, may_edit=may_edit)
    return render(request, "sales/order.html", context)


@require_GET
@requires()
def customer_panel(request: Request, pk: int) -> HttpResponse:
    """A customer's orders: those that run, the last ones, the years (002-51)."""
    customer = customer_or_404(request, pk)
    context = order_queries.panel_of(customer, request.user)
    newest = context["newest"]
    context |= {
        "customer": customer,
        "press": order_words.advice(newest.downstream_state) if newest else None,
        "today": timezone.localdate(request.now),
        "may_create": may_write(request.access),
    }
    return render(request, "sales/_customer_orders.html", context)
