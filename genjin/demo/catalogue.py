"""What the demo firm sells: its catalogue, made from the goods of which its salespeople speak."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from genjin.demo import firm
from genjin.demo.words import Word, read, word
from genjin.people.models import User
from genjin.sales.actions.price_tiers import set_tiers
from genjin.sales.actions.product_categories import add_paths
from genjin.sales.actions.product_links import link_products
from genjin.sales.actions.products import add_products
from genjin.sales.actions.suppliers import add_suppliers
from genjin.sales.models import DocumentLayout, ExchangeRate, Product, ProductLink

SEED = 88117
SIZES = 4
"""In how many sizes a product is kept."""
CNY_A_DOLLAR = Decimal("7.1")
MARGIN = Decimal("0.26")
"""Of the price, at the smallest quantity."""
BREAKS = ((100, Decimal(1)), (500, Decimal("0.965")), (2000, Decimal("0.93")))
RATES = {"USD": "7.1180", "EUR": "7.9350", "GBP": "9.2140", "JPY": "0.0472"}
CATEGORIES = {
    "valves": ("阀门", "Valves"), "fittings": ("管件", "Pipe fittings"),
    "flanges": ("法兰与接头", "Flanges and couplings"), "water": ("水暖配件", "Water and heating"),
}  # fmt: skip
KINDS = (
    ("fittings", "fittings"), ("flanges", "couplings"), ("flanges", "flanges"), ("flanges", "joints"),
    ("water", "manifolds"), ("water", "strainers"), ("water", "float"),
)  # fmt: skip
HS_CODES = {"valves": "8481804090", "fittings": "7307990000", "flanges": "7307910000", "water": "8481901000"}
SUPPLIERS = (
    ("台州玉环海川阀门厂", "海川", "林建平", "台州", 28),
    ("温州永固管件有限公司", "永固", "陈小红", "温州", 25),
    ("河北沧州鼎信法兰厂", "鼎信", "刘振东", "沧州", 35),
    ("宁波恒泉水暖配件厂", "恒泉", "周敏", "宁波", 22),
)


def code_of(product: Word, size: Word) -> str:
    """The firm's own code: the product's initials, then its size."""
    initials = "".join(part[0] for part in product.second.replace("-", " ").split()).upper()
    tidy = size.either.replace('"', "").replace("-", ".").replace(" ", "").upper()
    return f"{initials}{sum(product.second.encode()) % 90 + 10}-{tidy}"


class Catalogue:
    """The products by the English word for them, each in several sizes."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.rng = Random(SEED)  # noqa: S311 - the same catalogue every time, nothing secret
        self.products: dict[str, list[Product]] = {}
        self.prices: dict[int, Decimal] = {}

    def enter(self, *, by: User, at: datetime) -> None:
        """Rates, suppliers, categories, products, price tiers, and what goes with what."""
        _rates(at.date() - timedelta(days=900), at.date())
        _layout()
        suppliers = add_suppliers(rows=[_supplier(*one) for one in SUPPLIERS], by=by, at=at)
        categories = add_paths(paths=[(zh,) for zh, _en in CATEGORIES.values()], by=by, at=at)
        rows, prices, names = [], [], []
        for text in read("goods")["products"]:
            zh, en, low, high, sizes = text.split("|")
            product, kind = Word(zh, en), _kind(en)
            steps = [word(one) for one in read("goods")[f"sizes_{sizes}"]][:SIZES]
            for place, size in enumerate(steps):
                share = Decimal(place + 1) / (len(steps) + 2)
                price = _cents(Decimal(low) + (Decimal(high) - Decimal(low)) * share)
                rows.append(
                    self._row(product, size, price)
                    | {
                        "category_id": categories[(CATEGORIES[kind][0],)],
                        "hs_code": HS_CODES[kind],
                        "supplier_id": suppliers[list(CATEGORIES).index(kind)].pk,
                    }
                )
                prices.append(price)
                names.append(en)
        made = add_products(rows=rows, by=by, at=at)
        for product_row, price, name in zip(made, prices, names, strict=True):
            self.products.setdefault(name, []).append(product_row)
            self.prices[product_row.pk] = price
        set_tiers(tiers={one.pk: self._tiers(self.prices[one.pk], at.date()) for one in made}, by=by, at=at)
        self._link(by=by, at=at)

    def _row(self, product: Word, size: Word, price: Decimal) -> dict[str, Any]:
        rng = self.rng
        per_carton = rng.choice((12, 24, 40, 60, 100))
        gross = Decimal(rng.randint(120, 260)) / 10
        return {
            "code": code_of(product, size),
            "name_en": f"{product.second[0].upper()}{product.second[1:]} {size.either}",
            "name_zh": f"{product.first} {size.first}",
            "spec": rng.choice(("PN16", "PN25", "PN40", "Class 150", "Class 300")),
            "model": size.either,
            "unit": "pcs",
            "moq": Decimal(rng.choice((100, 200, 500))),
            "packing": f"{per_carton} pcs / export carton",
            "units_per_carton": per_carton,
            "carton_length": Decimal(rng.choice((38, 42, 48))),
            "carton_width": Decimal(rng.choice((28, 32, 36))),
            "carton_height": Decimal(rng.choice((22, 26, 30))),
            "gross_weight": gross,
            "net_weight": gross - Decimal("0.8"),
            "cost": _cents(price * CNY_A_DOLLAR * (1 - MARGIN)),
            "lead_time_days": rng.choice((25, 30, 35)),
        }

    def _tiers(self, price: Decimal, day: date) -> list[dict[str, Any]]:
        return [
            {
                "currency": "USD", "incoterm": "FOB", "incoterm_place": "Ningbo",
                "min_quantity": Decimal(least), "price": _cents(price * share), "valid_from": day,
            }
            for least, share in BREAKS
        ]  # fmt: skip

    def _link(self, *, by: User, at: datetime) -> None:
        """Each product goes with the one of the next word in the same size."""
        words = list(self.products)
        for name, other in itertools.pairwise(words):
            for product, beside in zip(self.products[name], self.products[other], strict=False):
                link_products(
                    product_id=product.pk,
                    kind=ProductLink.Kind.COMPLEMENTARY,
                    others=[beside.pk],
                    by=by,
                    at=at,
                )

    def of(self, product: Word, size: Word) -> Product:
        """The product spoken of, in that size or the nearest that is kept."""
        kept = self.products[product.second]
        return next((one for one in kept if one.model == size.either), kept[len(size.either) % len(kept)])


