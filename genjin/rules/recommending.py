"""What to recommend to a customer, each product with its reason (003-39 to 41).

| reason        | what it is                                                 | weight                     |
|---------------|------------------------------------------------------------|----------------------------|
| SUCCESSOR     | takes the place of something bought that is sold no more   | 2                          |
| COMPLEMENTARY | goes with something bought, says the catalogue             | 1                          |
| SIMILAR       | customers who bought the same things bought it too         | up to 1                    |
| CATEGORY      | of the same sort as what was bought                        | a fifth of the sort's part |

Only what is on sale and was not yet bought. The reason shown is the strongest; the score adds all up.
"Similar" is the mean likeness (cosine over customers) with what was bought, what was bought more often
weighing more; the market tells the nearest few of each product only, so the cost does not follow the base.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log1p, sqrt

from genjin.rules.orders import OrderFact, in_order

SUCCESSOR_WEIGHT, COMPLEMENT_WEIGHT, CATEGORY_WEIGHT = 2.0, 1.0, 0.2
FIRST_ORDER_BONUS = 0.05
NEIGHBOURS = 40
"""So many near products of each are remembered."""


class Why(StrEnum):
    """Why a product is recommended."""

    SUCCESSOR = "SUCCESSOR"
    COMPLEMENTARY = "COMPLEMENTARY"
    SIMILAR = "SIMILAR"
    CATEGORY = "CATEGORY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFact:
    """A product as far as recommending needs it."""

    key: str
    category: str = ""
    is_offered: bool = True
    complements: frozenset[str] = frozenset()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A product that the customers of another one bought: how alike, and how many bought both."""

    product: str
    likeness: float
    together: int


Neighbours = Mapping[str, Sequence[Neighbour]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A product to recommend: why, because of which product bought, and how strongly."""

    product: str
    why: Why
    because_of: str
    """The product, or for CATEGORY the category, that brought it up."""
    score: float
    together: int = 0
    """SIMILAR: how many customers bought both."""


@dataclass(slots=True)
class _Found:
    score: float = 0.0
    parts: list[tuple[float, Why, str, int]] = field(default_factory=list)

    def add(self, weight: float, why: Why, because_of: str, together: int = 0) -> None:
        self.score += weight
        self.parts.append((weight, why, because_of, together))


def neighbours(baskets: Iterable[Iterable[str]], most: int = NEIGHBOURS) -> dict[str, list[Neighbour]]:
    """Of each product those most alike, by how many customers bought both; a basket is all one bought."""
    bought: Counter[str] = Counter()
    both: dict[str, Counter[str]] = {}
    for basket in baskets:
        items = sorted(set(basket))
        bought.update(items)
        for item in items:
            counts = both.setdefault(item, Counter())
            counts.update(other for other in items if other != item)
    found = {}
    for item, counts in both.items():
        near = [Neighbour(other, n / sqrt(bought[item] * bought[other]), n) for other, n in counts.items()]
        found[item] = sorted(near, key=lambda one: (-one.likeness, one.product))[:most]
    return found


def recommend(
    orders: Iterable[OrderFact],
    catalogue: Mapping[str, ProductFact],
    near: Neighbours,
    most: int = 10,
    popular: Sequence[str] = (),
) -> list[Recommendation]:
    """What to recommend to a customer with these orders, the best first.

    Samples count as known, so that what was sampled is not called new. Who never bought is told what most
    customers buy (`popular`, best first).
    """
    counted = [one for one in in_order(orders) if not one.is_cancelled]
    times = Counter(product for one in counted for product in one.products)
    if not times:
        return [
            Recommendation(product=key, why=Why.SIMILAR, because_of="", score=round(1 / place, 4))
            for place, key in enumerate((key for key in popular if _may(catalogue.get(key))), 1)
        ][:most]
    found: dict[str, _Found] = {}
    _add_links(found, times, catalogue)
    _add_similar(found, times, near)
    _add_categories(found, times, catalogue, counted[0].products)
    ranked = sorted(
        ((key, one) for key, one in found.items() if key not in times and _may(catalogue.get(key))),
        key=lambda pair: (-pair[1].score, pair[0]),
    )
    return [_told(key, one) for key, one in ranked[:most]]


def _may(product: ProductFact | None) -> bool:
    return product is not None and product.is_offered


def _told(key: str, found: _Found) -> Recommendation:
    _weight, why, because_of, together = max(found.parts, key=_strength)
    return Recommendation(
        product=key, why=why, because_of=because_of, score=round(found.score, 4), together=together
    )


def _strength(part: tuple[float, Why, str, int]) -> tuple[bool, float, str]:
    """What the catalogue says goes before what is computed."""
    weight, why, because_of, _together = part
    return why in (Why.SUCCESSOR, Why.COMPLEMENTARY), weight, because_of


def _add_links(
    found: dict[str, _Found], times: Mapping[str, int], catalogue: Mapping[str, ProductFact]
) -> None:
    for key in sorted(times):
        product = catalogue.get(key)
        if product is None:
            continue
        if not product.is_offered:
            for successor in product.successors:
                found.setdefault(successor, _Found()).add(SUCCESSOR_WEIGHT, Why.SUCCESSOR, key)
        for other in sorted(product.complements):
            found.setdefault(other, _Found()).add(COMPLEMENT_WEIGHT, Why.COMPLEMENTARY, key)


def _add_similar(found: dict[str, _Found], times: Mapping[str, int], near: Neighbours) -> None:
    total: dict[str, float] = defaultdict(float)
    strongest: dict[str, tuple[float, str, int]] = {}
    weights = {key: log1p(count) for key, count in times.items()}
    for key in sorted(times):
        for one in near.get(key, ()):
            part = one.likeness * weights[key]
            total[one.product] += part
            if part > strongest.get(one.product, (0.0, "", 0))[0]:
                strongest[one.product] = (part, key, one.together)
    whole = sum(weights.values())
    for product, part in total.items():
        _, because_of, together = strongest[product]
        found.setdefault(product, _Found()).add(part / whole, Why.SIMILAR, because_of, together)


def _add_categories(
    found: dict[str, _Found],
    times: Mapping[str, int],
    catalogue: Mapping[str, ProductFact],
    first: frozenset[str],
) -> None:
    of = Counter(catalogue[key].category for key in times if key in catalogue and catalogue[key].category)
    firsts = {catalogue[key].category for key in first if key in catalogue}
    known = sum(of.values())
    for key, product in catalogue.items():
        if product.category in of:
            bonus = FIRST_ORDER_BONUS if product.category in firsts else 0.0
            weight = CATEGORY_WEIGHT * of[product.category] / known + bonus
            found.setdefault(key, _Found()).add(weight, Why.CATEGORY, product.category)
