"""Making and changing quotations and proforma invoices, and their revisions (B-14, D-9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_version, keep, locked, require, take_changes, tell
from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.models import Contact, Customer
from genjin.journal.actions import difference
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.amounts import share
from genjin.sales.actions.numbers import next_number
from genjin.sales.actions.offer_drafts import (
    NewOffer,
    OfferedLine,
    amount_of,
    amount_problem,
    draft_charges,
    draft_lines,
    goods_of,
    head_problems,
    plain_profit,
)
from genjin.sales.actions.order_drafts import NewCharge
from genjin.sales.models import CustomerCredit, NumberKind, Offer, OfferCharge, OfferLine, Product
from genjin.sales.models.offer import Terms
from genjin.sales.rates import KnownRates

State = Offer.State
NUMBERS = {Offer.Kind.QUOTATION: NumberKind.QUOTATION, Offer.Kind.PROFORMA: NumberKind.PROFORMA}
TERM_NAMES = tuple(f.name for f in Terms._meta.concrete_fields if f.name != "amount")
LINE_NAMES = (
    "position", "product_id", "code", "description", "spec", "model", "colour", "quantity", "unit",
    "unit_price", "cost", "below_floor_reason", "moq", "is_optional",
)  # fmt: skip
LINE_FIELDS = tuple(name for name in LINE_NAMES if name != "position")
CHARGE_NAMES = ("kind", "label", "amount", "credit_id")
HEAD = ("contact_id", "valid_until", "language", "how_we_differ", "competing_quotes", "offered_on")


@transaction.atomic
def make_offer(*, item: NewOffer, by: User | None, at: datetime, made_from: Offer | None = None) -> Offer:
    """Make a draft with the next number of its kind and the rate of its day; `Refused` by field."""
    customer = Customer.objects.alive().filter(pk=item.customer_id).only("owner_id", "name").first()
    if customer is None:
        raise Refused({"customer": _("There is no such customer.")})
    owner_id = item.owner_id or customer.owner_id or (by and by.pk)
    if owner_id is None:
        raise Refused({"owner": _("A customer without owner needs somebody named for the offer.")})
    offer = bulk.fresh(
        Offer, kind=item.kind, customer_id=customer.pk, owner_id=owner_id, created_at=at,
        made_from_id=made_from and made_from.pk, state=State.DRAFT,
        **{name: value.strip() if isinstance(value, str) else value for name, value in item.terms.items()},
        **{name: getattr(item, name) for name in HEAD}, profit=plain_profit(item.profit),
    )  # fmt: skip
    lines, charges = _fill(offer, item.lines, item.charges, expected=None)
    offer.number = next_number(NUMBERS[Offer.Kind(offer.kind)], offer.offered_on)
    offer.save(force_insert=True)
    _store_parts(offer, lines, charges)
    told = {"amount": (None, offer.amount), "currency": (None, offer.currency), "lines": (0, len(lines))}
    tell([changed(offer, "create", told)], by=by, at=at)
    return offer


def _fill(
    offer: Offer,
    new_lines: Sequence[OfferedLine],
    new_charges: Sequence[NewCharge],
    *,
    expected: Offer | None,
) -> tuple[list[OfferLine], list[OfferCharge]]:
    """Draft lines and charges, freeze the rate, sum up; `Refused` names everything that is wrong."""
    wanted = {line.product_id for line in new_lines if line.product_id}
    products = {row.pk: row for row in Product.objects.alive().filter(pk__in=wanted)}
    rates = KnownRates({offer.currency, *(row.cost_currency for row in products.values())}, offer.offered_on)
    offer.exchange_rate = rates.on(offer.currency, offer.offered_on)
    lines, problems = draft_lines(new_lines, products, rates, offer.offered_on)
    charges, wrong = draft_charges(new_charges)
    problems |= wrong
    problems |= head_problems(offer, was=expected.incoterm if expected else "")
    problems |= _contact_problem(offer)
    problems |= _credit_problems(offer, lines, charges)
    if not problems:
        offer.amount = amount_of(offer, lines, charges)
        problems |= amount_problem(offer.amount)
    if problems:
        raise Refused(problems)
    return lines, charges


def _contact_problem(offer: Offer) -> dict[str, str]:
    if offer.contact_id is None:
        return {}
    people = Contact.objects.alive().filter(pk=offer.contact_id, customer=offer.customer_id)
    return {} if people.exists() else {"contact": _("This person does not belong to the customer.")}


def _credit_problems(
    offer: Offer, lines: Sequence[OfferLine], charges: Sequence[OfferCharge]
) -> dict[str, str]:
    """A credit must be this customer's, granted, in time, and stand there once; it says how much it is."""
    named = [charge.credit_id for charge in charges if charge.credit_id]
    good = CustomerCredit.objects.filter(
        pk__in=named, customer=offer.customer_id, state=CustomerCredit.State.GRANTED
    )
    usable = {c.pk: c for c in good if c.expires_on is None or c.expires_on >= offer.offered_on}
    if len(usable) < len(named):
        return {"charges": _("A credit can be used once, by its own customer, before it expires.")}
    for charge in charges:
        if charge.credit_id:
            credit = usable[charge.credit_id]
            if credit.amount is not None and credit.currency != offer.currency:
                return {"charges": _("This credit is in %(currency)s.") % {"currency": credit.currency}}
            charge.amount = -worth(credit, goods_of(offer.currency, lines), offer.currency)
    return {}


