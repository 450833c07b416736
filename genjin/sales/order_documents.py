"""What is printed of orders and shipments: sales contract, commercial invoice, packing list (D-9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from genjin.rules.amounts import line_amount, rounded, total
from genjin.sales.document_parts import (
    Firm,
    buyer_lines,
    day,
    goods_name,
    goods_note,
    goods_table,
    plain,
    product_names,
    sums_of,
    term_facts,
    text_sections,
    words_of,
)
from genjin.sales.documents.content import Cell, Column, Content, Row, Section, Sum, Table
from genjin.sales.documents.words import word
from genjin.sales.models import CreditNote, Order, Shipment, ShipmentLine


def contract_of(order: Order, firm: Firm, language: str) -> Content:
    """The sales contract of an order, without what was cancelled."""
    lines = [line for line in order.lines.all() if line.quantity > line.cancelled_quantity]
    counts = [line.quantity - line.cancelled_quantity for line in lines]
    facts = [(word("date", language), day(order.ordered_on, language))]
    if order.customer_po_no:
        facts.append((word("your_order", language), order.customer_po_no))
    facts += term_facts(order, language)
    if order.delivery_on:
        facts.append((word("delivery_on", language), day(order.delivery_on, language)))
    charges = list(order.charges.all())
    goods = _goods(lines, counts, order.currency)
    return replace(
        _head(firm, "sales_contract", order.number, language),
        currency=order.currency,
        buyer=buyer_lines(order.customer, order.contact, language),
        facts=tuple(facts),
        tables=(goods_table(lines, order.currency, language, counts),),
        sums=sums_of(goods, charges, order.amount, order.currency, language),
        words=words_of(order.amount, order.currency, language),
        sections=(*text_sections(order, language), *_bank(firm, language)),
        signatures=(word("seller", language), word("buyer", language)),
    )


def invoice_of(shipment: Shipment, number: str, firm: Firm, language: str) -> Content:
    """The commercial invoice of a shipment: its quantities at the orders' prices.

    Charges of an order stand on the invoice of its first shipment. All orders are in one currency.
    """
    parts = _parts(shipment)
    orders = _orders(parts)
    first = orders[0]
    lines, counts = [part.order_line for part in parts], [part.quantity for part in parts]
    charges = [c for order in orders if _is_first(shipment, order) for c in order.charges.all()]
    goods = _goods(lines, counts, first.currency)
    amount = total([goods, *(rounded(c.amount, first.currency) for c in charges)], first.currency)
    return replace(
        _head(firm, "commercial_invoice", number, language),
        currency=first.currency,
        buyer=buyer_lines(shipment.customer, shipment.contact, language),
        facts=(*_references(shipment, orders, language), *_without_lead(first, language)),
        tables=(goods_table(lines, first.currency, language, counts),),
        sums=sums_of(goods, charges, amount, first.currency, language),
        words=words_of(amount, first.currency, language) if amount >= 0 else (),
        sections=(*text_sections(first, language), *_bank(firm, language)),
        signatures=(word("seller", language),),
    )


def packing_list_of(shipment: Shipment, number: str, firm: Firm, language: str) -> Content:
    """The packing list of a shipment: cartons, weights, volume; no prices."""
    parts = _parts(shipment)
    orders = _orders(parts)
    names = product_names([part.order_line for part in parts], language)
    columns = (
        Column(word("no", language), Cell.COUNT),
        Column(word("code", language)),
        Column(word("goods", language), share=3),
        Column(word("quantity", language), Cell.QUANTITY),
        Column(word("unit", language)),
        Column(word("cartons", language), Cell.COUNT),
        Column(word("gross_weight", language), Cell.WEIGHT),
        Column(word("net_weight", language), Cell.WEIGHT),
        Column(word("volume", language), Cell.VOLUME),
    )
    rows = tuple(_packed(number, part, names) for number, part in enumerate(parts, 1))
    sums = ["", "", word("total", language), _same_unit(parts), ""]
    sums += [_sum(parts, name) for name in ("cartons", "gross_weight", "net_weight", "volume")]
    marks = [Section(word("marks", language), o.shipping_marks) for o in orders if o.shipping_marks.strip()]
    return replace(
        _head(firm, "packing_list", number, language),
        buyer=buyer_lines(shipment.customer, shipment.contact, language),
        facts=tuple(_references(shipment, orders, language)),
        tables=(Table(columns, rows, tuple(sums)),),
        sections=tuple(dict.fromkeys(marks)),
        signatures=(word("seller", language),),
    )


def credit_note_of(note: CreditNote, firm: Firm, language: str) -> Content:
    """By how much an order's price was lowered, and why."""
    order, amount = note.order, rounded(note.amount, note.order.currency)
    facts = [(word("date", language), day(note.issued_on, language))]
    facts.append((word("order_no", language), order.number))
    if order.customer_po_no:
        facts.append((word("your_order", language), order.customer_po_no))
    if note.shipment is not None:
        facts.append((word("shipment", language), str(note.shipment)))
    columns = (
        Column(word("reason", language), share=3),
        Column(f"{word('amount', language)} {order.currency}", Cell.AMOUNT),
    )
    total_label = f"{word('total', language)} {order.currency}"
    return replace(
        _head(firm, "credit_note", note.number, language),
        currency=order.currency,
        buyer=buyer_lines(order.customer, order.contact, language),
        facts=tuple(facts),
        tables=(Table(columns, (Row((note.reason, plain(amount))),)),),
        sums=(Sum(total_label, plain(amount), strong=True),),
        words=words_of(amount, order.currency, language),
        signatures=(word("seller", language),),
    )


