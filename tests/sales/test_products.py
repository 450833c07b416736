"""Making and changing products, their price tiers, links and categories."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from genjin.customers.actions.refusal import Conflict, Refused, RowsRefused
from genjin.journal.models import Entry
from genjin.sales.actions.price_tiers import set_tiers
from genjin.sales.actions.product_categories import (
    add_category,
    add_paths,
    change_category,
    remove_category,
)
from genjin.sales.actions.product_links import link_products
from genjin.sales.actions.products import (
    add_product,
    add_products,
    change_product,
    recycle_products,
    restore_products,
)
from genjin.sales.models import PriceTier, Product, ProductCategory, ProductLink
from genjin.search import queries as search
from tests.conftest import Cast

LAMP = {"code": "LT-100", "name_en": "Table lamp", "name_zh": "台灯", "spec": "E27, 40 W"}


@pytest.fixture
def lamp(people: Cast, moment: datetime) -> Product:
    return add_product(row=LAMP, by=people.lin, at=moment)


def problem(by: Any, at: datetime, **row: Any) -> dict[str, str]:
    with pytest.raises(RowsRefused) as refused:
        add_products(rows=[LAMP | row], by=by, at=at)
    return dict(refused.value.rows[0])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "x" * 61),
        ("name_en", ""),
        ("moq", D(-5)),
        ("moq", D(0)),
        ("cost", D("-0.01")),
        ("carton_length", D(0)),
        ("vat_rate", D(101)),
        ("tax_refund_rate", D(14)),
        ("hs_code", "94O5"),
        ("cost_currency", "XXQ"),
        ("category_id", 999),
        ("names", {"fr": "x" * 201}),
        ("names", {"<b>": "Lampe"}),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_field(
    people: Cast, moment: datetime, field: str, value: Any
) -> None:
    assert list(problem(None, moment, **{field: value})) == [field.removesuffix("_id")]


def test_the_net_weight_of_a_carton_cannot_exceed_its_gross_weight(people: Cast, moment: datetime) -> None:
    assert "net_weight" in problem(None, moment, gross_weight=D(10), net_weight=D(11))


def test_a_code_stands_once_whatever_the_case_of_its_letters(lamp: Product, moment: datetime) -> None:
    assert "code" in problem(None, moment, code="lt-100")
    with pytest.raises(RowsRefused) as refused:
        add_products(rows=[LAMP | {"code": "Ä-1"}, LAMP | {"code": "ä-1"}], by=None, at=moment)
    assert list(refused.value.rows) == [1]
    assert Product.objects.count() == 1


def test_the_code_of_a_product_in_the_bin_is_free_and_then_it_cannot_return(
    lamp: Product, people: Cast, moment: datetime
) -> None:
    recycle_products(ids=[lamp.pk], by=people.lin, at=moment)
    add_product(row=LAMP, by=people.lin, at=moment)
    with pytest.raises(Refused, match="LT-100"):
        restore_products(ids=[lamp.pk], by=people.lin, at=moment)


def test_a_product_is_found_by_code_both_names_and_pinyin(lamp: Product, people: Cast) -> None:
    for asked in ("lt-100", "台灯", "taideng", "td", "table"):
        assert [hit.object_id for hit in search.find(people.guest, asked, ["sales.product"])] == [lamp.pk]


def test_four_byte_signs_and_units_as_people_write_them_are_kept(people: Cast, moment: datetime) -> None:
    made = add_product(row=LAMP | {"name_zh": "𠮷灯🏮", "unit": "件"}, by=people.lin, at=moment)
    made.refresh_from_db()
    assert (made.name_zh, made.unit) == ("𠮷灯🏮", "pcs")


def test_costs_are_written_by_those_with_the_right_and_the_journal_hides_them(
    people: Cast, moment: datetime
) -> None:
    assert "cost" in problem(people.lin, moment, cost=D("31.5"))
    made = add_product(row=LAMP | {"cost": D("31.5")}, by=people.zhao, at=moment)
    with pytest.raises(Refused):
        change_product(product_id=made.pk, changes={"cost": D(1)}, by=people.lin, at=moment)
    change_product(product_id=made.pk, changes={"cost": D(30)}, by=people.zhao, at=moment)
    for entry in Entry.objects.filter(kind="sales.product"):
        assert "cost" not in entry.changes
        assert "31.5" not in entry.title
    assert Entry.objects.filter(kind="sales.product").first().changes == {"cost.amount": ["31.5000", "30"]}  # type: ignore[union-attr]


def test_the_second_saver_is_told(lamp: Product, people: Cast, moment: datetime) -> None:
    change_product(
        product_id=lamp.pk, changes={"colour": "red"}, by=people.lin, at=moment, expected_version=1
    )
    with pytest.raises(Conflict):
        change_product(
            product_id=lamp.pk, changes={"colour": "blue"}, by=people.wang, at=moment, expected_version=1
        )


def tier(price: str, least: str = "1", **fields: Any) -> dict[str, Any]:
    return {"currency": "USD", "incoterm": "FOB", "min_quantity": D(least), "price": D(price)} | fields


def test_tiers_are_set_as_a_whole_and_told_once(lamp: Product, people: Cast, moment: datetime) -> None:
    wanted = {lamp.pk: [tier("5"), tier("4.5", "500")]}
    assert set_tiers(tiers=wanted, by=people.lin, at=moment) == 1
    assert set_tiers(tiers=wanted, by=people.lin, at=moment) == 0
    assert set_tiers(tiers={lamp.pk: [tier("4.8")]}, by=people.lin, at=moment) == 1
    assert [one.price for one in PriceTier.objects.all()] == [D("4.8")]
    last = Entry.objects.filter(kind="sales.product").first()
    assert last is not None
    assert last.changes["tiers"][1] == ["FOB USD ≥1: 4.8"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([tier("-1")], {0: "price"}),
        ([tier("0")], {0: "price"}),
        ([tier("5", "-1")], {0: "min_quantity"}),
        ([tier("5", currency="USX")], {0: "currency"}),
        ([tier("5", incoterm="DDU")], {0: "incoterm"}),
        ([tier("5", incoterm="ABC")], {0: "incoterm"}),
        ([tier("5", valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1))], {0: "valid_until"}),
        ([tier("5"), tier("4", "100"), tier("4.9")], {2: "price"}),
        ([tier("99999999999")], {0: "price"}),
    ],
)
def test_tiers_that_cannot_be_are_named_by_row(
    lamp: Product, moment: datetime, rows: list[dict[str, Any]], wrong: dict[int, str]
) -> None:
    with pytest.raises(RowsRefused) as refused:
        set_tiers(tiers={lamp.pk: rows}, by=None, at=moment)
    assert {row: next(iter(said)) for row, said in refused.value.rows.items()} == wrong
    assert not PriceTier.objects.exists()


def test_tiers_changed_by_two_at_once_are_a_conflict(lamp: Product, people: Cast, moment: datetime) -> None:
    set_tiers(tiers={lamp.pk: [tier("5")]}, by=people.lin, at=moment, expected_version=1)
    with pytest.raises(Conflict):
        set_tiers(tiers={lamp.pk: [tier("6")]}, by=people.wang, at=moment, expected_version=1)


def test_links_are_these_and_no_others(lamp: Product, people: Cast, moment: datetime) -> None:
    bulb, shade = add_products(
        rows=[LAMP | {"code": "B"}, LAMP | {"code": "S"}], by=people.lin, at=moment
    )  # fmt: skip
    kind = ProductLink.Kind.COMPLEMENTARY
    given: dict[str, Any] = {"product_id": lamp.pk, "kind": kind, "by": people.lin, "at": moment}
    link_products(others=[bulb.pk], **given)
    link_products(others=[shade.pk], expected=[bulb.pk], **given)
    assert [link.other_id for link in lamp.links.all()] == [shade.pk]
    with pytest.raises(Refused):
        link_products(others=[lamp.pk], **given)
    with pytest.raises(Conflict):
        link_products(others=[], expected=[bulb.pk], **given)


def test_categories_are_a_tree_without_circles(people: Cast, moment: datetime) -> None:
    paths = add_paths(paths=[("灯具", "Table lamps"), ("灯具",)], by=people.lin, at=moment)
    outer, inner = paths["灯具",], paths["灯具", "Table lamps"]
    assert ProductCategory.objects.get(pk=outer).name_zh == "灯具"
    assert add_paths(paths=[("灯具", "table lamps")], by=people.lin, at=moment)[
        "灯具", "table lamps"
    ] == inner  # fmt: skip
    with pytest.raises(Refused):
        change_category(category_id=outer, changes={"parent_id": inner}, by=people.lin, at=moment)
    with pytest.raises(Refused):
        remove_category(category_id=outer, by=people.lin, at=moment)
    with pytest.raises(Refused):
        add_category(name_zh=" ", name_en="", parent_id=None, by=people.lin, at=moment)
    remove_category(category_id=inner, by=people.lin, at=moment)