def worth(credit: CustomerCredit, goods: Decimal, currency: str) -> Decimal:
    """What a credit takes off goods: its share or its amount, never more than they cost."""
    if credit.percent is not None:
        return share(goods, credit.percent, currency)
    return min(credit.amount or Decimal(0), goods)


def _store_parts(offer: Offer, lines: Sequence[OfferLine], charges: Sequence[OfferCharge]) -> None:
    for line in lines:
        line.offer_id = offer.pk
    for charge in charges:
        charge.offer_id = offer.pk
    bulk.insert(list(lines))
    bulk.insert(list(charges))


@transaction.atomic
def change_offer(
    *, offer_id: int, item: NewOffer, by: User | None, at: datetime, version: int | None = None
) -> Offer:
    """Change a draft whole; one that was approved, or waits for it, must be approved anew.

    `Refused` for what was sent already (that is revised); `Conflict` when somebody saved meanwhile.
    """
    offer = open_offer(offer_id)
    if offer.state not in (State.DRAFT, State.FOR_APPROVAL, State.APPROVED):
        raise Refused(_("What was sent is not changed any more. Make a revision."))
    values = {name: getattr(item, name) for name in HEAD} | {"profit": plain_profit(item.profit)}
    values |= {name: v.strip() if isinstance(v, str) else v for name, v in item.terms.items()}
    check_version(offer, version, values)
    before = Offer.objects.get(pk=offer.pk)
    for name, value in values.items():
        setattr(offer, name, value)
    lines, charges = _fill(offer, item.lines, item.charges, expected=before)
    if offer.state != State.DRAFT:
        offer.state, offer.approved_by, offer.approved_at, offer.asked_by = State.DRAFT, None, None, None
    moved = difference(before, {name: getattr(offer, name) for name in (*values, "amount", "state")})
    counted = offer.lines.count()
    if counted != len(lines):
        moved["lines"] = (counted, len(lines))
    offer.version += 1
    offer.save()
    offer.lines.all().delete()
    offer.charges.all().delete()
    _store_parts(offer, lines, charges)
    tell([changed(offer, "change", moved)], by=by, at=at)
    return offer


def item_of(offer: Offer) -> NewOffer:
    """An offer as it stands, as somebody would want it made."""
    named = {name: getattr(offer, name) for name in HEAD}
    lines = [OfferedLine(**_named(line, LINE_FIELDS)) for line in offer.lines.all()]
    charges = [NewCharge(**_named(charge, CHARGE_NAMES)) for charge in offer.charges.all()]
    profit = {name: Decimal(value) for name, value in offer.profit.items() if value is not None}
    return NewOffer(
        customer_id=offer.customer_id, kind=offer.kind, owner_id=offer.owner_id, lines=lines,
        charges=charges, terms=terms_of(offer), profit=profit, **named,
    )  # fmt: skip


