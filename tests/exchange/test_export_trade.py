"""Orders, products, shipments and receipts as sheets: one a year, read again by an import, costs hidden."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from genjin.customers.actions import duplicate_keys
from genjin.customers.models import Customer
from genjin.exchange import export_actions, export_jobs
from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_models import Export
from genjin.exchange.export_sheets import Asked, Reader
from genjin.exchange.export_writers import unseen
from genjin.exchange.models import Import
from genjin.exchange.run_actions import zone_of
from genjin.journal.models import Entry
from genjin.people import access
from genjin.sales.models import Order, OrderCharge, OrderLine, PriceTier, Product, Receipt, Shipment

HEAD = (
    "Order no,Order date,Delivery date,Company,Type,Currency,Exchange rate,Price term,Payment terms,Po no,"
    "Freight charged,Discount on the order,Product code,Description,Colour,Qty,Cancelled quantity,Unit,Price,"
    "Shipped date,Arrival date,Deposit,Deposit date"
).replace("Type,", "Order type,")
FIRST = (
    "A-1,2024-03-01,2024-05-01,Acme GmbH,Trial order,USD,7.12345678,FOB Ningbo,30% T/T deposit,PO-7,120,50"
)
PAID = "2024-05-03,2024-06-10,75,2024-03-04"
ORDERS = f"""{HEAD}
{FIRST},L-1,Lamp,red,100,30,pcs,2.5,{PAID}
{FIRST},L-2,=HYPERLINK(1),,40.5,,set,1.2345,{PAID}
A-2,2025-07-01,,Acme GmbH,,EUR,,CIF Hamburg,,,,,L-1,Lamp,,10,,pcs,3,,,,
B-1,2026-11-01,2026-12-20,Borg Ltd,Sample order,USD,,EXW,,,,,,Shade,,2,,pcs,0,,,,
"""
Bring, Work = Callable[..., Import], Callable[..., Import]


@pytest.fixture
def firms(customer: Callable[..., Customer], moment: datetime) -> list[Customer]:
    found = [customer(name="Acme GmbH", short_name="Acme"), customer(name="Borg Ltd")]
    duplicate_keys.refresh([one.pk for one in found], at=moment)
    return found


@pytest.fixture
def trader(people: Any, moment: datetime) -> Any:
    """Chen, who sees everybody's orders and money, and may bring in and take out."""
    people.chen.role.rights = [*people.chen.role.rights, "export", "import"]
    people.chen.role.scopes = {**people.chen.role.scopes, "sales.receipt": {"see": "ALL", "edit": "ALL"}}
    people.chen.role.save()
    access.of(people.chen, today=moment.date())
    return people.chen


@pytest.fixture
def write(trader: Any, moment: datetime) -> Callable[..., str]:
    """`write(kind, language)` gives a kind as text, as the trader sees it."""

    def write_(kind: str, language: str = "en", form: str = "csv", user: Any = trader) -> Any:
        access.of(user, today=moment.date())
        found, target = sheets.find(kind), BytesIO()
        assert found is not None
        reader, asked = Reader(user, moment, zone_of(user)), Asked(QueryDict("show=all"))
        with translation.override(language):
            export_actions.write(found, form, reader, asked, target, unseen)
        return target.getvalue().decode("utf-8-sig") if form == "csv" else target.getvalue()

    return write_


def told() -> tuple[Any, ...]:
    """What orders are, beside their ids."""
    orders = Order.objects.alive().order_by("number")
    columns = (
        "number", "customer__name", "kind", "ordered_on", "delivery_on", "state", "currency", "amount",
        "exchange_rate", "incoterm", "incoterm_place", "payment_terms", "customer_po_no", "paid_amount",
    )  # fmt: skip
    lines = OrderLine.objects.filter(order__deleted_at__isnull=True).order_by("order__number", "position")
    of_line = (
        "order__number", "code", "description", "colour", "quantity", "cancelled_quantity", "unit",
        "unit_price", "shipped_quantity",
    )  # fmt: skip
    charges = OrderCharge.objects.filter(order__deleted_at__isnull=True).order_by("order__number", "kind")
    voyages = Shipment.objects.alive().order_by("atd").values_list("atd", "ata")
    return (
        list(orders.values_list(*columns)), list(lines.values_list(*of_line)),
        list(charges.values_list("order__number", "kind", "amount")), list(voyages),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_exported_makes_the_same_orders_where_there_are_none(
    language: str, firms: list[Customer], bring: Bring, work: Work, write: Callable[..., str], trader: Any
) -> None:
    job = work(bring(ORDERS, kind="orders", by=trader), "import")
    assert set(job.counts) == {"NEW"}
    before = told()
    orders, receipts = write("orders", language), write("payments", language)
    work(job, "undo")
    assert not Order.objects.alive().exists() and not Receipt.objects.alive().exists()
    for kind, text in (("orders", orders), ("payments", receipts)):
        again = work(bring(text, kind=kind, by=trader), "import")
        assert set(again.counts) == {"NEW"}, again.rows.exclude(verdict="NEW").values_list("reasons")
    assert told() == before
    shipments = work(bring(write("shipments", language), kind="shipments", by=trader), "import")
    assert set(shipments.counts) == {"SAME"}, list(shipments.rows.values_list("reasons", flat=True))
    assert set(work(bring(write("orders", language), kind="orders", by=trader), "import").counts) == {"SAME"}


def test_a_workbook_has_a_sheet_a_year_the_newest_first(
    firms: list[Customer], bring: Bring, work: Work, write: Callable[..., Any], trader: Any
) -> None:
    work(bring(ORDERS, kind="orders", by=trader), "import")
    book = CalamineWorkbook.from_filelike(BytesIO(write("orders", form="xlsx")))
    assert book.sheet_names == ["2026", "2025", "2024"]
    assert [row[0] for row in book.get_sheet_by_name("2024").to_python()] == ["Order number", "A-1", "A-1"]


def test_the_amount_of_a_line_is_that_of_the_order(
    firms: list[Customer], bring: Bring, work: Work, write: Callable[..., Any], trader: Any
) -> None:
    lines = "C-1,2026-02-01,,Acme GmbH,,JPY,,FOB,,,,,L-1,Lamp,,3,,pcs,0.5,,,,\n"
    lines += "C-2,2026-02-02,,Acme GmbH,,USD,,FOB,,,,,L-1,Lamp,,1,,pcs,0.125,,,,\n"
    work(bring(f"{HEAD}\n{lines}", kind="orders", by=trader), "import")
    rows = list(csv.DictReader(io.StringIO(write("orders"))))
    amounts = [(row["Order number"], row["Order amount"], row["Amount of the line"]) for row in rows]
    assert [(number, float(whole), float(line)) for number, whole, line in amounts] == [
        ("C-1", 2, 2),
        ("C-2", 0.13, 0.13),
    ]


def test_what_people_typed_never_becomes_a_formula(
    firms: list[Customer], bring: Bring, work: Work, write: Callable[..., Any], trader: Any
) -> None:
    work(bring(ORDERS, kind="orders", by=trader), "import")
    rows = list(csv.reader(io.StringIO(write("orders"))))
    assert any("HYPERLINK" in cell and not cell.startswith("=") for row in rows for cell in row)
    with zipfile.ZipFile(BytesIO(write("orders", form="xlsx"))) as book:
        assert "<f>" not in "".join(book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3))


