"""Orders (one sheet a year, 002-52), shipments and receipts as sheets that an import reads again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.exchange.export_customers import customers_seen
from genjin.exchange.export_fields import custom_columns
from genjin.exchange.export_sheets import Asked, Cell, Column, Exportable, Reader, Sheet, register
from genjin.exchange.importing.order_fields import label_of
from genjin.rules.amounts import line_amount
from genjin.sales.models import (
    ChargeKind,
    Order,
    OrderCharge,
    OrderLine,
    Receipt,
    ReceiptAllocation,
    SellThrough,
    Shipment,
    ShipmentLine,
)
from genjin.sales.models.money import Receipts
from genjin.sales.models.order import ORDER_KIND, Orders
from genjin.sales.models.shipment import Shipments

PIECE = 300
"""So many records are read at once, each with what hangs on it."""
NOTHING = Decimal(0)
Value = Callable[[Any, Reader], Cell]


@dataclass(frozen=True)
class OrderRow:
    """One line of an order with what its sheet says of the order."""

    order: Order
    line: OrderLine | None
    charges: dict[str, Decimal]
    left_on: date | None
    arrived_on: date | None
    sales: str


def _order(name: str, label: Any = None, width: int = 14) -> Column:
    return Column(name, label or label_of(Order, name), lambda row, reader: getattr(row.order, name), width)


def _order_choice(name: str, width: int = 14) -> Column:
    return Column(
        name,
        label_of(Order, name),
        lambda row, reader: str(getattr(row.order, f"get_{name}_display")()),
        width,
    )


def _charge(name: str, label: Any, *kinds: str) -> Column:
    def value(row: OrderRow, reader: Reader) -> Cell:
        return sum((row.charges.get(kind, NOTHING) for kind in kinds), NOTHING) or None

    return Column(name, label, value, 12)


def _line(name: str, label: Any = None, width: int = 12) -> Column:
    def value(row: Any, reader: Reader) -> Cell:
        return None if row.line is None else getattr(row.line, name)

    return Column(f"line_{name}", label or label_of(OrderLine, name), value, width)


def _cancelled(row: OrderRow, reader: Reader) -> Cell:
    return (row.line.cancelled_quantity or None) if row.line else None


def _line_amount(row: OrderRow, reader: Reader) -> Cell:
    if row.line is None:
        return None
    return line_amount(row.line.quantity, row.line.unit_price, row.order.currency)


_CODE = Column(
    "customer_code", gettext_lazy("Customer code"), lambda row, reader: row.order.customer.number, 12
)
_NAME = Column("customer", gettext_lazy("Customer"), lambda row, reader: row.order.customer.name, 30)
ORDER_COLUMNS = (
    _order("number", width=16),
    _CODE,
    _NAME,
    _order("ordered_on"),
    _order("delivery_on"),
    _order_choice("kind"),
    _order_choice("state"),
    _order_choice("downstream_state"),
    _order("currency", width=8),
    _order("exchange_rate", width=10),
    _order_choice("incoterm", 10),
    _order("incoterm_place"),
    _order("port_of_loading"),
    _order("port_of_destination"),
    _order_choice("transport_mode", 10),
    _order_choice("payment_method"),
    _order("payment_terms", width=28),
    _order("customer_po_no", width=16),
    _order("amount", gettext_lazy("Order amount")),
    _charge("freight", gettext_lazy("Freight charged"), ChargeKind.FREIGHT),
    _charge("insurance", gettext_lazy("Insurance charged"), ChargeKind.INSURANCE),
    _charge("discount", gettext_lazy("Discount on the order"), ChargeKind.DISCOUNT),
    _charge(
        "other", gettext_lazy("Other charges"), ChargeKind.OTHER, ChargeKind.SAMPLE_FEE, ChargeKind.CREDIT
    ),
    _order("paid_amount", gettext_lazy("Received so far")),
    Column("left_on", label_of(Shipment, "atd"), lambda row, reader: row.left_on, 12),
    Column("arrived_on", label_of(Shipment, "ata"), lambda row, reader: row.arrived_on, 12),
    Column("sales", gettext_lazy("Latest on its sale"), lambda row, reader: row.sales, 30),
    _order("remarks", width=30),
    Column("owner", gettext_lazy("Owner"), lambda row, reader: str(row.order.owner), 14),
    _line("code", width=16),
    _line("description", width=30),
    _line("model"),
    _line("colour"),
    _line("spec", width=24),
    _line("quantity"),
    Column("cancelled", pgettext_lazy("order line", "Cancelled quantity"), _cancelled, 12),
    _line("unit", width=8),
    _line("unit_price"),
    Column("line_amount", gettext_lazy("Amount of the line"), _line_amount, 14),
)


def order_columns(reader: Reader) -> tuple[Column, ...]:
    """The columns of orders, custom fields last."""
    return (*ORDER_COLUMNS, *(_of_order(column) for column in custom_columns(ORDER_KIND, reader)))


def _of_order(column: Column) -> Column:
    return Column(
        column.name, column.label, lambda row, reader: column.value(row.order, reader), column.width
    )


def orders_seen(reader: Reader, asked: Asked) -> Orders:
    """The orders of the customers seen, as far as the reader sees them."""
    rows = Order.objects.alive() if reader.user is None else Order.objects.visible_to(reader.user)
    return rows.filter(customers_seen(reader, asked).order_by().beside("customer_id"))


def order_sheets(orders: Orders, columns: tuple[Column, ...]) -> Iterator[Sheet]:
    """One sheet a year, the newest first; an empty one where there are no orders."""
    years = [day.year for day in orders.order_by().dates("ordered_on", "year", order="DESC")]
    for year in years:
        rows = orders.filter(ordered_on__year=year).order_by("ordered_on", "pk")
        yield Sheet(str(year), columns, _order_rows(rows))
    if not years:
        yield Sheet(_("Orders"), columns, ())


def _order_rows(orders: Orders) -> Iterator[OrderRow]:
    related = orders.select_related("customer", "customer__country", "owner").prefetch_related("lines")
    for piece in _pieces(related):
        ids = [order.pk for order in piece]
        charges: dict[int, dict[str, Decimal]] = {pk: {} for pk in ids}
        sums: Any = OrderCharge.objects.filter(order__in=ids).order_by().values_list("order_id", "kind")
        for pk, kind, amount in sums.annotate(sum=Sum("amount")):
            charges[pk][kind] = amount
        voyages = _voyages(ids)
        said = {
            row.order_id: _said(row)
            for row in SellThrough.objects.filter(order__in=ids).order_by("order_id", "day", "pk")
        }
        for order in piece:
            left_on, arrived_on = voyages.get(order.pk, (None, None))
            for line in [*order.lines.all()] or [None]:
                yield OrderRow(order, line, charges[order.pk], left_on, arrived_on, said.get(order.pk, ""))


def _pieces(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows in pieces, with what is prefetched."""
    piece: list[Any] = []
    for row in rows.iterator(chunk_size=PIECE):
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _voyages(ids: list[int]) -> dict[int, tuple[date | None, date | None]]:
    """By order when the first goods left and the last arrived."""
    lines = ShipmentLine.objects.filter(order_line__order__in=ids, shipment__deleted_at__isnull=True)
    rows: Any = lines.order_by().values_list("order_line__order_id")
    found = rows.annotate(left=Min("shipment__atd"), arrived=Max("shipment__ata"))
    return {pk: (left, arrived) for pk, left, arrived in found}


