"""Products: the list, the page, making and changing one, the recycle bin, finding one by typing."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused
from genjin.customers.views.basis import ids_of, one_or_404, reads_again
from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.files import queries as files
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales import product_queries as queries
from genjin.sales.actions import products as actions
from genjin.sales.models import Product
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.pick_lists import unit_choices
from genjin.sales.product_forms import LANGUAGES, ProductFilter, ProductForm
from genjin.sales.product_present import cells, facts, link_groups, tier_rows
from genjin.sales.product_rights import COSTS, may_edit
from genjin.sales.product_tree import all_categories, path_of
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, chips, page_for
from genjin.web.once import save_once

OPTIONS = 20
NAMES = {"category_id": "category", "supplier_id": "supplier", "names": "name_en"}
LONGEST_QUANTITY = 20

COLUMNS = Columns(
    Column("picture", "", fixed=True),
    Column("code", gettext_lazy("Product"), sort="code", fixed=True),
    Column("category", gettext_lazy("Category")),
    Column("price", gettext_lazy("Price from"), number=True),
    Column("moq", gettext_lazy("MOQ"), number=True),
    Column("packing", gettext_lazy("Carton")),
    Column("supplier", gettext_lazy("Supplier"), sort="supplier__name"),
    Column("cost", gettext_lazy("Cost"), number=True),
    default="code",
)


@require_GET
@requires()
def products(request: Request) -> HttpResponse:
    """The list of products, narrowed by words, category, supplier."""
    categories = all_categories()
    form = ProductFilter(request.GET, categories=categories)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows: QuerySet[Product] = Product.objects.visible_to(request.user).select_related("supplier", "category")
    if wanted.get("show", "") != "all":
        rows = rows.filter(is_active=wanted.get("show") != "off")
    rows = queries.searched(rows, wanted.get("q", ""), request.user)
    rows = queries.in_category(rows, categories, int(wanted.get("category") or 0) or None)
    if wanted.get("supplier"):
        rows = rows.filter(supplier=wanted["supplier"])
    page = page_for(request, rows, COLUMNS)
    names = [c.name for c in COLUMNS.all if c.name != "cost" or request.access.may(COSTS)]
    context = {
        "page": page,
        "rows": cells(page.rows, today=timezone.localdate(request.now)),
        "columns": COLUMNS.shown(names, page.sorting or COLUMNS.default),
        "sorting": page.sorting,
        "form": form,
        "chips": chips(request, form) if form.is_valid() else [],
        "shows_costs": request.access.may(COSTS),
        "may_edit": may_edit(request.access),
        "may_export": request.access.may("export"),
        "may_import": request.access.may("import"),
    }
    return render(request, "sales/products.html", context)


@require_GET
@requires()
def product(request: Request, pk: int) -> HttpResponse:
    """Everything of one product."""
    rows = Product.objects.visible_to(request.user).select_related("supplier", "category")
    found = one_or_404(rows, pk)
    attached = files.of_records(PRODUCT_KIND, [pk]).get(pk, [])
    knows_costs = request.access.may(COSTS)
    context = {
        "product": found,
        "facts": facts(found),
        "path": path_of(all_categories(), found.category_id),
        "pictures": [row for row in attached if row.file.media_type.startswith("image/")],
        "tiers": tier_rows(found, timezone.localdate(request.now)),
        "links": link_groups(found),
        "names": [(label, found.names[code]) for code, label in LANGUAGES.items() if found.names.get(code)],
        "further": Words().tell_all(fields_of(PRODUCT_KIND, request.user), found),
        "knows_costs": knows_costs,
        "offers": found.supplier_offers.select_related("supplier", "by")[:20] if knows_costs else (),
        "may_edit": may_edit(request.access),
        "may_recycle": request.access.may("recycle"),
    }
    return render(request, "sales/product.html", context)


def _editor(request: Request) -> None:
    if not may_edit(request.access):
        raise Http404


@requires()
def add_product(request: Request) -> HttpResponse:
    """Make a product."""
    _editor(request)
    return _form(request, Product())


@requires()
@reads_again
def edit_product(request: Request, pk: int) -> HttpResponse:
    """Change a product."""
    _editor(request)
    return _form(request, one_or_404(Product.objects.visible_to(request.user), pk))


def _form(request: Request, found: Product) -> HttpResponse:
    form = ProductForm(
        request.POST or None,
        product=found,
        knows_costs=request.access.may(COSTS),
        categories=all_categories(),
        custom=fields_of(PRODUCT_KIND, request.user),
        by=last_editor(found) if found.pk else "",
    )
    if request.method == "POST" and form.is_valid() and (to := _save(request, found, form)):
        return answers.saved(request, to, _("Saved"))
    to = reverse("sales:product", args=[found.pk]) if found.pk else reverse("sales:products")
    context = {"form": form, "product": found, "to": to, "units": unit_choices()}
    return render(request, "sales/product_form.html", context)


def _save(request: Request, found: Product, form: ProductForm) -> str:
    """Address of the saved product; "" when it was refused."""
    who: dict[str, Any] = {"by": request.user, "at": request.now}
    try:
        if not found.pk:
            changes = form.changes()
            return save_once(request, lambda: _address(actions.add_product(row=changes, **who)))[0]
        return _address(
            actions.change_product(
                product_id=found.pk, changes=form.changes(), expected_version=found.version, **who
            )
        )
    except Refused as error:
        refuse(form, error, NAMES)
        return ""


def _address(found: Product) -> str:
    return reverse("sales:product", args=[found.pk])


@require_POST
@requires()
def change_products(request: Request) -> HttpResponse:
    """Put the chosen products on sale, off it, or into the recycle bin."""
    _editor(request)
    back = answers.back_to(request, reverse("sales:products"))
    chosen = Product.objects.visible_to(request.user).filter(pk__in=ids_of(request.POST.getlist("ids")))
    ids = list(chosen.values_list("pk", flat=True))
    verb = request.POST.get("verb", "")
    who: dict[str, Any] = {"by": request.user, "at": request.now}
    if not ids:
        messages.error(request, _("Select products first."))
        return HttpResponseRedirect(back)
    if verb == "recycle":
        if not request.access.may("recycle"):
            raise Http404
        count = actions.recycle_products(ids=ids, **who)
    elif verb in ("on", "off"):
        count = actions.set_active(ids=ids, is_active=verb == "on", **who)
    else:
        raise Http404
    said = ngettext("%(n)d product was changed.", "%(n)d products were changed.", count) % {"n": count}
    return answers.saved(request, back, said)


@require_POST
@requires("recycle")
def restore_product(request: Request, pk: int) -> HttpResponse:
    """Take a product out of the recycle bin."""
    found = one_or_404(Product.objects.filter(deleted_at__isnull=False), pk)
    try:
        actions.restore_products(ids=[pk], by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("sales:bin"))
    return answers.saved(request, _address(found), _("Restored"))


@require_GET
@requires()
def product_choices(request: Request) -> JsonResponse:
    """Products for a field that finds one by typing, each with what a line of an offer takes from it.

    `?currency=`, `?incoterm=` and `?quantity=` say for which terms `price` is wanted; "" when there is none.
    """
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = queries.searched(Product.objects.visible_to(request.user).offered(), asked, request.user)
    found = list(rows.order_by("code", "pk")[:OPTIONS])
    tiers = queries.tiers_of([one.pk for one in found])
    terms: dict[str, Any] = {
        "currency": request.GET.get("currency", "")[:3], "incoterm": request.GET.get("incoterm", "")[:3],
        "quantity": _quantity(request.GET.get("quantity", "")), "day": timezone.localdate(request.now),
    }  # fmt: skip
    options = []
    for one in found:
        tier = queries.tier_price(tiers.get(one.pk, ()), **terms)
        options.append(
            {
                "value": one.pk, "label": f"{one.code} {one.name}", "note": one.model, "code": one.code,
                "description": one.name_en or one.name_zh, "spec": one.spec, "model": one.model,
                "colour": one.colour, "unit": one.unit, "moq": _text(one.moq), "hs_code": one.hs_code,
                "price": _text(tier.price if tier else None),
            }
        )  # fmt: skip
    return JsonResponse({"options": options})


def _quantity(text: str) -> Decimal:
    try:
        found = Decimal(text[:LONGEST_QUANTITY].replace(",", "")) if text else Decimal(1)
    except InvalidOperation:
        return Decimal(1)
    return found if found.is_finite() and found > 0 else Decimal(1)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
