"""The recycle bin of what is sold: products, offers, orders, shipments, money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from genjin.people.models import User
from genjin.people.requests import Request
from genjin.sales.actions.money_basis import does_finance
from genjin.sales.models import CreditNote, Offer, Order, Product, Receipt, Shipment, Supplier
from genjin.web.guards import requires

SHOWN = 200
MONEY = ("receipts", "credit_notes")


@dataclass(frozen=True)
class Binned:
    """One kind of record in the bin: which of them a person may take out, and the address that does it."""

    label: Any
    rows: Callable[[User], QuerySet[Any]]
    restore: str
    title: Callable[[Any], str] = str
    customer: Callable[[Any], Any] = lambda row: row.customer


def _gone(model: Any) -> Callable[[User], QuerySet[Any]]:
    return lambda user: model.objects.filter(deleted_at__isnull=False)


def _of_customers(model: Any) -> Callable[[User], QuerySet[Any]]:
    return lambda user: model.objects.in_bin(user).select_related("customer")


def _notes(user: User) -> QuerySet[Any]:
    rows = CreditNote.objects.filter(deleted_at__isnull=False, order__deleted_at__isnull=True)
    return rows.select_related("order__customer")


KINDS: dict[str, Binned] = {
    "products": Binned(
        gettext_lazy("Products"), _gone(Product), "sales:restore_product",
        lambda row: f"{row.code} {row.name}", lambda row: None,
    ),
    "suppliers": Binned(
        gettext_lazy("Suppliers"), _gone(Supplier), "sales:restore_supplier", str, lambda row: None
    ),
    "offers": Binned(gettext_lazy("Quotations"), _of_customers(Offer), "sales:restore_offer"),
    "orders": Binned(gettext_lazy("Orders"), _of_customers(Order), "sales:restore_order"),
    "shipments": Binned(gettext_lazy("Shipments"), _of_customers(Shipment), "sales:restore_shipment"),
    "receipts": Binned(
        gettext_lazy("Receipts"),
        lambda user: Receipt.objects.filter(deleted_at__isnull=False).select_related("customer"),
        "sales:restore_receipt",
    ),
    "credit_notes": Binned(
        gettext_lazy("Credit notes"), _notes, "sales:restore_credit_note",
        lambda row: f"{row.number} · {row.order.number}", lambda row: row.order.customer,
    ),
}  # fmt: skip
"""By tab, in their order."""


@require_GET
@requires("recycle")
def recycle_bin(request: Request) -> HttpResponse:
    """What was deleted and can come back, one kind a tab; money for those who keep the books."""
    does_money = does_finance(request.user, request.now)
    known = {name: kind for name, kind in KINDS.items() if does_money or name not in MONEY}
    tab = request.GET.get("tab", "")
    tab = tab if tab in known else "products"
    kind, here = known[tab], reverse("sales:bin")
    found = list(kind.rows(request.user).order_by("-deleted_at", "-pk")[: SHOWN + 1])
    rows = [
        {
            "pk": row.pk, "title": kind.title(row), "customer": kind.customer(row),
            "deleted_at": row.deleted_at, "restore": reverse(kind.restore, args=[row.pk]),
        }
        for row in found[:SHOWN]
    ]  # fmt: skip
    tabs = [
        {"label": one.label, "href": f"{here}?tab={name}", "current": name == tab}
        for name, one in known.items()
    ]
    context = {
        "rows": rows, "tabs": tabs, "label": kind.label, "more": len(found) > SHOWN,
        "customers_too": _("Customers, contacts and logs"),
    }  # fmt: skip
    return render(request, "sales/bin.html", context)
