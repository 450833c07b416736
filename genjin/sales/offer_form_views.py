"""The pages on which offers are written: new, changed; and what a chosen product brings along."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from genjin.customers.actions import Refused
from genjin.customers.models import Customer
from genjin.customers.queries import addressee_of
from genjin.customers.views.basis import customer_or_404, one_or_404
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.rules.pricing import PriceTerms, Tier, last_deal_price, tier_for
from genjin.sales.actions import offers
from genjin.sales.deal_facts import deals_of
from genjin.sales.models import (
    BelowFloor,
    ChargeKind,
    DocumentLayout,
    Offer,
    PriceTier,
    Product,
)
from genjin.sales.offer_checks import verdicts_of
from genjin.sales.offer_forms import SPARE_LINES, OfferForm, Rows, TypedRow, first_validity
from genjin.sales.offer_queries import usable_credits
from genjin.sales.rates import rate_on
from genjin.web import answers
from genjin.web.addresses import address_if_any
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once, saved_before

FROM_LAST = (
    "currency", "incoterm", "incoterm_place", "port_of_loading", "port_of_destination", "transport_mode",
    "payment_method", "payment_terms", "delivery_terms", "lead_time_days", "packing", "shipping_marks",
    "more_or_less_percent", "language",
)  # fmt: skip
"""What a new offer takes over from the customer's last one."""


@requires()
def new_offer(request: Request, pk: int) -> HttpResponse:
    """Write an offer for a customer; its terms begin as in the last one."""
    customer = customer_or_404(request, pk, edit=True)
    kind = request.GET.get("kind", Offer.Kind.QUOTATION)
    if kind not in Offer.Kind.values:
        raise Http404
    if request.method == "POST":
        if (done := saved_before(request)) is not None:
            return answers.saved(request, done)
        return _save_new(request, customer, kind)
    today = timezone.localdate(request.now)
    form = OfferForm(
        initial=_beginning(customer, request, today), customer=customer, offer=None,
        sees_costs=request.access.may("see_costs"),
    )  # fmt: skip
    return _page(request, form, Rows([], _credit_rows(customer.pk, today)), customer, kind, None)


def _save_new(request: Request, customer: Customer, kind: str) -> HttpResponse:
    form = OfferForm(request.POST, customer=customer, offer=None, sees_costs=request.access.may("see_costs"))
    rows = Rows.posted(request.POST)
    if form.is_valid() and rows.is_valid and "more" not in request.POST:

        def save() -> str:
            made = offers.make_offer(item=form.item(customer, kind, rows), by=request.user, at=request.now)
            return reverse("sales:offer", args=[made.pk])

        try:
            to, _is_new = save_once(request, save)
        except Refused as error:
            _refuse(form, rows, error)
        else:
            return answers.saved(request, to, _("Saved as a draft"))
    return _page(request, form, rows, customer, kind, None)