def _said(row: SellThrough) -> str:
    parts = [row.day.isoformat()]
    if row.sold_percent is not None:
        parts.append(_("%(percent)s %% sold") % {"percent": f"{row.sold_percent.normalize():f}"})
    if row.stock_left is not None:
        parts.append(_("%(quantity)s left") % {"quantity": f"{row.stock_left.normalize():f}"})
    return " ".join([*parts, row.note]).strip()


# Shipments


@dataclass(frozen=True)
class ShipmentRow:
    """One line of a shipment."""

    shipment: Shipment
    travels: ShipmentLine | None

    @property
    def line(self) -> OrderLine | None:
        """The order's line."""
        return self.travels.order_line if self.travels else None


def _shipment(name: str, width: int = 14) -> Column:
    return Column(name, label_of(Shipment, name), lambda row, reader: getattr(row.shipment, name), width)


def _shipment_choice(name: str) -> Column:
    return Column(
        name, label_of(Shipment, name),
        lambda row, reader: str(getattr(row.shipment, f"get_{name}_display")() or ""), 12,
    )  # fmt: skip


SHIPMENT_COLUMNS = (
    _shipment("number", 16),
    Column(
        "order", label_of(Order, "number"), lambda row, reader: row.line.order.number if row.line else "", 16
    ),
    Column("customer", gettext_lazy("Customer"), lambda row, reader: row.shipment.customer.name, 30),
    *(_shipment(name, 12) for name in ("etd", "eta", "atd", "ata")),
    _shipment_choice("mode"),
    *(_shipment(name) for name in ("forwarder", "booking_no", "vessel", "voyage")),
    _shipment_choice("container_type"),
    *(_shipment(name) for name in ("container_count", "container_no", "bl_no")),
    _shipment_choice("bl_type"),
    *(
        _shipment(name)
        for name in (
            "bl_on", "awb_no", "courier", "courier_no", "port_of_loading", "port_of_destination",
            "cleared_on", "received_on", "warehoused_on", "free_days", "demurrage_rate",
        )
    ),
    _line("code", width=16),
    _line("description", width=30),
    Column(
        "quantity", gettext_lazy("Quantity shipped"),
        lambda row, reader: row.travels.quantity if row.travels else None, 12,
    ),
    _shipment("remarks", 30),
)  # fmt: skip


