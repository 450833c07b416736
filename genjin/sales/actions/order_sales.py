"""What becomes of an order beyond our own work: shared progress, how it sells (003-20 to 28)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, today_of
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact
from genjin.people.models import User
from genjin.rules.order_states import downstream_by_sale
from genjin.sales.actions.order_basis import locked_order, move_downstream, put, require_open, save
from genjin.sales.models import ExecutionState, Order, SellThrough


@transaction.atomic
def record_sale(
    *,
    order_id: int,
    day: date,
    by: User,
    at: datetime,
    sold_percent: Decimal | None = None,
    stock_left: Decimal | None = None,
    safety_stock: Decimal | None = None,
    informant_id: int | None = None,
    note: str = "",
) -> SellThrough:
    """Write down what the customer says of the sale; the downstream state follows the newest word."""
    order = locked_order(order_id)
    if order.state == ExecutionState.CANCELLED:
        raise Refused(_("This order is cancelled. Reopen it first."))
    row = SellThrough(
        order=order, day=day, sold_percent=sold_percent, stock_left=stock_left, safety_stock=safety_stock,
        informant_id=informant_id, note=note.strip(), by=by, at=at,
    )  # fmt: skip
    _check(row, order, today_of(by, at))
    newest = order.sell_through.order_by("-day", "-pk").first()
    row.save(force_insert=True)
    told = {}
    if newest is None or newest.day <= day:
        state = downstream_by_sale(order.downstream_state, sold_percent, stock_left, safety_stock)
        told = move_downstream(order, state, by=by, at=at)
    beside = {
        name: (None, getattr(row, name))
        for name in ("sold_percent", "stock_left", "safety_stock")
        if getattr(row, name) is not None
    }
    save(order, told, by=by, at=at, beside=beside or {"sold_percent": (None, None)}, note=note)
    return row


def _check(row: SellThrough, order: Order, today: date) -> None:
    if row.sold_percent is None and row.stock_left is None and row.safety_stock is None and not row.note:
        raise Refused({"sold_percent": _("Write down at least one thing that was said.")})
    if row.sold_percent is not None and not 0 <= row.sold_percent <= 100:
        raise Refused({"sold_percent": _("Between 0 and 100.")})
    for name in ("stock_left", "safety_stock"):
        value = getattr(row, name)
        if value is not None and value < 0:
            raise Refused({name: _("This cannot be negative.")})
    if row.day > today:
        raise Refused({"day": _("This day lies in the future.")})
    if row.day < order.ordered_on:
        raise Refused({"day": _("This is before the order.")})
    if row.informant_id is not None:
        people = Contact.objects.alive().filter(pk=row.informant_id, customer=order.customer_id)
        if not people.exists():
            raise Refused({"informant": _("This person does not belong to the customer.")})
    check_fields(row)


@transaction.atomic
def share_progress(*, order_id: int, by: User | None, at: datetime) -> Order:
    """Say that the customer was shown how his goods come along (003-23)."""
    order = locked_order(order_id)
    require_open(order)
    save(order, put(order, {"progress_shared_at": at}), by=by, at=at)
    return order
