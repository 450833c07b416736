"""Price lists for a customer, held against what he last paid; and the catalogue (000-61 to 000-63)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.customers.models.customer import KIND as CUSTOMER_KIND
from genjin.customers.views.basis import ids_of, one_or_404
from genjin.files.names import clean_name
from genjin.files.queries import of_records
from genjin.people.requests import Request
from genjin.sales import product_queries as queries
from genjin.sales.actions.price_lists import RIGHT, Ask, issue_price_list, keep_catalogue
from genjin.sales.catalogues import MEDIA_TYPES, Catalogue
from genjin.sales.models import Order, OrderLine, Product
from genjin.sales.pick_lists import ports
from genjin.sales.price_list_forms import CatalogueForm, PriceListForm, below_choices
from genjin.sales.price_list_present import price_list_rows
from genjin.sales.price_lists import Wish, checked
from genjin.sales.product_tree import all_categories
from genjin.web import answers
from genjin.web.addresses import address_if_any
from genjin.web.forms import refuse
from genjin.web.guards import requires

MOST_PRODUCTS = 500
"""Of one document; a larger one is no catalogue that anybody opens."""


@requires()
def price_list(request: Request) -> HttpResponse:
    """Choose products and terms, look at every line, give it out."""
    form = PriceListForm(
        request.POST or None, user=request.user, categories=all_categories(), initial=_initial(request)
    )
    context: dict[str, Any] = {"form": form, "ports": ports(), "may_override": request.access.may(RIGHT)}
    if request.method == "POST" and form.is_valid():
        try:
            ask = _ask(request, form)
            if "issue" in request.POST and (to := _issue(request, form, ask)):
                return answers.saved(request, to)
            lines = checked(ask.customer.pk, ask.products, ask.wish)
            context |= {
                "rows": price_list_rows(lines, ask.choices or {}), "wish": ask.wish,
                "choices": below_choices(may_override=request.access.may(RIGHT)),
                "blocked": sum(line.is_blocked for line in lines),
            }  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error)
    return render(request, "sales/price_list.html", context)


def _initial(request: Request) -> dict[str, Any]:
    """The customer of the address, and the terms of his last order."""
    asked = request.GET.get("customer", "")
    rows = Customer.objects.editable_by(request.user)
    customer = rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if customer is None:
        return {}
    found: dict[str, Any] = {"customer": customer.pk}
    last = Order.objects.counted().filter(customer=customer).order_by("-ordered_on", "-pk").first()
    if last is not None:
        found |= {name: getattr(last, name) for name in ("currency", "incoterm", "incoterm_place")}
    return found


def _ask(request: Request, form: PriceListForm) -> Ask:
    data = form.cleaned_data
    wish = Wish(data["currency"], data["incoterm"], data["quantities"], timezone.localdate(request.now))
    rows = _chosen(data)
    if data["bought"]:
        counted = Order.objects.counted().filter(customer=data["customer"])
        bought = OrderLine.objects.filter(order__in=counted, product__isnull=False).values("product")
        rows = rows | Product.objects.offered().filter(pk__in=bought)
    products = _listed(rows)
    choices = {product.pk: request.POST.get(f"choice-{product.pk}", "") for product in products}
    return Ask(
        customer=data["customer"], products=products, wish=wish, language=data["language"],
        incoterm_place=data["incoterm_place"], valid_until=data["valid_until"], choices=choices,
        why=data["why"],
    )  # fmt: skip


def _chosen(data: dict[str, Any]) -> QuerySet[Product]:
    """The products of the category, and those named."""
    offered = Product.objects.offered()
    named = offered.filter(pk__in=[one.pk for one in data["products"]])
    if not data["category"]:
        return named
    return named | queries.in_category(offered, all_categories(), int(data["category"]))


def _listed(rows: QuerySet[Product]) -> list[Product]:
    """The products by code; a sentence for far too many, or none."""
    products = list(rows.order_by("code", "pk").distinct()[: MOST_PRODUCTS + 1])
    if len(products) > MOST_PRODUCTS:
        said = _("These are more than %(n)d products. Choose a category.")
        raise ValidationError(said % {"n": MOST_PRODUCTS})
    if not products:
        raise ValidationError(_("There is no product on sale among these."))
    return products


def _issue(request: Request, form: PriceListForm, ask: Ask) -> str:
    """Address to go to; "" when it was refused."""
    formats = form.cleaned_data["formats"]
    try:
        issued = issue_price_list(ask=ask, formats=formats, by=request.user, at=request.now)
    except Refused as error:
        refuse(form, error)
        return ""
    messages.success(
        request, _("The price list lies with the customer's files; a mail can take it from there.")
    )
    if issued.left_out:
        said = ngettext("%(n)d product was left out.", "%(n)d products were left out.", issued.left_out)
        messages.info(request, said % {"n": issued.left_out})
    pks = "&".join(f"file={one.pk}" for one in issued.attachments)
    return f"{reverse('sales:price_list_issued', args=[ask.customer.pk])}?{pks}"


@require_GET
@requires()
def price_list_issued(request: Request, pk: int) -> HttpResponse:
    """What was given out: the files, and the way to the mail that takes them along."""
    customer = one_or_404(Customer.objects.visible_to(request.user), pk)
    wanted = ids_of(request.GET.getlist("file"))
    files = of_records(CUSTOMER_KIND, [pk]).get(pk, [])
    write = address_if_any("mail:compose")
    context = {
        "customer": customer,
        "files": [row for row in files if row.pk in wanted],
        "write_url": f"{write}?customer={pk}" if write else "",
    }
    return render(request, "sales/price_list_issued.html", context)


@requires()
def catalogue(request: Request) -> HttpResponseBase:
    """A catalogue of all products, of a category or of chosen ones, with prices or without."""
    initial = {"category": request.GET.get("category", "")}
    form = CatalogueForm(
        request.POST or None, user=request.user, categories=all_categories(), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _catalogue(request, form)
        except ValidationError as error:
            refuse(form, error)
    return render(request, "sales/catalogue.html", {"form": form})


def _catalogue(request: Request, form: CatalogueForm) -> HttpResponseBase:
    data = form.cleaned_data
    is_narrowed = data["category"] or data["products"]
    rows = _chosen(data) if is_narrowed else Product.objects.offered()
    wish = None
    if data["with_prices"]:
        breaks = data["quantities"] or (Decimal(1),)
        day = timezone.localdate(request.now)
        wish = Wish(data["currency"] or "USD", data["incoterm"] or "FOB", breaks, day)
    asked = Catalogue(_listed(rows), data["language"], wish, timezone.localdate(request.now))
    if data["customer"] is not None:
        keep_catalogue(
            customer=data["customer"], asked=asked, format=data["format"], by=request.user, at=request.now
        )
        to = reverse("customers:customer", args=[data["customer"].pk])
        return answers.saved(request, to, _("The catalogue lies with the customer's files."))
    return FileResponse(
        io.BytesIO(asked.printed(data["format"])), as_attachment=True,
        filename=clean_name(asked.name(data["format"])), content_type=MEDIA_TYPES[data["format"]],
    )  # fmt: skip
