"""Importing products with their categories and price tiers; costs need the right to see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import custom, register
from genjin.exchange.importing.register import ImportField, ImportKind, Judged, Line, Run, Undoing
from genjin.exchange.models import Verdict
from genjin.people.models import User
from genjin.records.registry import get as kind_of
from genjin.sales.actions.price_tiers import check_tiers, held_texts, set_tiers, tier_in
from genjin.sales.actions.product_categories import add_paths
from genjin.sales.actions.products import add_products, change_product, check_products, recycle_products
from genjin.sales.models import Incoterm, PriceTier, Product, Supplier
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.product_rights import COSTS, JOURNALED

_PRODUCT, PRICES = gettext_lazy("Product"), gettext_lazy("Price tiers")
PAIRS = (1, 2, 3, 4)
"""So many pairs of columns with a quantity and a price from that quantity on."""
TEXTS = ("name_en", "name_zh", "model", "colour", "unit", "hs_code", "packing")
NUMBERS = (
    "moq", "carton_length", "carton_width", "carton_height", "gross_weight", "net_weight", "vat_rate",
    "tax_refund_rate",
)  # fmt: skip
WHOLE = ("units_per_carton", "lead_time_days")


def _label(name: str) -> Any:
    column: Any = Product._meta.get_field(name)
    return column.verbose_name


def _field(name: str, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    return ImportField(f"product.{name}", _label(name), _PRODUCT, type_, detail, **more)


def _price(name: str, label: Any, type_: str = "decimal", detail: Any = None) -> ImportField:
    return ImportField(f"product.{name}", label, PRICES, type_, detail)


FIELDS = (
    _field("code"),
    *(_field(name) for name in TEXTS),
    _field("category"),
    _field("spec", detail="lines", many=True),
    *(_field(name, "decimal") for name in NUMBERS),
    *(_field(name, "whole") for name in WHOLE),
    _field("supplier"),
    _field("cost", "decimal", right=COSTS),
    _field("cost_currency", right=COSTS),
    _price("currency", gettext_lazy("Currency"), "text"),
    _price("incoterm", gettext_lazy("Incoterm"), "choice", (Incoterm.choices, {})),
    _price("incoterm_place", gettext_lazy("Place"), "text"),
    _price("price_1", gettext_lazy("Unit price")),
    _price("quantity_1", gettext_lazy("From quantity")),
    _price("price_2", gettext_lazy("Unit price 2")),
    _price("quantity_2", gettext_lazy("From quantity 2")),
    _price("price_3", gettext_lazy("Unit price 3")),
    _price("quantity_3", gettext_lazy("From quantity 3")),
    _price("price_4", gettext_lazy("Unit price 4")),
    _price("quantity_4", gettext_lazy("From quantity 4")),
    _price("valid_until", gettext_lazy("Valid until"), "day"),
)
COLUMNS = ("code", *TEXTS, "spec", *NUMBERS, *WHOLE, "cost", "cost_currency")


def tiers_in(line: Line) -> list[dict[str, Any]]:
    """The price tiers that a row says: USD and FOB where it does not say otherwise, from 1 on."""
    values = line.values
    shared = {
        "currency": str(values.get("product.currency", "USD")).upper(),
        "incoterm": values.get("product.incoterm", "FOB"),
        "incoterm_place": values.get("product.incoterm_place", ""),
        "valid_until": values.get("product.valid_until"),
    }
    return [
        shared
        | {
            "price": values[f"product.price_{n}"],
            "min_quantity": values.get(f"product.quantity_{n}", Decimal(1)),
        }
        for n in PAIRS
        if f"product.price_{n}" in values
    ]


def path_in(line: Line) -> tuple[str, ...]:
    """The categories that a row names, from the outside in: "Lamps / Table lamps"."""
    text = str(line.values.get("product.category", ""))
    for sign in ("＞", ">", "／", "\\"):
        text = text.replace(sign, "/")
    return tuple(part.strip() for part in text.split("/") if part.strip())


class _Products:
    """Some rows on their way into the catalogue."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.judged: list[Judged] = []
        self.new: list[tuple[Judged, dict[str, Any]]] = []
        self.known: list[tuple[Judged, Product, dict[str, Any]]] = []
        self.seen: dict[str, int] = {}
        self.there = self._stored(lines)
        self.suppliers = _suppliers(lines)
        for line in lines:
            self._judge(line)
        self._refuse_new()

    def _stored(self, lines: Sequence[Line]) -> dict[str, Product]:
        codes = {str(line.values.get("product.code", "")) for line in lines}
        wanted = {code.casefold() for code in codes} | {code.lower() for code in codes}
        rows = Product.objects.alive().annotate(low=Lower("code")).filter(low__in=wanted)
        return {product.code.casefold(): product for product in rows}

    def _judge(self, line: Line) -> None:
        code = " ".join(str(line.values.get("product.code", "")).split())
        line.title = f"{code} {line.values.get('product.name_en', '')}".strip()[:200]
        one = Judged(line, Verdict.ERROR, list(line.problems))
        self.judged.append(one)
        if one.reasons:
            return
        row = self._row(line)
        supplier = str(line.values.get("product.supplier", ""))
        if not code:
            one.refuse(_("The row has no product code."))
        elif supplier and supplier.casefold() not in self.suppliers:
            one.refuse(_("There is no supplier “%(name)s”.") % {"name": supplier[:80]})
        elif first := self.run.memory.get(code.casefold()) or self.seen.get(code.casefold()):
            one.verdict = Verdict.DUPLICATE
            one.reasons = [_("As in row %(row)d.") % {"row": first}]
        elif wrong := check_tiers(tiers_in(line)):
            one.refuse(*dict.fromkeys(text for said in wrong.values() for text in said.values()))
        else:
            self.seen[code.casefold()] = line.number
            product = self.there.get(code.casefold())
            if product is None:
                one.verdict = Verdict.NEW
                self.new.append((one, row))
            else:
                self._known(one, product, row)

    def _row(self, line: Line) -> dict[str, Any]:
        row = {name: line.values[f"product.{name}"] for name in COLUMNS if f"product.{name}" in line.values}
        if not row.get("name_en"):
            row["name_en"] = row.get("name_zh", "")
        if supplier := self.suppliers.get(str(line.values.get("product.supplier", "")).casefold()):
            row["supplier_id"] = supplier
        return row | custom.values_of(line, "product")

    def _known(self, one: Judged, product: Product, row: dict[str, Any]) -> None:
        """A code that is there: what is empty is filled, or all is overwritten, as the person chose."""
        option = self.run.option("existing", "fill")
        blank = Product()
        wanted = {
            name: value
            for name, value in row.items()
            if name != "code"
            and getattr(product, name) != value
            and (option == "overwrite" or getattr(product, name) in (None, "", getattr(blank, name, None)))
        }
        if option == "skip" or not (wanted or tiers_in(one.line)):
            one.verdict = Verdict.SAME
            one.reasons = [_("There is a product with this code already.")]
            return
        one.verdict = Verdict.UPDATE
        labels = kind_of(PRODUCT_KIND).field_labels
        one.reasons = [str(labels.get(name, name)) for name in wanted]
        self.known.append((one, product, wanted))

    def _refuse_new(self) -> None:
        """What is wrong with a new product is found before it counts."""
        problems = check_products(rows=[row for _one, row in self.new], by=self.run.by, at=self.run.at)
        labels = kind_of(PRODUCT_KIND).field_labels
        for index, wrong in problems.items():
            one = self.new[index][0]
            one.refuse(
                *(
                    _("%(label)s: %(text)s") % {"label": labels.get(name, name), "text": text}
                    for name, text in wrong.items()
                )
            )
        self.new = [pair for index, pair in enumerate(self.new) if index not in problems]

    def prepare(self) -> None:
        """Nothing that others would wait for."""

    def write(self) -> None:
        """Make the categories that are missing, the products, and set their prices."""
        who: dict[str, Any] = {"by": self.run.by, "at": self.run.at}
        ones = [*(one for one, _row in self.new), *(one for one, _product, _wanted in self.known)]
        paths = add_paths(paths=[path for one in ones if (path := path_in(one.line))], **who)
        rows = [row | _category(paths, one.line) for one, row in self.new]
        tiers: dict[int, Sequence[Mapping[str, Any]]] = {}
        for (one, _row), product in zip(self.new, add_products(rows=rows, **who), strict=True):
            one.made.append((PRODUCT_KIND, product.pk))
            if given := tiers_in(one.line):
                tiers[product.pk] = given
        overwrites = self.run.option("existing", "fill") == "overwrite"
        priced = set(
            PriceTier.objects.filter(product__in=[product.pk for _o, product, _w in self.known]).values_list(
                "product_id", flat=True
            )
        )
        for one, product, wanted in self.known:
            place = _category(paths, one.line) if product.category_id is None or overwrites else {}
            change_product(product_id=product.pk, changes=wanted | place, **who)
            one.changed.append((PRODUCT_KIND, product.pk))
            if (given := tiers_in(one.line)) and (overwrites or product.pk not in priced):
                tiers[product.pk] = given
        set_tiers(tiers=tiers, **who)

    def keep(self) -> None:
        """Remember the codes, for rows that say them again."""
        self.run.memory.update(self.seen)