def shipments_seen(reader: Reader, asked: Asked) -> Shipments:
    """The shipments of the customers seen, as far as the reader sees them."""
    rows = Shipment.objects.alive() if reader.user is None else Shipment.objects.visible_to(reader.user)
    return rows.filter(customers_seen(reader, asked).order_by().beside("customer_id"))


def shipments_sheet(shipments: Shipments) -> Sheet:
    """These shipments, a row for each line that travels."""
    rows = shipments.select_related("customer").prefetch_related("lines__order_line__order")
    return Sheet(_("Shipments"), SHIPMENT_COLUMNS, _shipment_rows(rows.order_by("pk")))


def _shipment_rows(rows: Shipments) -> Iterator[ShipmentRow]:
    for piece in _pieces(rows):
        for shipment in piece:
            for line in [*shipment.lines.all()] or [None]:
                yield ShipmentRow(shipment, line)


# Receipts


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt with one of the orders that it pays."""

    receipt: Receipt
    allocation: ReceiptAllocation | None


def _receipt(name: str, width: int = 14) -> Column:
    return Column(name, label_of(Receipt, name), lambda row, reader: getattr(row.receipt, name), width)


RECEIPT_COLUMNS = (
    _receipt("number", 16),
    Column(
        "order", label_of(Order, "number"),
        lambda row, reader: row.allocation.order.number if row.allocation else "", 16,
    ),
    Column(
        "customer", gettext_lazy("Customer"),
        lambda row, reader: row.receipt.customer.name if row.receipt.customer else "", 30,
    ),
    _receipt("received_on"),
    _receipt("currency", 8),
    _receipt("amount_paid"),
    _receipt("amount_received"),
    _receipt("bank_charges"),
    Column(
        "allocated", gettext_lazy("Of it for this order"),
        lambda row, reader: row.allocation.amount if row.allocation else None, 14,
    ),
    _receipt("payer", 24),
    Column(
        "method", label_of(Receipt, "method"), lambda row, reader: str(row.receipt.get_method_display()), 14
    ),
    _receipt("reference", 20),
    _receipt("note", 30),
)  # fmt: skip


def receipts_seen(reader: Reader, asked: Asked) -> Receipts:
    """The receipts of the customers seen, as far as the reader sees them."""
    rows = Receipt.objects.alive() if reader.user is None else Receipt.objects.visible_to(reader.user)
    return rows.filter(customers_seen(reader, asked).order_by().beside("customer_id"))


def receipts_sheet(receipts: Receipts) -> Sheet:
    """These receipts, a row for each order that they pay."""
    rows = receipts.select_related("customer").prefetch_related("allocations__order")
    return Sheet(_("Receipts"), RECEIPT_COLUMNS, _receipt_rows(rows.order_by("received_on", "pk")))


def _receipt_rows(rows: Receipts) -> Iterator[ReceiptRow]:
    for piece in _pieces(rows):
        for receipt in piece:
            found: dict[int, ReceiptAllocation] = {}
            for one in receipt.allocations.all():
                if one.order_id in found:  # of several parts of an order the sheet tells the sum
                    found[one.order_id].amount += one.amount
                else:
                    found[one.order_id] = one
            if not found:
                yield ReceiptRow(receipt, None)
            for allocation in found.values():
                yield ReceiptRow(receipt, allocation)


def customer_sheets(
    reader: Reader, customer_id: int, columns: tuple[Column, ...]
) -> Iterator[tuple[str, list[Sheet]]]:
    """What was sold to one customer, by the name of a workbook; only what there is."""
    if reader.user is None:
        orders, shipments, receipts = Order.objects.alive(), Shipment.objects.alive(), Receipt.objects.alive()
    else:
        orders = Order.objects.visible_to(reader.user)
        shipments, receipts = (
            Shipment.objects.visible_to(reader.user),
            Receipt.objects.visible_to(reader.user),
        )
    yield _("Orders"), list(order_sheets(orders.filter(customer=customer_id), columns))
    yield _("Shipments"), [shipments_sheet(shipments.filter(customer=customer_id))]
    yield _("Receipts"), [receipts_sheet(receipts.filter(customer=customer_id))]


def _all_orders(reader: Reader, asked: Asked) -> Iterable[Sheet]:
    return order_sheets(orders_seen(reader, asked), order_columns(reader))


def register_all() -> None:
    """Put these kinds into the table."""
    for kind in (
        Exportable("orders", gettext_lazy("Orders, one sheet a year"), "file", orders_seen, _all_orders),
        Exportable(
            "shipments", gettext_lazy("Shipments"), "ship", shipments_seen,
            lambda reader, asked: [shipments_sheet(shipments_seen(reader, asked))],
        ),
        Exportable(
            "payments", gettext_lazy("Receipts"), "inbox", receipts_seen,
            lambda reader, asked: [receipts_sheet(receipts_seen(reader, asked))],
        ),
    ):  # fmt: skip
        register(kind)
