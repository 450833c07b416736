"""What is recommended, and why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.orders import OrderFact
from genjin.rules.recommending import ProductFact, Why, neighbours, recommend
from tests.rules.test_orders import FIRST, line, order

CATALOGUE = {
    one.key: one
    for one in (
        ProductFact(key="lamp", category="light", complements=frozenset({"bulb"})),
        ProductFact(key="lamp-old", category="light", is_offered=False, successors=("lamp",)),
        ProductFact(key="bulb", category="parts"),
        ProductFact(key="lantern", category="light"),
        ProductFact(key="gone", category="light", is_offered=False),
        ProductFact(key="table", category="wood"),
    )
}


def bought(*products: str) -> list[OrderFact]:
    return [order(1, FIRST, *(line(product) for product in products))]


def why(orders: list[OrderFact], baskets: list[list[str]] | None = None) -> dict[str, tuple[Why, str]]:
    found = recommend(orders, CATALOGUE, neighbours(baskets or []))
    return {one.product: (one.why, one.because_of) for one in found}


def test_each_recommendation_tells_why() -> None:
    baskets = [["lamp", "table"], ["lamp", "table"], ["bulb"]]
    assert why(bought("lamp"), baskets) == {
        "bulb": (Why.COMPLEMENTARY, "lamp"),
        "table": (Why.SIMILAR, "lamp"),
        "lantern": (Why.CATEGORY, "light"),
    }


def test_a_successor_comes_first_and_what_is_sold_no_more_never() -> None:
    found = recommend(bought("lamp-old"), CATALOGUE, {})
    assert (found[0].product, found[0].why, found[0].because_of) == ("lamp", Why.SUCCESSOR, "lamp-old")
    assert "gone" not in {one.product for one in found}


def test_what_customers_buy_together_counts_by_customers() -> None:
    near = neighbours([["a", "b"], ["a", "b"], ["a", "c"], ["c"]])
    assert [(one.product, one.together) for one in near["a"]] == [("b", 2), ("c", 1)]
    assert near["a"][0].likeness > near["a"][1].likeness


def test_who_never_bought_is_told_what_most_buy() -> None:
    found = recommend([], CATALOGUE, {}, popular=["gone", "table", "lamp"])
    assert [one.product for one in found] == ["table", "lamp"]


keys = st.sampled_from(sorted(CATALOGUE))


@given(
    st.lists(st.lists(keys, min_size=1, max_size=4), max_size=4),
    st.lists(st.lists(keys, max_size=5), max_size=8),
    st.integers(1, 5),
)
def test_nothing_known_nothing_gone_and_no_more_than_asked(
    orders: list[list[str]], baskets: list[list[str]], most: int
) -> None:
    facts = [
        order(n, FIRST, *(line(product) for product in products)) for n, products in enumerate(orders, 1)
    ]
    found = recommend(facts, CATALOGUE, neighbours(baskets), most)
    known = {product for products in orders for product in products}
    assert len(found) <= most
    assert len({one.product for one in found}) == len(found)
    assert all(one.product not in known and CATALOGUE[one.product].is_offered for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