@requires()
def edit_offer(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    offer = one_or_404(Offer.objects.editable_by(request.user).select_related("customer"), pk)
    sees = request.access.may("see_costs")
    stored = _stored_rows(offer)
    about: dict[str, Any] = {
        "current": _stored(offer) | {"lines_shown": stored.text()}, "by": last_editor(offer),
        "customer": offer.customer, "offer": offer, "sees_costs": sees,
    }  # fmt: skip
    if request.method != "POST":
        return _page(request, OfferForm(**about), stored, offer.customer, offer.kind, offer)
    rows = Rows.posted(request.POST)
    posted = request.POST.copy()
    posted["lines_shown"] = rows.text()
    form = OfferForm(posted, **about)
    if form.is_valid() and "lines_shown" in form.merged:
        form.add_error(None, _("The lines were changed at the same time; they stand here as they are now."))
        rows = stored
    elif form.is_valid() and rows.is_valid and "more" not in request.POST:
        try:
            offers.change_offer(
                offer_id=offer.pk, item=form.item(offer.customer, offer.kind, rows), by=request.user,
                at=request.now, version=offer.version,
            )  # fmt: skip
        except Refused as error:
            _refuse(form, rows, error)
        else:
            return answers.saved(request, reverse("sales:offer", args=[offer.pk]), _("Saved"))
    return _page(request, form, rows, offer.customer, offer.kind, offer)


def _refuse(form: OfferForm, rows: Rows, error: Refused) -> None:
    """What is about a line stands beside it, the rest beside its field or above the form."""
    if hasattr(error, "error_dict"):
        left = rows.refuse(error.message_dict)
        if not left:
            return
        error = Refused({name: list(sentences) for name, sentences in left.items()})
    refuse(form, error)


def _page(
    request: Request, form: OfferForm, rows: Rows, customer: Customer, kind: str, offer: Offer | None
) -> HttpResponse:
    lines = [*rows.typed["lines"]]
    _name_products(lines)
    if offer is not None and not form.is_bound:
        stored = list(offer.lines.all())
        for row, verdict in zip(lines, verdicts_of(offer, stored), strict=True):
            row.verdict = verdict
    spare = SPARE_LINES if lines else SPARE_LINES + 2
    lines += [TypedRow(len(lines) + i) for i in range(spare)]
    charges = [*rows.typed["charges"]]
    charges += [TypedRow(len(charges) + i) for i in range(2)]
    for place, row in enumerate(charges):
        row.place = place
    context = {
        "form": form, "lines": lines, "charges": charges, "customer": customer, "offer": offer,
        "kind": kind, "kind_label": Offer.Kind(kind).label, "sees_costs": form.sees_costs,
        "reasons": BelowFloor.choices, "charge_kinds": ChargeKind.choices,
        "wrong_rows": not rows.is_valid or any(row.errors for row in lines),
        "product_source": address_if_any("sales:product_choices"),
        "line_url": reverse("sales:offer_line", args=[customer.pk]),
    }  # fmt: skip
    return render(request, "sales/offer_form.html", context)


def _name_products(lines: list[TypedRow]) -> None:
    """What a chosen product is called in its combobox; one query."""
    wanted = {value for row in lines if (value := str(row.values.get("product") or "")).isdecimal()}
    known = Product.objects.filter(pk__in=[int(v) for v in wanted if len(v) < 19])
    labels = {str(product.pk): f"{product.code} {product.name}" for product in known}
    for row in lines:
        row.product_label = labels.get(str(row.values.get("product") or ""), "")


def _beginning(customer: Customer, request: Request, today: date) -> dict[str, Any]:
    layout = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
    begun: dict[str, Any] = {
        "offered_on": today,
        "valid_until": first_validity(today, layout.default_validity_days),
        "currency": "USD", "incoterm": "FOB", "transport_mode": "SEA", "payment_method": "TT",
        "language": "en",
    }  # fmt: skip
    last = Offer.objects.visible_to(request.user).filter(customer=customer).order_by("-id").first()
    if last is not None:
        begun |= {name: getattr(last, name) for name in FROM_LAST}
    begun["contact"] = addressee_of(customer.pk, last.contact_id if last else None)
    return begun


def _credit_rows(customer_id: int, today: date) -> list[TypedRow]:
    """What the customer has good with us, put on as lines of their own (000-59); a share is still open."""
    rows = []
    for place, credit in enumerate(usable_credits(customer_id, today)):
        amount = "" if credit.amount is None else f"{-credit.amount:f}"
        values = {
            "kind": ChargeKind.CREDIT, "label": "", "amount": amount, "credit": str(credit.pk),
            "percent": _number(credit.percent),
        }  # fmt: skip
        rows.append(TypedRow(place, values))
    return rows


def _stored(offer: Offer) -> dict[str, Any]:
    names = [f.name for f in Offer._meta.concrete_fields]
    return {name: getattr(offer, name) for name in names} | dict(offer.profit) | {"contact": offer.contact_id}


def _stored_rows(offer: Offer) -> Rows:
    lines = [
        TypedRow(place, {
            "product": line.product_id or "", "code": line.code, "description": line.description,
            "spec": line.spec, "quantity": _number(line.quantity), "unit": line.unit,
            "unit_price": _number(line.unit_price), "moq": _number(line.moq), "cost": _number(line.cost),
            "is_optional": line.is_optional, "below_floor_reason": line.below_floor_reason,
        })
        for place, line in enumerate(offer.lines.all())
    ]  # fmt: skip
    charges = [
        TypedRow(place, {
            "kind": charge.kind, "label": charge.label, "amount": f"{charge.amount:f}",
            "credit": charge.credit_id or "",
        })
        for place, charge in enumerate(offer.charges.all())
    ]  # fmt: skip
    return Rows(lines, charges)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


@require_safe
@requires()
def offer_line(request: Request, pk: int) -> JsonResponse:
    """What a product brings into a line: its texts, the price that holds, the customer's last deal price."""
    customer = customer_or_404(request, pk)
    chosen = request.GET.get("product", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    product = one_or_404(Product.objects.visible_to(request.user), int(chosen))
    currency, incoterm = request.GET.get("currency", "USD")[:3], request.GET.get("incoterm", "FOB")[:3]
    today = timezone.localdate(request.now)
    terms = PriceTerms(currency, incoterm, product.unit, rate_on(currency, today))
    last = last_deal_price(deals_of(customer.pk, [product.pk]).get(product.pk, ()), terms)
    price = _tier_price(product, _quantity(request), terms, today)
    return JsonResponse(
        {
            "code": product.code,
            "description": product.name_en or product.name_zh,
            "spec": product.spec,
            "unit": product.unit,
            "moq": _number(product.moq),
            "price": _number(price),
            "last": f"{_number(last.price)} {last.currency} · {last.deal.number}" if last else "",
            "floor": _number(last.price) if last and last.is_comparable else "",
        }
    )


def _quantity(request: Request) -> Decimal:
    try:
        quantity = Decimal(request.GET.get("quantity", "1")[:20] or "1")
    except InvalidOperation:
        return Decimal(1)
    return quantity if quantity.is_finite() else Decimal(1)


def _tier_price(product: Product, quantity: Decimal, terms: PriceTerms, today: date) -> Decimal | None:
    """The price that holds; below the least quantity of the tiers the one of that quantity."""
    rows = PriceTier.objects.filter(product=product, currency=terms.currency)
    tiers = [Tier(t.currency, t.incoterm, t.min_quantity, t.price, t.valid_from, t.valid_until) for t in rows]
    least = min((t.min_quantity for t in rows if t.incoterm == terms.incoterm), default=quantity)
    found = tier_for(
        tiers, quantity=max(quantity, least), currency=terms.currency, incoterm=terms.incoterm, day=today
    )
    return found.price if found else None