def terms_of(offer: Offer) -> dict[str, Any]:
    """Its terms as values of `NewOffer.terms`; the rate is that of the day of whatever is made of them."""
    return {name: getattr(offer, name) for name in TERM_NAMES if name != "exchange_rate"}


def open_offer(offer_id: int, version: int | None = None) -> Offer:
    """The offer, locked; refused when it is gone or a newer revision counts."""
    try:
        offer: Offer = locked(Offer.objects.alive(), offer_id)
    except Offer.DoesNotExist:
        raise Refused(_("This offer is not there any more.")) from None
    if not offer.is_latest:
        raise Refused(_("There is a newer revision of this offer."))
    if version is not None and offer.version != version:
        raise Conflict(offer, {})
    return offer


@transaction.atomic
def revise(*, offer_id: int, by: User | None, at: datetime, version: int | None = None) -> Offer:
    """The next revision, as a draft with everything of the last one; that one stays as it went out."""
    old = open_offer(offer_id, version)
    if old.state not in (State.SENT, State.ACCEPTED, State.LOST):
        raise Refused(_("Only what was sent needs a revision; a draft is changed."))
    if old.orders.filter(deleted_at__isnull=True).exists():
        raise Refused(_("There is an order from this offer. Change the order."))
    Offer.objects.filter(pk=old.pk).update(is_latest=False, version=F("version") + 1)
    new = copy_of(old, at=at, number=old.number, revision=old.revision + 1, made_from_id=old.made_from_id)
    tell([changed(new, "revise", {"revision": (old.revision, new.revision)})], by=by, at=at)
    return new


def copy_of(old: Offer, *, at: datetime, **values: Any) -> Offer:
    """A stored draft with lines and charges of another offer."""
    names = ("kind", "customer_id", "owner_id", *HEAD, "profit", "amount", *TERM_NAMES)
    new = bulk.fresh(
        Offer, **{**{name: getattr(old, name) for name in names}, **values}, state=State.DRAFT, created_at=at
    )
    new.save(force_insert=True)
    lines = [bulk.fresh(OfferLine, **_named(line, LINE_NAMES)) for line in old.lines.all()]
    charges = [bulk.fresh(OfferCharge, **_named(charge, CHARGE_NAMES)) for charge in old.charges.all()]
    _store_parts(new, lines, charges)
    return new


def _named(row: Any, names: Sequence[str]) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in names}


@transaction.atomic
def extend_validity(
    *, offer_id: int, until: date, today: date, by: User | None, at: datetime, version: int | None = None
) -> Offer:
    """Let an open offer hold until a later day."""
    offer = open_offer(offer_id, version)
    if offer.state not in Offer.OPEN:
        raise Refused(_("Only an open offer can be extended."))
    if until < today:
        raise Refused({"valid_until": _("This day has already passed.")})
    if offer.valid_until is not None and until <= offer.valid_until:
        raise Refused({"valid_until": _("Choose a later day than the one that holds now.")})
    if until - today > timedelta(days=3 * 366):
        raise Refused({"valid_until": _("An offer is valid for three years at most.")})
    keep(offer, take_changes(offer, {"valid_until": until}), by=by, at=at, verb="extend")
    return offer


@transaction.atomic
def recycle(*, offer_id: int, by: User | None, at: datetime, version: int | None = None) -> Offer:
    """Put an offer into the recycle bin; its number stays taken. What led to an order stays."""
    require(by, "recycle", at)
    offer = open_offer(offer_id, version)
    if offer.orders.exists() or offer.made_into.filter(deleted_at__isnull=True).exists():
        raise Refused(_("An order or a proforma invoice came of this offer; it stays."))
    offer.deleted_at = at
    keep(offer, {"deleted_at": (None, at)}, by=by, at=at, verb="recycle")
    return offer


@transaction.atomic
def restore(*, offer_id: int, by: User | None, at: datetime) -> Offer:
    """Take an offer out of the recycle bin."""
    require(by, "recycle", at)
    offer: Offer = locked(Offer.objects.filter(deleted_at__isnull=False), offer_id)
    gone, offer.deleted_at = offer.deleted_at, None
    keep(offer, {"deleted_at": (gone, None)}, by=by, at=at, verb="restore")
    return offer
