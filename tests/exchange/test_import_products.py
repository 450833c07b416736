"""Importing products with categories and price tiers."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

from genjin.sales.actions.suppliers import add_suppliers
from genjin.sales.models import PriceTier, Product, ProductCategory

LIST = """产品编码,英文品名,中文品名,分类,单位,起订量,币种,单价,数量1,单价2,数量2,每箱数量,毛重
LT-1,Table lamp,台灯,灯具/台灯,件,100,usd,"5.20",100,4.9,500,12,9.5
LT-2,Floor lamp,落地灯,灯具,pcs,50,USD,US$12,,,,,
"""


def test_products_come_with_categories_units_and_tiers(bring: Any, work: Any, people: Any) -> None:
    job = work(bring(LIST, kind="products", by=people.chen), "import")
    assert [(row.verdict, row.reasons) for row in job.rows.order_by("number")] == [("NEW", []), ("NEW", [])]
    lamp = Product.objects.get(code="LT-1")
    assert (lamp.name_en, lamp.name_zh, lamp.unit, lamp.moq, lamp.units_per_carton) == (
        "Table lamp", "台灯", "pcs", D(100), 12,
    )  # fmt: skip
    assert lamp.category is not None
    assert (lamp.category.name_zh, str(lamp.category.parent.name_zh)) == ("台灯", "灯具")  # type: ignore[union-attr]
    assert ProductCategory.objects.count() == 2
    tiers = lamp.tiers.order_by("min_quantity").values_list("currency", "incoterm", "min_quantity", "price")
    assert list(tiers) == [("USD", "FOB", D(100), D("5.2")), ("USD", "FOB", D(500), D("4.9"))]
    assert PriceTier.objects.get(product__code="LT-2").price == D(12)


def test_what_is_wrong_is_said_by_row_and_nothing_of_it_is_kept(bring: Any, work: Any, people: Any) -> None:
    text = (
        "code,name,price,moq,supplier\n"
        "A,Lamp,-5,,\n"
        ",Lamp,5,,\n"
        "B,Lamp,5,-1,\n"
        "C,Lamp,5,1,Nobody\n"
        "D,Lamp,five,,\n"
        "E,Lamp 🏮𠮷,5,1,\n"
        "e,Lamp,6,1,\n"
    )
    job = work(bring(text, kind="products", by=people.chen), "import")
    verdicts = [row.verdict for row in job.rows.order_by("number")]
    assert verdicts == ["ERROR", "ERROR", "ERROR", "ERROR", "ERROR", "NEW", "DUPLICATE"]
    assert [product.name_en for product in Product.objects.all()] == ["Lamp 🏮𠮷"]


def test_a_code_that_is_there_is_filled_or_overwritten(bring: Any, work: Any, people: Any) -> None:
    first = "code,name,colour,price\nA,Lamp,,5\n"
    work(bring(first, kind="products", by=people.chen), "import")
    second = "code,name,colour,price\na,Better lamp,red,6\n"
    filled = work(bring(second, kind="products", by=people.chen), "import")
    assert [row.verdict for row in filled.rows.all()] == ["UPDATE"]
    product = Product.objects.get()
    assert (product.name_en, product.colour, product.tiers.get().price) == ("Lamp", "red", D(5))
    work(bring(second, kind="products", by=people.chen, existing="overwrite"), "import")
    product.refresh_from_db()
    assert (product.name_en, product.tiers.get().price) == ("Better lamp", D(6))


def test_costs_are_imported_with_the_right_only(bring: Any, work: Any, people: Any, moment: Any) -> None:
    add_suppliers(rows=[{"name": "Zhongshan Lamps", "short_name": "ZL"}], by=people.chen, at=moment)
    text = "code,name,cost,supplier\nA,Lamp,31.5,zl\n"
    work(bring(text, kind="products", by=people.chen), "import")
    made = Product.objects.get()
    assert (made.cost, made.supplier.name) == (D("31.5"), "Zhongshan Lamps")  # type: ignore[union-attr]
    job = bring(
        text.replace("A,", "B,"),
        kind="products",
        by=people.lin,
        columns=["product.code", "product.name_en", "-", "-"],
    )
    assert "product.cost" not in job.columns
    work(job, "import")
    assert Product.objects.get(code="B").cost is None


def test_an_import_is_taken_back(bring: Any, work: Any, people: Any) -> None:
    job = work(bring(LIST, kind="products", by=people.chen), "import")
    work(job, "undo")
    assert not Product.objects.alive().exists()


def test_taking_back_restores_what_was_overwritten_prices_and_cost_too(
    bring: Any, work: Any, people: Any
) -> None:
    people.chen.role.rights = [*people.chen.role.rights, "see_costs"]
    people.chen.role.save()
    first = "code,name,moq,price,cost,cost currency\nA,Lamp,10,5,3.5,CNY\nB,Bulb,,,,\n"
    work(bring(first, kind="products", by=people.chen), "import")
    second = "code,name,moq,price,cost,cost currency\nA,Better lamp,20,6,4,USD\nB,Bulb,5,2,,\nC,Shade,,,,\n"
    job = work(bring(second, kind="products", by=people.chen, existing="overwrite"), "import")
    assert Product.objects.get(code="A").cost == D(4)
    work(job, "undo")
    assert not job.rows.exclude(kept=[]).exists()
    lamp, bulb = Product.objects.alive().order_by("code")
    assert (lamp.name_en, lamp.moq, lamp.cost, lamp.cost_currency) == ("Lamp", D(10), D("3.5"), "CNY")
    assert (lamp.tiers.get().price, bulb.moq, bulb.tiers.count()) == (D(5), None, 0)
