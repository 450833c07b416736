"""Catalogues and price lists as documents: what they say, by category, in the reader's language (000-63)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from genjin.files import store
from genjin.files.models import Attachment
from genjin.files.pictures import NotAPicture, scaled
from genjin.sales.document_parts import Firm, day, plain
from genjin.sales.documents.content import Cell, Column, Content, Row, Section, Table
from genjin.sales.documents.words import BILINGUAL, word
from genjin.sales.models import Product, ProductCategory
from genjin.sales.price_lists import Wish
from genjin.sales.product_tree import in_order

PICTURE_WIDTH = 360
"""Pixels of a picture in a table: sharp in print at the width of its column, small in a mail."""


@dataclass(frozen=True)
class Entry:
    """One product of a document, and its prices where it has any."""

    product: Product
    prices: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class Look:
    """What a document shows beside its products; without `wish` it shows no prices."""

    language: str
    title: str
    number: str
    wish: Wish | None = None
    facts: tuple[tuple[str, str], ...] = ()
    buyer: tuple[str, ...] = ()
    terms: str = ""


def content_of(
    entries: Sequence[Entry], categories: Sequence[ProductCategory], look: Look, firm: Firm
) -> Content:
    """The document: a table for each category, in the order of the tree."""
    return Content(
        title=look.title,
        number=look.number,
        language=look.language,
        currency=look.wish.currency if look.wish else "",
        accent=firm.layout.accent,
        seller=firm.lines(),
        buyer_label=word("buyer", look.language) if look.buyer else "",
        buyer=look.buyer,
        facts=look.facts,
        tables=tuple(_table(heading, rows, look) for heading, rows in _grouped(entries, categories, look)),
        sections=(Section(word("terms", look.language), look.terms),) if look.terms.strip() else (),
    )


def _grouped(
    entries: Sequence[Entry], categories: Sequence[ProductCategory], look: Look
) -> Iterable[tuple[str, list[Entry]]]:
    """Entries by category; those without one at the end."""
    places = {category.pk: place for place, (category, _depth) in enumerate(in_order(categories))}
    names = {category.pk: category_name(category, look.language) for category in categories}

    def place(entry: Entry) -> int:
        return places.get(entry.product.category_id or 0, len(places))

    ordered = sorted(entries, key=lambda entry: (place(entry), entry.product.code, entry.product.pk))
    for _place, rows in groupby(ordered, key=place):
        group = list(rows)
        yield names.get(group[0].product.category_id or 0, ""), group


def category_name(category: ProductCategory, language: str) -> str:
    """The category's name in the document's language; both, when it is bilingual."""
    if language == BILINGUAL:
        return " ".join(part for part in (category.name_en, category.name_zh) if part)
    if language == "zh":
        return category.name_zh or category.name_en
    return category.name_en or category.name_zh


def product_name(product: Product, language: str) -> str:
    """The product's name in the document's language, else in English; both lines, when it is bilingual."""
    if language == BILINGUAL:
        return "\n".join(part for part in (product.name_en, product.name_zh) if part)
    if language == "zh":
        return product.name_zh or product.name_en
    return str(product.names.get(language) or product.name_en)


def _table(heading: str, entries: Sequence[Entry], look: Look) -> Table:
    said = look.language
    breaks = look.wish.breaks if look.wish else ()
    columns = [
        Column("", Cell.PICTURE),
        Column(word("code", said)),
        Column(word("goods", said), share=3),
        Column(word("packing", said), share=1),
        Column(word("moq", said), Cell.QUANTITY),
        Column(word("unit", said)),
        *(Column(_price_label(look.wish, least, said), Cell.PRICE) for least in breaks if look.wish),
    ]
    rows = [
        Row(
            (
                str(entry.product.pk),
                entry.product.code,
                product_name(entry.product, said),
                _packing(entry.product),
                plain(entry.product.moq),
                entry.product.unit,
                *(plain(price) for price in entry.prices),
            ),
            note=_parameters(entry.product),
        )
        for entry in entries
    ]
    return Table(tuple(columns), tuple(rows), heading=heading)


def _price_label(wish: Wish, least: Decimal, language: str) -> str:
    terms = f"{wish.currency} {wish.incoterm}"
    count = f" ≥{least.normalize():,f}" if len(wish.breaks) > 1 else ""
    return f"{word('unit_price', language)} {terms}{count}"


def _parameters(product: Product) -> str:
    """Model, colour, specification, HS code."""
    short = " · ".join(part for part in (product.model, product.colour) if part)
    customs = f"HS {product.hs_code}" if product.hs_code else ""
    return "\n".join(part for part in (short, product.spec.strip(), customs) if part)


def _packing(product: Product) -> str:
    """How it is packed, and what a carton measures: figures that every language reads."""
    sides = (product.carton_length, product.carton_width, product.carton_height)
    lines = [product.packing]
    if product.units_per_carton:
        lines.append(f"{product.units_per_carton} {product.unit}/ctn")
    if all(sides):
        lines.append("×".join(f"{side.normalize():f}" for side in sides if side is not None) + " cm")
    if volume := product.carton_volume:
        lines.append(f"{volume.quantize(Decimal('0.0001')).normalize():f} CBM")
    if product.gross_weight:
        lines.append(f"G.W. {product.gross_weight.normalize():f} kg")
    return "\n".join(line for line in lines if line)


def price_list_look(
    *, wish: Wish, language: str, place: str, buyer: tuple[str, ...], valid_until: str, terms: str
) -> Look:
    """How a price list begins."""
    incoterm = f"{wish.incoterm} {place}".strip()
    facts = [(word("date", language), day(wish.day, language)), (word("price_terms", language), incoterm)]
    if valid_until:
        facts.insert(1, (word("valid_until", language), valid_until))
    return Look(
        language=language, title=word("price_list", language), number=wish.day.isoformat(), wish=wish,
        facts=tuple(facts), buyer=buyer, terms=terms,
    )  # fmt: skip


def small_pictures(pictures: Mapping[int, Attachment]) -> dict[str, bytes]:
    """The main pictures made small, by the product's id as the content names them; missing ones left out."""
    keeper = store.current()
    found = {}
    for product, row in pictures.items():
        try:
            with keeper.open(row.file.sha256) as stream:
                found[str(product)] = scaled(stream, width=PICTURE_WIDTH).read()
        except (FileNotFoundError, NotAPicture):
            continue
    return found
