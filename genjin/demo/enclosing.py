"""Which files go with a mail of the demo, by its occasion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from genjin.demo import documents, firm
from genjin.demo.documents import JPEG, PDF, XLSX
from genjin.mail.composing import Enclosure

Maker = Callable[[dict[str, str], Random, datetime], list[Enclosure]]


def of(key: str, slots: dict[str, str], rng: Random, at: datetime) -> list[Enclosure]:
    """The files of a mail about that."""
    maker = _MAKERS.get(key)
    return maker(slots, rng, at) if maker else []


def _page(title: str, name: str) -> Maker:
    def make(slots: dict[str, str], rng: Random, at: datetime) -> list[Enclosure]:
        lines = [
            f"{firm.NAME_EN}", f"Date: {at:%Y-%m-%d}", "",
            f"{slots['p']} {slots['size']}   {slots['n']} pcs   USD {slots['price']}",
            f"{slots['p2']}   on request", "", f"Terms: {slots['term']}", f"Port: {slots['port']}",
            f"Standard: {slots['std']}", "", f"Sheet {rng.randint(1, 3)} of 3",
        ]  # fmt: skip
        content = documents.pdf(f"{title} {slots['pi']}", lines)
        return [Enclosure(name.format(**slots), PDF, content)]

    return make


def _photos(slots: dict[str, str], rng: Random, at: datetime) -> list[Enclosure]:
    number = rng.randint(1042, 9310)
    return [
        Enclosure(f"IMG_{number + step}.jpg", JPEG, documents.photo(rng, f"{at:%Y-%m-%d}"))
        for step in range(2)
    ]


def _list(title: str, name: str) -> Maker:
    def make(slots: dict[str, str], rng: Random, at: datetime) -> list[Enclosure]:
        rows: list[list[object]] = [["Item", "Quantity", "USD", "Cartons", "kg"]]
        for item in (f"{slots['p']} {slots['size']}", slots["p2"]):
            rows.append([item, rng.randrange(200, 3000, 100), float(slots["price"]), rng.randint(8, 90), 1])
        return [Enclosure(name.format(**slots), XLSX, documents.sheet(title, rows))]

    return make


def _both(first: Maker, second: Maker, *, every: float = 1.0) -> Maker:
    def make(slots: dict[str, str], rng: Random, at: datetime) -> list[Enclosure]:
        return first(slots, rng, at) + (second(slots, rng, at) if rng.random() < every else [])

    return make


_MAKERS: dict[str, Maker] = {
    "quote": _both(_page("Quotation", "Quotation {pi}.pdf"), _list("Prices", "{pi} prices.xlsx"), every=0.3),
    "order": _page("Purchase order", "PO {pi} signed.pdf"),
    "deposit_in": _page("Payment advice", "Payment advice {pi}.pdf"),
    "production": _photos,
    "complaint": _photos,
    "intro": _photos,
    "inspect": _page("Inspection report", "Inspection report {pi}.pdf"),
    "shipping": _both(_page("Bill of lading DRAFT", "BL draft {pi}.pdf"), _list("Packing", "Packing list {pi}.xlsx")),
    "documents_out": _page("Commercial invoice", "Documents {pi}.pdf"),
    "settled": _page("8D report", "8D report {pi}.pdf"),
    "cert": _page("Certificate", "Certificate {p}.pdf"),
    "news": _page("Catalogue", "New catalogue page.pdf"),
    "payment": _page("Statement", "Statement {pi}.pdf"),
    "reorder": _list("Last year", "Summary of last year.xlsx"),
    "after_in": _page("Leaflet", "Leaflet text.pdf"),
}  # fmt: skip
