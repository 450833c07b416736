"""Order books given as files, and the answers that are known of some."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bench.reorder import backtest
from genjin.rules.classes import value_classes
from genjin.rules.orders import trend
from genjin.rules.recommending import ProductFact, neighbours, recommend
from genjin.sales.order_books import Book, Unreadable, read_book

CORPORA = os.environ.get("GENJIN_CORPORA", "")
TRADE = Path(CORPORA, "01-trade-db")
with_corpora = pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_day_and_month_are_told_apart_by_the_whole_file(tmp_path: Path) -> None:
    head = "Order ID,Customer ID,Order Date,Product ID,Quantity,Sales"
    american = write(tmp_path, "a.csv", head, "1,X,3/4/2026,P,2,10", "2,X,3/25/2026,P,2,10")
    european = write(tmp_path, "e.csv", head, "1,X,3/4/2026,P,2,10", "2,X,25/4/2026,P,2,10")
    assert [o.ordered_on for o in read_book(american).orders["X"]] == [date(2026, 3, 4), date(2026, 3, 25)]
    assert [o.ordered_on for o in read_book(european).orders["X"]] == [date(2026, 4, 3), date(2026, 4, 25)]


def test_cancellations_are_netted_and_discounts_taken_off(tmp_path: Path) -> None:
    book = read_book(
        write(tmp_path, "heads.csv", "订单号;客户;下单日期", "A1;赛博;20260105", "A2;赛博;20260205"),
        write(
            tmp_path,
            "lines.csv",
            "订单号;产品;数量;单价;折扣",
            "A1;P1;10;5;0.1",
            "A1;P2;4;2;0",
            "A2;P1;-4;5;0.1",
        ),
    )
    (left,) = book.orders["赛博"]
    assert [(one.product, one.quantity, one.amount) for one in left.lines] == [
        ("P1", Decimal(6), Decimal(27)),
        ("P2", Decimal(4), Decimal(8)),
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (("customer,order,product", "X,1,P"), "no column for the date"),
        (("customer,order,date", "X,1,2026-01-05"), "no column for the product"),
        (("customer,order,date,product,qty", "X,1,soon,P,1"), "not all dates"),
        (("customer,order,date,product,qty", "X,1,2026-01-05,P,many"), "line 2: “many” is no number"),
    ],
)
def test_what_cannot_be_read_is_said(rows: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_book(write(tmp_path, "book.csv", *rows))


@pytest.fixture(scope="module")
def northwind() -> Book:
    folder = TRADE / "northwind"
    return read_book(folder / "orders.csv", folder / "order_details.csv", folder / "products.csv")


@pytest.fixture(scope="module")
def superstore() -> Book:
    return read_book(TRADE / "superstore" / "superstore.csv")


def answers(name: str) -> Any:
    return json.loads((TRADE / "expected" / f"{name}.json").read_text())


@with_corpora
@pytest.mark.parametrize("name", ["northwind", "superstore"])
def test_purchase_classes_are_the_expected_ones(name: str, request: pytest.FixtureRequest) -> None:
    book: Book = request.getfixturevalue(name)
    amounts = {key: sum((one.amount for one in orders), Decimal(0)) for key, orders in book.orders.items()}
    found = value_classes(amounts)
    with (TRADE / "expected" / f"{name}_abc.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(found)
    wrong = [row for row in rows if row["firm"] == "True" and found[row["customer"]] != row["class_incl"]]
    assert wrong == []


@with_corpora
@pytest.mark.parametrize(("name", "most"), [("northwind", 32), ("superstore", 104)])
def test_the_next_order_is_foretold_better_than_by_the_customers_median(
    name: str, most: float, request: pytest.FixtureRequest
) -> None:
    histories = request.getfixturevalue(name).histories()
    some = dict(sorted(histories.items())[:: 1 if name == "northwind" else 4])
    found: Any = backtest(some)
    expected = answers(name)["reorder_backtest"]["methods"]["median_last5"]["MAE"]
    rules = found["rules"]
    if len(some) == len(histories):
        assert rules["median of last five"]["mean_error"] == expected
    assert rules["rule"]["mean_error"] < rules["median of last five"]["mean_error"] * 0.9
    assert rules["rule"]["mean_error"] < most * 1.1
    assert 0.55 < found["within_range"] < 0.67


@with_corpora
def test_falling_customers_are_seen_and_growing_ones_are_not(northwind: Book) -> None:
    expected = answers("northwind")["decline_asof_1998-05-06"]

    def is_falling(key: str) -> bool:
        found = trend(northwind.orders[key])
        return found is not None and found.is_falling

    flagged = next(rows for name, rows in expected.items() if name.startswith("must_flag"))
    assert all(is_falling(key) for key, _then, _now in flagged)
    assert not any(is_falling(key) for key, _then, _now in expected["must_not_flag"])


@with_corpora
def test_recommendations_hit_more_often_than_what_is_popular(northwind: Book) -> None:
    known = {key: orders[:-1] for key, orders in northwind.orders.items() if len(orders) > 1}
    near = neighbours({p for one in orders for p in one.products} for orders in known.values())
    catalogue = {key: ProductFact(key=key, category=one.category) for key, one in northwind.catalogue.items()}
    hits = asked = 0
    for key, orders in known.items():
        new = northwind.orders[key][-1].products - {p for one in orders for p in one.products}
        if new:
            asked += 1
            hits += any(one.product in new for one in recommend(orders, catalogue, near))
    expected = answers("northwind")["recommend_k10"]
    assert asked == expected["customers_with_new_item"]
    assert hits / asked > expected["cos_new"]["hit_rate"] > expected["pop_new"]["hit_rate"]
