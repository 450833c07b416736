"""Giving out a price list: checked once more, printed, kept with the customer's files (000-61, 000-62)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import require
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.customers.models.customer import KIND as CUSTOMER_KIND
from genjin.files.actions import attach, put
from genjin.files.models import Attachment, StoredFile
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.sales.catalogue_content import Entry, price_list_look
from genjin.sales.catalogues import Catalogue, printed
from genjin.sales.document_parts import Firm, buyer_lines, day
from genjin.sales.models import Product
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.price_lists import PriceLine, Wish, checked, overrides

RIGHT = "manage_team"
"""Who may let a price below the last deal price go out."""


@dataclass(frozen=True)
class Ask:
    """A price list as it was asked for: `choices` say by product what becomes of a price that is too low."""

    customer: Customer
    products: Sequence[Product]
    wish: Wish
    language: str = "en"
    incoterm_place: str = ""
    valid_until: date | None = None
    choices: Mapping[int, str] | None = None
    why: str = ""


@dataclass(frozen=True)
class Issued:
    """What was given out, and how many products could not stand in it."""

    attachments: Sequence[Attachment]
    left_out: int


def issue_price_list(*, ask: Ask, formats: Sequence[str], by: User | None, at: datetime) -> Issued:
    """Print a price list and keep it with the customer's files, from where a mail takes it.

    Prices below the last deal are left out, raised to it, or let through by a manager with a reason, which
    the journal keeps. Raises `Refused`. Call it outside of other transactions: printing takes its time.
    """
    lines = checked(ask.customer.pk, ask.products, ask.wish)
    choices = ask.choices or {}
    let_through = overrides(lines, choices)
    if let_through:
        require(by, RIGHT, at)
        if not ask.why.strip():
            raise Refused({"why": _("Say why prices below the last deal may go out.")})
    entries = [
        Entry(line.product, prices)
        for line in lines
        if (prices := line.decided(choices.get(line.product.pk, ""))) is not None
    ]
    if not entries:
        raise Refused(_("No product is left that has a price for these terms."))
    kept = [_printed(ask, entries, kind, at) for kind in formats]
    with transaction.atomic():
        made = _attach(ask.customer, kept, by, at)
        _tell(ask, lines, let_through, by, at)
    return Issued(made, len(lines) - len(entries))


def _printed(ask: Ask, entries: Sequence[Entry], format: str, at: datetime) -> tuple[StoredFile, str]:
    look = price_list_look(
        wish=ask.wish, language=ask.language, place=ask.incoterm_place,
        buyer=buyer_lines(ask.customer, None, ask.language),
        valid_until=day(ask.valid_until, ask.language), terms=Firm.current().layout.quotation_terms,
    )  # fmt: skip
    data = printed(entries, look, format)
    name = f"{look.title} {ask.customer.short_name or ask.customer.name} {ask.wish.day}.{format}"
    return put(at=at, stream=io.BytesIO(data)), name


def _tell(
    ask: Ask, lines: Sequence[PriceLine], let_through: Mapping[int, str], by: User | None, at: datetime
) -> None:
    """Keep in the journal which prices went out below the last deal, and why."""
    told = [
        journal.Written(
            verb="change", kind=PRODUCT_KIND, object_id=line.product.pk, title=str(line.product),
            customer_id=ask.customer.pk, note=ask.why.strip(),
            changes={
                "below_floor": (
                    f"{line.verdict.last.price:f} {ask.wish.currency}",
                    f"{line.verdict.last.price - line.verdict.short:f} {ask.wish.currency}",
                ),
                "below_floor_reason": (None, let_through[line.product.pk]),
            },
        )
        for line in lines
        if line.product.pk in let_through and line.verdict.last is not None
    ]  # fmt: skip
    if told:
        journal.record(by=by, at=at, written=told)


def keep_catalogue(
    *, customer: Customer, asked: Catalogue, format: str, by: User | None, at: datetime
) -> Attachment:
    """Keep a catalogue with a customer's files, from where a mail takes it; belongs into no transaction."""
    stored = put(at=at, stream=io.BytesIO(asked.printed(format)))
    return _attach(customer, [(stored, asked.name(format))], by, at)[0]


def _attach(
    customer: Customer, kept: Sequence[tuple[StoredFile, str]], by: User | None, at: datetime
) -> list[Attachment]:
    return attach(
        by=by, at=at, kind=CUSTOMER_KIND, object_id=customer.pk, customer_id=customer.pk, files=kept
    )
