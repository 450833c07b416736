"""What hangs on a product: its prices, links, pictures; and the tree of categories."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.views.basis import one_or_404, reads_again, show_form
from genjin.files import actions as files
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.sales.actions import price_tiers, product_categories, product_pictures
from genjin.sales.actions.product_links import link_products
from genjin.sales.models import Product, ProductCategory, ProductLink
from genjin.sales.pick_lists import ports
from genjin.sales.product_forms import (
    CategoryForm,
    LinksForm,
    PicturesForm,
    TierForm,
    TiersForm,
    tiers_text,
    trimmed,
)
from genjin.sales.product_rights import may_edit
from genjin.sales.product_tree import all_categories, in_order
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once

FRESH_ROWS = 2
COUNT = "tiers-count"
MOST_ROWS = price_tiers.MOST_TIERS + 20
"""More rows than a product may have are read, so that the action refuses them aloud."""


def _product(request: Request, pk: int) -> Product:
    """A product that the person may change."""
    if not may_edit(request.access):
        raise Http404
    return one_or_404(Product.objects.visible_to(request.user), pk)


@requires()
@reads_again
def prices(request: Request, pk: int) -> HttpResponse:
    """The table of a product's prices, changed as a whole."""
    found = _product(request, pk)
    stored = [
        {name: trimmed(value) for name, value in row.items()}
        for row in found.tiers.values(*price_tiers.FIELDS)
    ]
    rows = _rows(request, stored)
    # Without the table nothing was sent that could be meant to replace it.
    posted = request.POST.copy() if COUNT in request.POST else None
    only_rows = posted is not None and ("add_tier" in posted or "remove_tier" in posted)
    if posted is not None:
        posted["tiers_shown"] = _posted_text(rows)
    form = TiersForm(
        None if only_rows else posted, current={"tiers_shown": tiers_text(stored)}, version=found.version,
        by=last_editor(found),
    )  # fmt: skip
    if posted is not None and only_rows:
        # A row was added or taken away: the same form again, nothing is checked or saved.
        form.initial["version"] = posted.get("version", "")
    elif posted is not None and form.is_valid() and _save_tiers(request, found, form, rows):
        return answers.saved(request, _page(found), _("Saved"))
    context = {
        "form": form, "product": found, "rows": rows, "count": len(rows), "to": _page(found),
        "ports": ports(),
    }  # fmt: skip
    return render(request, "sales/product_prices.html", context)


def _page(found: Product) -> str:
    return reverse("sales:product", args=[found.pk])


def _rows(request: Request, stored: list[dict[str, Any]]) -> list[TierForm]:
    """A form for each row, empty ones to fill in at the end."""
    if COUNT not in request.POST:
        last = stored[-1] if stored else {"currency": "USD", "incoterm": "FOB", "min_quantity": 1}
        fresh = {name: last.get(name) for name in ("currency", "incoterm", "incoterm_place")}
        given = [*stored, *([fresh] * FRESH_ROWS)]
        return [TierForm(initial=row, prefix=f"tiers-{index}") for index, row in enumerate(given)]
    count = request.POST[COUNT]
    total = min(int(count) if count.isdecimal() and len(count) < 5 else 0, MOST_ROWS)
    given = [
        {name: request.POST.get(f"tiers-{index}-{name}", "") for name in TierForm.base_fields}
        for index in range(total)
    ]
    gone = request.POST.get("remove_tier", "")
    if gone.isdecimal() and len(gone) < 5 and int(gone) < len(given):
        del given[int(gone)]
    if "add_tier" in request.POST and len(given) < MOST_ROWS:
        given.append({"currency": "USD", "incoterm": "FOB"})
    return [
        TierForm({f"tiers-{i}-{name}": value for name, value in row.items()}, prefix=f"tiers-{i}")
        for i, row in enumerate(given)
    ]


def _filled(rows: list[TierForm]) -> list[TierForm]:
    """Those in which a price or a quantity was typed."""
    return [row for row in rows if row["price"].value() or row["min_quantity"].value()]


def _posted_text(rows: list[TierForm]) -> str:
    return tiers_text([row.cleaned_data for row in _filled(rows) if row.is_valid()])