def test_costs_leave_only_with_the_right_and_products_come_back_the_same(
    bring: Bring, work: Work, write: Callable[..., str], trader: Any
) -> None:
    trader.role.rights = [*trader.role.rights, "see_costs"]
    access.of(trader, today=date(2026, 11, 24))
    text = (
        "code,name,中文品名,category,moq,currency,incoterm,place,price,quantity,price 2,quantity 2,cost,"
        "cost currency\n"
        "L-1,Lamp,台灯,Lamps / Table lamps,100,USD,FOB,Ningbo,5.2,100,4.9,500,20.5,CNY\n"
        "L-2,Bulb,,,,,,,,,,,,\n"
    )
    work(bring(text, kind="products", by=trader), "import")

    def known() -> list[Any]:
        rows = Product.objects.alive().order_by("code")
        tiers = PriceTier.objects.filter(product__deleted_at__isnull=True).order_by("min_quantity")
        return [
            *rows.values_list("code", "name_en", "name_zh", "category_id", "moq", "cost", "cost_currency"),
            *tiers.values_list("currency", "incoterm", "incoterm_place", "min_quantity", "price"),
        ]

    before, exported = known(), write("products")
    assert "20.5" in exported
    Product.objects.update(deleted_at=Entry.objects.latest("pk").at)
    assert set(work(bring(exported, kind="products", by=trader), "import").counts) == {"NEW"}
    assert known() == before
    trader.role.rights = [right for right in trader.role.rights if right != "see_costs"]
    trader.role.save()
    hidden = write("products")
    assert "20.5" not in hidden and "Cost" not in hidden.split("\n", 1)[0]


def test_orders_stand_in_the_customers_folder_and_in_the_journal(
    firms: list[Customer], bring: Bring, work: Work, trader: Any, sign_in: Any
) -> None:
    work(bring(ORDERS, kind="orders", by=trader), "import")
    given = {"kind": "folders", "form": "csv", "columns": "SHOWN", "query": "show=all"}
    assert sign_in(trader).post(reverse("exchange:export"), given).status_code == 302
    export = Export.objects.latest("pk")
    export_jobs.make_export.func(export.pk)
    answer = sign_in(trader).get(reverse("exchange:download", args=[export.pk]))
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        path = next(name for name in names if name.endswith("/Orders.xlsx") and "Acme" in name)
        assert any(name.endswith("/Shipments.xlsx") for name in names)
        book = CalamineWorkbook.from_filelike(BytesIO(archive.read(path)))
    assert book.sheet_names == ["2025", "2024"]
    answer = sign_in(trader).post(reverse("exchange:export"), given | {"kind": "orders"})
    assert b"A-1" in b"".join(answer.streaming_content)
    entry = Entry.objects.filter(verb="export").latest("pk")
    assert entry.changes["row_count"] == [None, 4] and "Order number" in entry.changes["columns"][1]


def test_many_orders_cost_no_more_queries(
    firms: list[Customer], bring: Bring, work: Work, write: Callable[..., str], trader: Any
) -> None:
    work(bring(ORDERS, kind="orders", by=trader), "import")

    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            write("orders")
        return len(made)

    few = cost()
    more = "".join(f"N-{n},2024-03-0{n},Borg Ltd,X,{n},2,USD\n" for n in range(1, 9))
    work(
        bring("Order no,Order date,Company,Item,Qty,Price,Currency\n" + more, kind="orders", by=trader),
        "import",
    )
    assert cost() == few


def test_who_sees_no_orders_exports_none(
    firms: list[Customer], bring: Bring, work: Work, write: Callable[..., str], people: Any, trader: Any
) -> None:
    work(bring(ORDERS, kind="orders", by=trader), "import")
    assert "A-1" not in write("orders", user=people.hu)