def _supplier(name: str, short: str, contact: str, city: str, days: int) -> Mapping[str, Any]:
    return {
        "name": name, "short_name": short, "contact_name": contact, "city": city, "lead_time_days": days,
        "phone": "+86 574 5550 01" + str(days),
    }  # fmt: skip


def _kind(name: str) -> str:
    return next((kind for kind, sign in KINDS if sign in name), "valves")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rates(first: date, last: date) -> None:
    """A rate for each currency each quarter, moving a little."""
    rows: Sequence[ExchangeRate] = [
        ExchangeRate(
            currency=currency, base="CNY", day=first + timedelta(days=91 * step),
            rate=(Decimal(rate) * (1 + Decimal((step * 7) % 5 - 2) / 200)).quantize(Decimal("0.00000001")),
        )
        for currency, rate in RATES.items()
        for step in range((last - first).days // 91 + 1)
    ]  # fmt: skip
    ExchangeRate.objects.bulk_create(rows)


def _layout() -> None:
    """What stands on the firm's documents; the bank is as fictional as the firm."""
    DocumentLayout.objects.update_or_create(
        pk=1,
        defaults={
            "seller_name": firm.NAME_EN,
            "seller_name_zh": firm.NAME_ZH,
            "seller_address": "No. 18 Chuangye Road, Beilun District, Ningbo, China",
            "seller_phone": "+86 574 5550 0188",
            "seller_email": f"sales@{firm.DOMAIN}",
            "bank_details": f"Beneficiary: {firm.NAME_EN}\nBank: Example Bank, Ningbo Branch\n"
            "SWIFT: EXMPCNB1NBO\nAccount: 0000 0000 0000 0000",
            "quotation_terms": "Prices are valid for 30 days. Quantities may vary by 5 %.",
            "proforma_terms": "Production starts on receipt of the deposit.",
        },
    )
