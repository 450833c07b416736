"""Quotations and proforma invoices as documents."""

from __future__ import annotations

from genjin.sales.actions.offer_drafts import goods_of
from genjin.sales.document_parts import (
    Firm,
    buyer_lines,
    day,
    goods_table,
    sums_of,
    term_facts,
    text_sections,
    words_of,
)
from genjin.sales.documents.content import Content, Section
from genjin.sales.documents.words import word
from genjin.sales.models import Offer

UNSENT = frozenset((Offer.State.DRAFT, Offer.State.FOR_APPROVAL))


def content_of(offer: Offer, firm: Firm, language: str = "") -> Content:
    """What the offer says on paper, in its own language unless another is asked for."""
    language = language or offer.language
    is_proforma = offer.kind == Offer.Kind.PROFORMA
    lines, charges = list(offer.lines.all()), list(offer.charges.all())
    facts = [(word("date", language), day(offer.offered_on, language))]
    if offer.valid_until:
        facts.append((word("valid_until", language), day(offer.valid_until, language)))
    terms = firm.layout.proforma_terms if is_proforma else firm.layout.quotation_terms
    sections = text_sections(offer, language)
    if offer.how_we_differ.strip():
        sections.insert(0, Section(word("differ", language), offer.how_we_differ))
    if is_proforma and firm.layout.bank_details.strip():
        sections.append(Section(word("bank", language), firm.layout.bank_details))
    if terms.strip():
        sections.append(Section(word("terms", language), terms))
    return Content(
        title=word("proforma" if is_proforma else "quotation", language),
        number=str(offer),
        language=language,
        currency=offer.currency,
        accent=firm.layout.accent,
        seller=firm.lines(),
        buyer_label=word("buyer", language),
        buyer=buyer_lines(offer.customer, offer.contact, language),
        facts=(*facts, *term_facts(offer, language)),
        tables=(goods_table(lines, offer.currency, language),),
        sums=sums_of(goods_of(offer.currency, lines), charges, offer.amount, offer.currency, language),
        words=words_of(offer.amount, offer.currency, language),
        sections=tuple(sections),
        signatures=(word("seller", language), word("buyer", language)) if is_proforma else (),
        watermark=word("draft", language).split()[0] if offer.state in UNSENT else "",
    )
