"""Suppliers: the list, the page, making and changing one, what they asked for products."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.views.basis import one_or_404, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales.actions import suppliers as actions
from genjin.sales.models import Product, Supplier, SupplierOffer
from genjin.sales.product_rights import COSTS, may_edit
from genjin.sales.supplier_forms import SupplierForm, SupplierOfferForm
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for
from genjin.web.once import save_once

OPTIONS = 20
SHOWN = 50
COLUMNS = Columns(
    Column("name", gettext_lazy("Supplier"), sort="name", fixed=True),
    Column("contact", gettext_lazy("Contact")),
    Column("city", gettext_lazy("City"), sort="city"),
    Column("lead_time", gettext_lazy("Lead time"), sort="lead_time_days", number=True),
    Column("products", gettext_lazy("Products"), number=True),
    default="name",
)


def _named(request: Request, text: str) -> Any:
    rows = Supplier.objects.visible_to(request.user)
    if text:
        held = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(contact_name__icontains=text)
        rows = rows.filter(held | Q(city__icontains=text))
    return rows


def _asked(request: Request) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


@require_GET
@requires()
def suppliers(request: Request) -> HttpResponse:
    """The list of suppliers."""
    alive = Count("products", filter=Q(products__deleted_at=None))
    page = page_for(request, _named(request, _asked(request)).annotate(product_count=alive), COLUMNS)
    context = {
        "page": page, "columns": COLUMNS.shown(None, page.sorting or COLUMNS.default),
        "sorting": page.sorting, "asked": _asked(request), "may_edit": may_edit(request.access),
    }  # fmt: skip
    return render(request, "sales/suppliers.html", context)


@require_GET
@requires()
def supplier_choices(request: Request) -> JsonResponse:
    """Suppliers for a field that finds one by typing."""
    found = _named(request, _asked(request)).order_by("name", "pk")[:OPTIONS]
    return JsonResponse({"options": [{"value": s.pk, "label": str(s), "note": s.city} for s in found]})


@require_GET
@requires()
def supplier(request: Request, pk: int) -> HttpResponse:
    """A supplier, its products, and what it asked if the reader may know costs."""
    found = one_or_404(Supplier.objects.visible_to(request.user), pk)
    knows_costs = request.access.may(COSTS)
    offers = found.offers.filter(product__deleted_at=None).select_related("product", "by")
    context = {
        "supplier": found,
        "products": Product.objects.visible_to(request.user).filter(supplier=found)[:SHOWN],
        "knows_costs": knows_costs,
        "offers": offers.order_by("-offered_on", "-pk")[:SHOWN] if knows_costs else (),
        "may_edit": may_edit(request.access),
        "may_recycle": request.access.may("recycle") and may_edit(request.access),
    }
    return render(request, "sales/supplier.html", context)


@requires()
def add_supplier(request: Request) -> HttpResponse:
    """Make a supplier."""
    if not may_edit(request.access):
        raise Http404
    return _form(request, Supplier())


@requires()
@reads_again
def edit_supplier(request: Request, pk: int) -> HttpResponse:
    """Change a supplier."""
    if not may_edit(request.access):
        raise Http404
    return _form(request, one_or_404(Supplier.objects.visible_to(request.user), pk))


def _form(request: Request, found: Supplier) -> HttpResponse:
    form = SupplierForm(request.POST or None, supplier=found, by=last_editor(found) if found.pk else "")
    to = _page(found) if found.pk else reverse("sales:suppliers")
    if request.method == "POST" and form.is_valid():
        who: dict[str, Any] = {"by": request.user, "at": request.now}
        row = form.cleaned_data
        try:
            if found.pk:
                actions.change_supplier(
                    supplier_id=found.pk, changes=row, expected_version=found.version, **who
                )
            else:
                to = save_once(request, lambda: _page(actions.add_supplier(row=row, **who)))[0]
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    title = _("Edit supplier") if found.pk else _("New supplier")
    return show_form(request, form, title=title, to=to)


def _page(found: Supplier) -> str:
    return reverse("sales:supplier", args=[found.pk])


@require_POST
@requires("recycle")
def recycle_supplier(request: Request, pk: int) -> HttpResponse:
    """Put a supplier into the recycle bin."""
    found = one_or_404(Supplier.objects.visible_to(request.user), pk)
    if not may_edit(request.access):
        raise Http404
    actions.recycle_suppliers(ids=[pk], by=request.user, at=request.now)
    undo = reverse("sales:restore_supplier", args=[pk])
    said = _("“%(name)s” is in the recycle bin.") % {"name": found}
    return answers.saved(request, reverse("sales:suppliers"), said, undo=undo)


@require_POST
@requires("recycle")
def restore_supplier(request: Request, pk: int) -> HttpResponse:
    """Take a supplier out of the recycle bin."""
    found = one_or_404(Supplier.objects.filter(deleted_at__isnull=False), pk)
    actions.restore_suppliers(ids=[pk], by=request.user, at=request.now)
    return answers.saved(request, _page(found), _("Restored"))


@requires(COSTS)
def add_offer(request: Request, pk: int) -> HttpResponse:
    """Keep what a factory asked for a product."""
    if not may_edit(request.access):
        raise Http404
    found = one_or_404(Product.objects.visible_to(request.user), pk)
    today = timezone.localdate(request.now)
    form = SupplierOfferForm(
        request.POST or None, initial={"offered_on": today, "supplier": found.supplier_id}
    )
    to = reverse("sales:product", args=[pk])
    if request.method == "POST" and form.is_valid():
        row = {**form.cleaned_data, "product_id": found.pk}
        row["supplier_id"] = row.pop("supplier").pk
        try:
            save_once(request, lambda: _kept(request, row, to))
            return answers.saved(request, to, _("Saved"))
        except RowsRefused as refused:
            refuse(form, Refused(dict(refused.rows[0])))
    title = _("Cost quotation for %(code)s") % {"code": found.code}
    return show_form(request, form, title=title, to=to)


def _kept(request: Request, row: dict[str, Any], to: str) -> str:
    actions.add_offers(rows=[row], by=request.user, at=request.now)
    return to


@require_POST
@requires(COSTS)
def remove_offer(request: Request, pk: int) -> HttpResponse:
    """Take away a cost quotation that was entered by mistake."""
    if not may_edit(request.access):
        raise Http404
    offers = SupplierOffer.objects.filter(product__in=Product.objects.visible_to(request.user))
    found = one_or_404(offers, pk)
    to = answers.back_to(request, reverse("sales:product", args=[found.product_id]))
    try:
        actions.remove_offer(offer_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(to)
    return answers.saved(request, to, _("Removed"))
