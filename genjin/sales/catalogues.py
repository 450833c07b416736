"""Catalogues and price lists printed: contents, pictures and the firm's layout together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from genjin.sales import product_queries as queries
from genjin.sales.catalogue_content import Entry, Look, content_of, small_pictures
from genjin.sales.document_parts import Firm, day
from genjin.sales.documents import pdf, sheet
from genjin.sales.documents.words import word
from genjin.sales.models import Product
from genjin.sales.price_lists import Wish, priced
from genjin.sales.product_tree import all_categories

FORMATS = {"pdf": pdf.render, "xlsx": sheet.render}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def printed(entries: Sequence[Entry], look: Look, format: str) -> bytes:
    """The document with the main picture of every product and the firm's logo."""
    firm = Firm.current()
    content = content_of(entries, all_categories(), look, firm)
    pictures = small_pictures(queries.main_pictures([entry.product.pk for entry in entries]))
    return FORMATS[format](content, pictures | firm.pictures())


@dataclass(frozen=True)
class Catalogue:
    """A catalogue as it was asked for; without `wish` it shows no prices (000-63)."""

    products: Sequence[Product]
    language: str
    wish: Wish | None
    day: date

    def name(self, format: str) -> str:
        """The name of its file."""
        return f"{word('catalogue', self.language)} {self.day}.{format}"

    def printed(self, format: str) -> bytes:
        """The file."""
        wish = self.wish
        tiers = queries.tiers_of([product.pk for product in self.products]) if wish else {}
        entries = [
            Entry(product, priced(tiers.get(product.pk, ()), wish) if wish else ())
            for product in self.products
        ]
        facts = [(word("date", self.language), day(self.day, self.language))]
        if wish:
            facts.append((word("price_terms", self.language), f"{wish.currency} {wish.incoterm}"))
        look = Look(
            language=self.language, title=word("catalogue", self.language), number=str(self.day.year),
            wish=wish, facts=tuple(facts),
        )  # fmt: skip
        return printed(entries, look, format)
