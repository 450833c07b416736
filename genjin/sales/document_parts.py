"""What all documents of the firm have in common: seller, buyer, lines, sums, terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from genjin.customers.models import Contact, Customer
from genjin.files import kinds, store
from genjin.people.models import Organisation
from genjin.rules.amount_words import in_chinese, in_english
from genjin.rules.amounts import line_amount
from genjin.sales.documents.content import LOGO, Cell, Column, Row, Section, Sum, Table
from genjin.sales.documents.words import BILINGUAL, has_word, locale_of, main_language, word
from genjin.sales.models import DocumentLayout, Product
from genjin.sales.models.offer import Goods, Terms


@dataclass(frozen=True)
class Firm:
    """Who sells: the organisation and how its documents look."""

    layout: DocumentLayout
    organisation: Organisation

    @classmethod
    def current(cls) -> Firm:
        """As it is set now."""
        layout = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
        return cls(layout, Organisation.objects.select_related("logo").get(pk=1))

    @property
    def name(self) -> str:
        """The name on documents, else the organisation's."""
        firm = self.organisation
        return self.layout.seller_name or firm.name_en or firm.name_zh

    def lines(self) -> tuple[str, ...]:
        """Name, address and how to reach it."""
        layout = self.layout
        reach = "  ".join(part for part in (layout.seller_phone, layout.seller_email) if part)
        name_zh = layout.seller_name_zh or self.organisation.name_zh
        rows = [self.name, name_zh if name_zh != self.name else "", *layout.seller_address.split("\n"), reach]
        return tuple(row.strip() for row in rows if row.strip())

    def pictures(self) -> dict[str, bytes]:
        """The logo, if there is one that can be printed."""
        logo = self.organisation.logo
        if logo is None or logo.media_type not in kinds.PICTURES:
            return {}
        try:
            with store.current().open(logo.sha256) as stream:
                return {LOGO: stream.read()}
        except FileNotFoundError:
            return {}


def buyer_lines(customer: Customer, contact: Contact | None, language: str) -> tuple[str, ...]:
    """To whom it goes."""
    place = ", ".join(part for part in (customer.city, str(customer.country or "")) if part)
    rows = [customer.name, *customer.address.split("\n"), place]
    if contact is not None:
        rows.append(f"{word('attention', language)} {contact.name}")
    return tuple(row.strip() for row in rows if row.strip())


def day(value: date | None, language: str) -> str:
    """A day as the language writes it, with its month in letters: 11/12 means two days."""
    if value is None:
        return ""
    return (
        format_date(value, format="long", locale=locale_of(language))
        if language != "ar"
        else value.isoformat()
    )


def term_facts(record: Terms, language: str) -> list[tuple[str, str]]:
    """Terms of delivery and payment as label and value; what is empty is left out."""

    def said(key: str) -> str:
        return word(key, language)

    named = record.payment_method if has_word(record.payment_method) else ""
    payment = " · ".join(filter(None, (named and said(named), record.payment_terms)))
    lead = f"{record.lead_time_days} {said('days')}" if record.lead_time_days else ""
    more = f"± {record.more_or_less_percent.normalize():f} %" if record.more_or_less_percent else ""
    rows = [
        ("price_terms", f"{record.incoterm} {record.incoterm_place}".strip()),
        ("port_of_loading", record.port_of_loading),
        ("port_of_destination", record.port_of_destination),
        ("transport", said(record.transport_mode) if has_word(record.transport_mode) else ""),
        ("payment", payment),
        ("delivery", record.delivery_terms),
        ("lead_time", lead),
        ("packing", record.packing),
        ("more_or_less", more),
    ]
    return [(said(key), value) for key, value in rows if value]


def text_sections(record: Terms, language: str) -> list[Section]:
    """Marks and remarks."""
    rows = (("marks", record.shipping_marks), ("remarks", record.remarks))
    return [Section(word(key, language), text) for key, text in rows if text.strip()]


def goods_table(
    lines: Sequence[Any], currency: str, language: str, quantities: Sequence[Decimal] | None = None
) -> Table:
    """Lines with prices; optional ones are shown quietly. `quantities` replace those of the lines."""
    counts = quantities if quantities is not None else [line.quantity for line in lines]
    with_moq = any(getattr(line, "moq", None) for line in lines)
    columns = [
        Column(word("no", language), Cell.COUNT),
        Column(word("code", language)),
        Column(word("goods", language), share=3),
        *([Column(word("moq", language), Cell.QUANTITY)] if with_moq else []),
        Column(word("quantity", language), Cell.QUANTITY),
        Column(word("unit", language)),
        Column(f"{word('unit_price', language)} {currency}", Cell.PRICE),
        Column(f"{word('amount', language)} {currency}", Cell.AMOUNT),
    ]
    names = product_names(lines, language)
    rows = []
    for number, (line, count) in enumerate(zip(lines, counts, strict=True), 1):
        optional = bool(getattr(line, "is_optional", False))
        moq = getattr(line, "moq", None)
        rows.append(
            Row(
                (
                    str(number),
                    line.code,
                    goods_name(line, names) + (f" ({word('optional', language)})" if optional else ""),
                    *([plain(moq)] if with_moq else []),
                    plain(count),
                    line.unit,
                    plain(line.unit_price),
                    plain(line_amount(count, line.unit_price, currency)),
                ),
                note=goods_note(line),
                quiet=optional,
            )
        )
    return Table(tuple(columns), tuple(rows))


def product_names(lines: Sequence[Goods], language: str) -> dict[int, str]:
    """Names of the products in the document's language, where they have one; one query."""
    wanted = {line.product_id for line in lines if line.product_id}
    if main_language(language) == "en" and language != BILINGUAL:
        return {}
    found = {}
    for product in Product.objects.filter(pk__in=wanted).only("name_zh", "name_en", "names"):
        if language in ("zh", BILINGUAL):
            found[product.pk] = product.name_zh
        else:
            found[product.pk] = str(product.names.get(language, ""))
    return {pk: name for pk, name in found.items() if name}


def goods_name(line: Goods, names: dict[int, str]) -> str:
    """The description, and the product's name in the other language on a line of its own."""
    other = names.get(line.product_id or 0, "")
    return f"{line.description}\n{other}" if other and other != line.description else line.description


def goods_note(line: Goods) -> str:
    """Model, colour and specification."""
    short = " · ".join(part for part in (line.model, line.colour) if part)
    return "\n".join(part for part in (short, line.spec.strip()) if part)


def plain(value: Decimal | int | None) -> str:
    """A number as content keeps it."""
    return "" if value is None else f"{value:f}"


def sums_of(
    goods: Decimal, charges: Sequence[Any], amount: Decimal, currency: str, language: str
) -> tuple[Sum, ...]:
    """Goods, each charge, and the total."""
    rows = []
    if charges:
        rows.append(Sum(word("goods_total", language), plain(goods)))
    rows += [
        Sum(charge.label or word(charge.kind.lower(), language), plain(charge.amount)) for charge in charges
    ]
    return (*rows, Sum(f"{word('total', language)} {currency}", plain(amount), strong=True))


def words_of(amount: Decimal, currency: str, language: str) -> tuple[str, ...]:
    """The total in words: in Chinese for Chinese readers, in English for all others, both in both."""
    said = []
    if language != "zh":
        said.append(in_english(amount, currency))
    if language in ("zh", BILINGUAL):
        said.append(f"{word('in_words', 'zh')}：{in_chinese(amount, currency)}")
    return tuple(said)
