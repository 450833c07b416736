"""Order books given as files: orders of many customers as facts, nothing stored.

Columns are found by usual names in English and Chinese, whatever their spelling. Lines may stand in the same
file as the orders or in one of their own, joined by the order's number; a file of products tells categories
and what is sold no more.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from genjin.rules.orders import LineFact, OrderFact, netted
from genjin.rules.recommending import ProductFact

COLUMNS: dict[str, str] = {
    "customer": "customerid customer customercode customerno client 客户 客户编号 客户名称",
    "order": "orderid order orderno ordernumber invoice invoiceno invoicenumber 订单号 订单编号",
    "date": "orderdate date orderedon invoicedate 下单日期 订单日期 日期",
    "product": "productid product productcode sku stockcode item itemcode 产品编码 产品 型号",
    "quantity": "quantity qty 数量",
    "amount": "amount sales lineamount linetotal total revenue 金额",
    "price": "unitprice price 单价",
    "discount": "discount 折扣",
    "unit": "unit uom 单位",
    "currency": "currency 币种",
    "category": "categoryid category productcategory 类别",
    "kind": "kind orderkind ordertype 订单类型",
    "state": "state status orderstatus 订单状态 状态",
    "discontinued": "discontinued 停产",
}
CANCELLED = frozenset({"cancelled", "canceled", "cancel", "已取消", "取消"})
KINDS = frozenset({"SAMPLE", "TRIAL", "BULK", "PROJECT"})
FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
)  # fmt: skip
"""The first that fits all days of a file; day and month are told apart by a day above twelve."""

Row = Mapping[str, str]


class Unreadable(ValueError):
    """A file that cannot be read as an order book; the text is one English sentence."""


@dataclass(slots=True)
class Book:
    """The orders of every customer of a file, and what is sold."""

    orders: dict[str, list[OrderFact]] = field(default_factory=dict)
    catalogue: dict[str, ProductFact] = field(default_factory=dict)

    def histories(self) -> dict[str, list[date]]:
        """The days on which each customer ordered what counts."""
        return {key: sorted({o.ordered_on for o in found if o.counts}) for key, found in self.orders.items()}


def read_book(orders: Path, lines: Path | None = None, products: Path | None = None) -> Book:
    """The order book of these files; raises `Unreadable` naming what is missing."""
    heads = _rows(orders, ("customer", "order", "date"))
    goods = _rows(lines, ("order", "product")) if lines else heads
    if not goods or "product" not in goods[0]:
        raise Unreadable(f"{(lines or orders).name} has no column for the product.")
    days = _days([row["date"] for row in heads], orders.name)
    known: dict[str, tuple[Row, date]] = {}
    for row, day in zip(heads, days, strict=True):
        known.setdefault(row["order"], (row, day))
    of: dict[str, list[LineFact]] = defaultdict(list)
    for number, row in enumerate(goods, 2):
        if row["order"] in known and row["product"]:
            of[row["order"]].append(_line(row, f"{(lines or orders).name}, line {number}"))
    customers: dict[str, list[OrderFact]] = defaultdict(list)
    for place, (number_, (row, day)) in enumerate(
        sorted(known.items(), key=lambda one: (one[1][1], one[0])), 1
    ):
        customers[row["customer"]].append(_order(place, number_, row, day, of.get(number_, [])))
    book = Book({key: netted(found) for key, found in customers.items()})
    book.catalogue = _catalogue(_rows(products, ("product",)) if products else goods)
    return book


def _order(place: int, number: str, row: Row, day: date, lines: Sequence[LineFact]) -> OrderFact:
    kind = row.get("kind", "").upper()
    currency = row.get("currency", "").upper()
    return OrderFact(
        id=place,
        number=number,
        ordered_on=day,
        lines=tuple(lines),
        kind=kind if kind in KINDS else "BULK",
        currency=currency or "USD",
        is_cancelled=row.get("state", "").strip().lower() in CANCELLED,
    )


def _line(row: Row, where: str) -> LineFact:
    quantity = _number(row.get("quantity", "1"), where)
    if row.get("amount"):
        amount = _number(row["amount"], where)
    else:
        discount = _number(row.get("discount", "0"), where)
        amount = quantity * _number(row.get("price", "0"), where) * (1 - discount)
    unit = row.get("unit", "") or "pcs"
    return LineFact(
        product=row["product"], quantity=quantity, amount=amount, unit=unit, category=row.get("category", "")
    )


def _number(text: str, where: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").strip() or "0")
    except InvalidOperation:
        raise Unreadable(f"{where}: “{text}” is no number.") from None
    if not found.is_finite():
        raise Unreadable(f"{where}: “{text}” is no number.")
    return found


def _catalogue(rows: Iterable[Row]) -> dict[str, ProductFact]:
    found: dict[str, ProductFact] = {}
    for row in rows:
        gone = row.get("discontinued", "").strip().lower() in ("1", "true", "yes", "y", "是")
        key = row["product"]
        if key:
            found[key] = ProductFact(key=key, category=row.get("category", ""), is_offered=not gone)
    return found


def _rows(path: Path, wanted: Sequence[str]) -> list[Row]:
    """The rows of a file by our names of columns."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable(f"{path.name} cannot be read as UTF-8 text.") from None
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    names = [_name(cell) for cell in next(reader, [])]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise Unreadable(f"{path.name} has no column for the {missing[0]}.")
    return [
        {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        for cells in reader
        if cells
    ]


def _name(cell: str) -> str:
    plain = re.sub(r"[\W_]+", "", cell).lower()
    return next((name for name, known in COLUMNS.items() if plain in known.split()), "")


def _days(texts: Sequence[str], name: str) -> list[date]:
    plain = [text.partition("T")[0].partition(" ")[0] for text in texts]
    for form in FORMATS:
        try:
            return [datetime.strptime(text, form).date() for text in plain]  # noqa: DTZ007  # days, no moments
        except ValueError:
            continue
    raise Unreadable(f"{name}: not all dates are written in one known way.")
