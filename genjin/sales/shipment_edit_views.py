"""Making a shipment of a customer's order lines, and changing it; also without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.actions import Refused
from genjin.customers.models import Customer
from genjin.customers.queries import may_write
from genjin.customers.views.basis import ids_of, one_or_404, reads_again
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales.actions.shipment_drafts import NewShipment, allotted, left_of
from genjin.sales.actions.shipments import change_shipment, create_shipment
from genjin.sales.models import Order, OrderLine, Shipment, ShipmentLine
from genjin.sales.models.order import OPEN_STATES
from genjin.sales.shipment_forms import LineForm, LineRow, LineRows, ShipmentForm
from genjin.sales.shipment_views import shipment_or_404
from genjin.web import answers
from genjin.web.forms import Overtaken, refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

MOST_ROWS = 300
PACKING = ("cartons", "gross_weight", "net_weight", "volume")
NAMES = {"contact_id": "contact"}


@requires()
def create(request: Request) -> HttpResponse:
    """Make a shipment: `order` names orders to begin with; others of the customer stand below."""
    if not may_write(request.access):
        raise Http404
    orders = list(
        Order.objects.editable_by(request.user)
        .filter(pk__in=ids_of(request.GET.getlist("order"))[:50])
        .order_by("pk")
    )
    customers = {order.customer_id for order in orders}
    if len(customers) != 1:
        raise Http404
    first = orders[0]
    shipment = Shipment(
        customer_id=first.customer_id, owner_id=first.owner_id, contact_id=first.contact_id, version=0,
        mode=first.transport_mode, port_of_loading=first.port_of_loading,
        port_of_destination=first.port_of_destination, demurrage_currency="USD",
    )  # fmt: skip
    open_orders = Order.objects.editable_by(request.user).filter(
        customer=first.customer_id, state__in=OPEN_STATES
    )
    rows = _rows(request, open_orders, None, [order.pk for order in orders])
    return _form(request, shipment, rows)


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a shipment and what travels in it."""
    shipment = shipment_or_404(request, pk, edit=True)
    orders = Order.objects.filter(lines__shipped__shipment=shipment).distinct()
    return _form(request, shipment, _rows(request, orders, shipment, []))


def _rows(request: Request, orders: Any, shipment: Shipment | None, wanted: Iterable[int]) -> LineRows:
    """The lines of these orders that travel already or of which something is left, the wanted ones filled."""
    lines = list(
        OrderLine.objects.filter(order__in=list(orders.values_list("pk", flat=True)))
        .select_related("order")
        .order_by("order__ordered_on", "order_id", "position", "pk")
    )
    taken = allotted([line.pk for line in lines], but=shipment.pk if shipment else None)
    held = {row.order_line_id: row for row in shipment.lines.all()} if shipment else {}
    wanted = set(wanted)
    lines.sort(key=lambda line: (line.pk not in held, line.order_id not in wanted))
    rows = []
    for line in lines:
        left = left_of(line, taken)
        if left <= 0 and line.pk not in held:
            continue
        initial = _initial(held.get(line.pk), left if line.order_id in wanted else None)
        form = LineForm(request.POST or None, prefix=f"line-{line.pk}", initial=initial)
        rows.append(LineRow(line, left, form))
    return LineRows(rows[:MOST_ROWS])


def _initial(row: ShipmentLine | None, left: Decimal | None) -> dict[str, Any]:
    if row is None:
        return {"quantity": _bare(left)}
    return {name: _bare(getattr(row, name)) for name in ("quantity", *PACKING)}


def _bare(value: Any) -> Any:
    """A number as people type it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _form(request: Request, shipment: Shipment, rows: LineRows) -> HttpResponse:
    by = last_editor(shipment) if shipment.pk else ""
    form = ShipmentForm(request.POST or None, shipment=shipment, by=by)
    customer = one_or_404(Customer.objects.visible_to(request.user), shipment.customer_id)
    if request.method == "POST":
        are_valid = [form.is_valid(), rows.are_valid()]
        if all(are_valid) and (to := _save(request, form, rows, shipment)):
            return answers.saved(request, to, _("Saved"))
    context = {
        "form": form, "shipment": shipment, "rows": rows.rows, "customer": customer,
        "to": reverse("sales:shipment", args=[shipment.pk]) if shipment.pk else reverse("sales:shipments"),
    }  # fmt: skip
    return render(request, "sales/shipment_form.html", context)


def _save(request: Request, form: ShipmentForm, rows: LineRows, shipment: Shipment) -> str | None:
    """Save and give the address to go to; what the action refuses goes beside its field or line."""
    try:
        if shipment.pk is None:
            return save_once(request, lambda: _create(request, form, rows, shipment))[0]
        change_shipment(
            shipment_id=shipment.pk, wanted=form.values(), lines=rows.shipped(), by=request.user,
            at=request.now, expected=shipment.version,
        )  # fmt: skip
        return reverse("sales:shipment", args=[shipment.pk])
    except Overtaken:
        raise
    except Refused as error:
        if hasattr(error, "error_dict"):
            rows.refuse(error.message_dict)
            error.error_dict = {
                name: found for name, found in error.error_dict.items() if not name.startswith("line-")
            }
        refuse(form, error, NAMES)
        return None


def _create(request: Request, form: ShipmentForm, rows: LineRows, shipment: Shipment) -> str:
    values = form.values()
    item = NewShipment(
        customer_id=shipment.customer_id, lines=rows.shipped(), values=values,
        number=form.cleaned_data["number"], owner_id=shipment.owner_id, contact_id=values["contact_id"],
    )  # fmt: skip
    made = create_shipment(item=item, by=request.user, at=request.now)
    return reverse("sales:shipment", args=[made.pk])