def _save_tiers(request: Request, found: Product, form: TiersForm, rows: list[TierForm]) -> bool:
    """Whether the table was saved; what was refused stands in its rows."""
    if "tiers_shown" in form.merged:
        # Only somebody else changed them meanwhile: his stay.
        return True
    filled = _filled(rows)
    wrong = [row for row in filled if not row.is_valid()]  # each is asked, so that each shows its mistakes
    if wrong:
        form.add_error(None, _("Look at the marked prices."))
        return False
    wanted = {found.pk: [row.cleaned_data for row in filled]}
    try:
        price_tiers.set_tiers(
            tiers=wanted, by=request.user, at=request.now, expected_version=found.version
        )  # fmt: skip
    except RowsRefused as refused:
        for index, said in refused.rows.items():
            for name, sentence in said.items():
                filled[index].add_error(name if name in filled[index].fields else None, sentence)
        form.add_error(None, _("Look at the marked prices."))
        return False
    except Refused as error:
        refuse(form, error)
        return False
    return True


@requires()
@reads_again
def links(request: Request, pk: int, kind: str) -> HttpResponse:
    """Say what goes with a product, or takes its place."""
    found = _product(request, pk)
    if kind not in ProductLink.Kind.values:
        raise Http404
    sort = ProductLink.Kind(kind)
    form = LinksForm(request.POST or None, product=found, kind=sort, by=last_editor(found))
    if request.method == "POST" and form.is_valid():
        known = [int(part) for part in form.current_version.split(",") if part]
        others = [one.pk for one in form.cleaned_data["others"]]
        try:
            link_products(
                product_id=found.pk, kind=sort, others=others, by=request.user, at=request.now, expected=known
            )
            return answers.saved(request, _page(found), _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=sort.label, to=_page(found))


@requires()
def pictures(request: Request, pk: int) -> HttpResponse:
    """Put pictures to a product."""
    found = _product(request, pk)
    form = PicturesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = [(upload.file, upload.name) for upload in form.cleaned_data["pictures"]]
        try:
            product_pictures.add_pictures(
                product_id=found.pk, pictures=given, by=request.user, at=request.now
            )
            return answers.saved(request, _page(found), _("Saved"))
        except files.Refused as error:
            form.add_error("pictures", str(error))
    context = {"form": form, "product": found, "to": _page(found)}
    return render(request, "sales/product_pictures.html", context)


@require_POST
@requires()
def main_picture(request: Request, pk: int, picture: int) -> HttpResponse:
    """Make one of a product's pictures the main one."""
    found = _product(request, pk)
    product_pictures.put_first(product_id=found.pk, attachment_id=picture, by=request.user, at=request.now)
    return answers.saved(request, _page(found), _("This is the main picture now."))


@require_GET
@requires()
def categories(request: Request) -> HttpResponse:
    """The tree of categories."""
    context = {"rows": list(in_order(all_categories())), "may_edit": may_edit(request.access)}
    return render(request, "sales/categories.html", context)


@requires()
def add_category(request: Request) -> HttpResponse:
    """Make a category."""
    if not may_edit(request.access):
        raise Http404
    return _category(request, ProductCategory(), _("New category"))


@requires()
@reads_again
def edit_category(request: Request, pk: int) -> HttpResponse:
    """Change a category."""
    if not may_edit(request.access):
        raise Http404
    found = one_or_404(ProductCategory.objects.all(), pk)
    return _category(request, found, _("Edit category"))


def _category(request: Request, found: ProductCategory, title: str) -> HttpResponse:
    form = CategoryForm(
        request.POST or None, category=found, categories=all_categories(),
        by=last_editor(found) if found.pk else "",
    )  # fmt: skip
    to = reverse("sales:categories")
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        who: dict[str, Any] = {"by": request.user, "at": request.now}
        try:
            if found.pk:
                product_categories.change_category(
                    category_id=found.pk, changes=changes, expected_version=found.version, **who
                )
            else:
                changes.pop("is_active")
                save_once(request, lambda: _made(product_categories.add_category(**changes, **who)))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(request, form, title=title, to=to)


def _made(_category: ProductCategory) -> str:
    return reverse("sales:categories")


@require_POST
@requires()
def remove_category(request: Request, pk: int) -> HttpResponse:
    """Take away a category in which nothing lies."""
    if not may_edit(request.access):
        raise Http404
    one_or_404(ProductCategory.objects.all(), pk)
    to = reverse("sales:categories")
    try:
        product_categories.remove_category(category_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(to)
    return answers.saved(request, to, _("Removed"))