def _category(paths: Mapping[tuple[str, ...], int], line: Line) -> dict[str, int]:
    path = path_in(line)
    return {"category_id": paths[path]} if path else {}


def _suppliers(lines: Sequence[Line]) -> dict[str, int]:
    """The suppliers that rows may mean, by both of their names."""
    if not any("product.supplier" in line.values for line in lines):
        return {}
    found: dict[str, int] = {}
    for pk, name, short in Supplier.objects.alive().values_list("pk", "name", "short_name"):
        found[name.casefold()] = pk
        if short:
            found.setdefault(short.casefold(), pk)
    return found


def _memory(run: Run) -> dict[str, int]:
    """Which row said which code."""
    return {}


def _withdraw(*, ids: Sequence[int], by: User | None, at: Any) -> int:
    return recycle_products(ids=ids, by=by, at=at)


def _give_back(values: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> object:
    """Write what products held before, and their prices."""
    for pk, row in values.items():
        changes = {_COSTS.get(name, name): value for name, value in row.items() if name != "tiers"}
        if (cost := changes.get("cost")) is not None:
            changes["cost"] = Decimal(str(cost))
        change_product(product_id=pk, changes=changes, by=by, at=at)
    tiers = {pk: [tier_in(text) for text in row["tiers"]] for pk, row in values.items() if "tiers" in row}
    return set_tiers(tiers=tiers, by=by, at=at)


_COSTS = {told: name for name, told in JOURNALED.items()}
_HELD = {"tiers": held_texts} | {told: attrgetter(name) for told, name in _COSTS.items()}


def register_all() -> None:
    """Put products on the register."""
    register.register(
        ImportKind(
            name="products", label=gettext_lazy("Products with their prices"), icon="box", fields=FIELDS,
            one_of=(("product.code",),), match_keys=(gettext_lazy("Product code"),),
            prepare=_memory, judge=_Products, makes=(PRODUCT_KIND,), options=("existing",),
            further=lambda by: custom.import_fields(PRODUCT_KIND, "product", _PRODUCT, by),
        )
    )  # fmt: skip
    register.register_undoing(PRODUCT_KIND, Undoing(_withdraw, _give_back, _HELD))