def _packed(number: int, part: ShipmentLine, names: dict[int, str]) -> Row:
    line = part.order_line
    cells = (
        str(number), line.code, goods_name(line, names), plain(part.quantity), line.unit, plain(part.cartons),
        plain(part.gross_weight), plain(part.net_weight), plain(part.volume),
    )  # fmt: skip
    return Row(cells, note=goods_note(line))


def currencies_of(shipment: Shipment) -> set[str]:
    """The currencies of the orders in a shipment."""
    return set(shipment.lines.values_list("order_line__order__currency", flat=True))


def _head(firm: Firm, title: str, number: str, language: str) -> Content:
    return Content(
        title=word(title, language), number=number, language=language, accent=firm.layout.accent,
        seller=firm.lines(), buyer_label=word("buyer", language),
    )  # fmt: skip


def _parts(shipment: Shipment) -> list[ShipmentLine]:
    rows = shipment.lines.select_related("order_line__order")
    return list(rows.order_by("order_line__order_id", "order_line__position", "id"))


def _orders(parts: Sequence[ShipmentLine]) -> list[Order]:
    return list({part.order_line.order_id: part.order_line.order for part in parts}.values())


def _is_first(shipment: Shipment, order: Order) -> bool:
    """Whether the order's goods travel in no earlier shipment."""
    earlier = ShipmentLine.objects.filter(order_line__order=order, shipment__deleted_at__isnull=True)
    return not earlier.filter(shipment_id__lt=shipment.pk).exists()


def _goods(lines: Sequence[Any], counts: Sequence[Decimal], currency: str) -> Decimal:
    amounts = [line_amount(c, line.unit_price, currency) for c, line in zip(counts, lines, strict=True)]
    return total(amounts, currency)


def _bank(firm: Firm, language: str) -> tuple[Section, ...]:
    text = firm.layout.bank_details
    return (Section(word("bank", language), text),) if text.strip() else ()


def _without_lead(order: Order, language: str) -> list[tuple[str, str]]:
    """Terms of an order whose goods are ready: how long they took is of no interest any more."""
    gone = {word("lead_time", language), word("delivery", language), word("more_or_less", language)}
    return [fact for fact in term_facts(order, language) if fact[0] not in gone]


def _references(shipment: Shipment, orders: Sequence[Order], language: str) -> list[tuple[str, str]]:
    """Numbers and dates of orders and voyage."""
    vessel = " / ".join(filter(None, (shipment.vessel, shipment.voyage)))
    container = " · ".join(filter(None, (shipment.container_type, shipment.container_no)))
    rows = [
        ("date", day(shipment.atd or shipment.etd or shipment.created_at.date(), language)),
        ("order_no", ", ".join(order.number for order in orders)),
        ("your_order", ", ".join(order.customer_po_no for order in orders if order.customer_po_no)),
        ("shipment", shipment.number),
        ("vessel", vessel),
        ("container", container),
        ("bl_no", shipment.bl_no or shipment.awb_no),
        ("port_of_loading", shipment.port_of_loading),
        ("port_of_destination", shipment.port_of_destination),
    ]
    return [(word(key, language), value) for key, value in rows if value]


def _sum(parts: Sequence[ShipmentLine], name: str) -> str:
    known = [value for part in parts if (value := getattr(part, name)) is not None]
    return plain(sum(known, Decimal(0))) if known else ""


def _same_unit(parts: Sequence[ShipmentLine]) -> str:
    """Quantities of different units have no sum."""
    if len({part.order_line.unit for part in parts}) > 1:
        return ""
    return _sum(parts, "quantity")
