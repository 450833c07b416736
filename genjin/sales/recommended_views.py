"""Putting a recommended product on an order or an offer (003-41)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers.actions import Refused
from genjin.customers.views.basis import customer_or_404, show_form
from genjin.people.requests import Request
from genjin.sales.actions.recommended import add_recommended, add_to_offer, begin_offer
from genjin.sales.insight_forms import AddProductForm, OfferProductForm
from genjin.sales.models import Offer, Order, PriceTier
from genjin.sales.order_views import order_or_404
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

DRAFTS = (Offer.State.DRAFT, Offer.State.FOR_APPROVAL, Offer.State.APPROVED)
MOST_DRAFTS = 20


def takes_more(order: Order) -> bool:
    """Whether a product can be put on an order: it runs, and is no sample."""
    return order.is_open and order.kind != "SAMPLE"


@requires()
def put_recommended(request: Request, pk: int) -> HttpResponse:
    """Put a recommended product on this very order."""
    order = order_or_404(request, pk, edit=True)
    if not takes_more(order):
        raise Http404
    to = reverse("sales:order", args=[pk])
    product = request.GET.get("product", "")
    price = _price(product, order.currency, order.incoterm)
    form = AddProductForm(request.POST or None, initial={"product": product, "unit_price": price})

    def save() -> str:
        add_recommended(order_id=pk, **_chosen(form), by=request.user, at=request.now)
        return to

    title = _("Add to order %(number)s") % {"number": order.number}
    return _form(request, form, save, to, title, _("Added to the order"))


@requires()
def put_on_offer(request: Request, pk: int) -> HttpResponse:
    """Put a recommended product on a draft of the customer's, or begin an offer with it."""
    customer = customer_or_404(request, pk, edit=True)
    rows = Offer.objects.editable_by(request.user).filter(customer=pk, is_latest=True, state__in=DRAFTS)
    drafts = list(rows.order_by("-pk")[:MOST_DRAFTS])
    product = request.GET.get("product", "")
    last = drafts[0] if drafts else Offer(currency="USD", incoterm="FOB")
    price = _price(product, last.currency, last.incoterm)
    form = OfferProductForm(
        request.POST or None, drafts=drafts, initial={"product": product, "unit_price": price}
    )

    def save() -> str:
        who: dict[str, Any] = {"by": request.user, "at": request.now}
        onto = form.cleaned_data["offer"]
        if onto in Offer.Kind.values:
            on = timezone.localdate(request.now)
            made = begin_offer(customer_id=pk, kind=onto, on=on, **_chosen(form), **who)
        else:
            made = add_to_offer(offer_id=int(onto), **_chosen(form), **who)
        return reverse("sales:offer", args=[made.pk])

    back = reverse("customers:customer", args=[pk])
    title = _("Offer it to %(name)s") % {"name": customer.name}
    return _form(request, form, save, back, title, _("Added to the offer"))


def _chosen(form: AddProductForm) -> dict[str, Any]:
    known = form.cleaned_data
    return {
        "product_id": known["product"].pk, "quantity": known["quantity"], "unit_price": known["unit_price"],
    }  # fmt: skip


def _form(
    request: Request, form: AddProductForm, save: Callable[[], str], back: str, title: str, said: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, save)
            return answers.saved(request, to, said)
        except Refused as error:
            # "lines-7-quantity" is about the one quantity that was typed
            told = getattr(error, "error_dict", {})
            refuse(form, error, {n: n.rpartition("-")[2] for n in told if n.startswith("lines-")})
    return show_form(request, form, title=title, to=back)


def _price(product: str, currency: str, incoterm: str) -> Any:
    """What the price list says for these terms, from the smallest quantity on."""
    if not product.isdecimal() or len(product) > 18:
        return None
    tiers = PriceTier.objects.filter(product=int(product), currency=currency, incoterm=incoterm)
    return tiers.order_by("min_quantity").values_list("price", flat=True).first()
