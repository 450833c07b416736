"""Comparing orders, recommending, declines, and who is about to order again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from genjin.customers.actions import Refused
from genjin.customers.models import Customer
from genjin.customers.views.basis import customer_or_404, one_or_404, reads_again, show_form
from genjin.people.queries import people_of
from genjin.people.requests import Request
from genjin.sales import insight_queries, insight_words
from genjin.sales.actions.declines import explain_decline
from genjin.sales.insight_facts import orders_of
from genjin.sales.insight_forms import DeclineForm
from genjin.sales.insight_kinds import declines_for
from genjin.sales.models import Order, OrderDecline, OrderRhythm
from genjin.sales.order_views import order_or_404
from genjin.sales.recommended_views import takes_more
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for
from genjin.web.once import save_once

DECLINES = Columns(
    Column("opened", gettext_lazy("Since"), sort="opened_at", descending_first=True, fixed=True),
    Column("level", gettext_lazy("In a row"), sort="level", descending_first=True, number=True),
    Column("order", gettext_lazy("Order")),
    Column("customer", gettext_lazy("Customer")),
    Column("fell", gettext_lazy("What fell")),
    Column("cause", gettext_lazy("Cause")),
    Column("measure", gettext_lazy("What we do about it")),
    Column("owner", gettext_lazy("Owner")),
    default="-opened",
)
REORDERS = Columns(
    Column("usual", gettext_lazy("Expected"), sort="usual_on", fixed=True),
    Column("moment", gettext_lazy("Speak of it"), sort="moment_on"),
    Column("customer", gettext_lazy("Customer")),
    Column("last", gettext_lazy("Last order"), sort="last_on", descending_first=True),
    Column("orders", gettext_lazy("Orders"), sort="orders", descending_first=True, number=True),
    Column("basis", gettext_lazy("Rests on")),
    Column("owner", gettext_lazy("Owner")),
    default="usual",
)
OVERDUE_SHOWN = timedelta(days=180)
"""Who was expected longer ago is dormant, not about to order."""


@require_GET
@requires()
def order_compare(request: Request, pk: int) -> HttpResponse:
    """The panel on an order's page: how it stands beside those before it, and what to recommend (003-31)."""
    order = order_or_404(request, pk)
    orders = orders_of([order.customer_id])[order.customer_id]
    found = insight_queries.compared(order, orders)
    may_edit = Order.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "order": order,
        "found": found,
        "columns": [str(label) for label in insight_words.AGAINST.values()],
        "table": insight_words.table(found) if found and not found.is_first else [],
        "sentences": insight_words.sentences(found) if found else [],
        "decline": OrderDecline.objects.filter(order=order).first(),
        "suggestions": _suggestions(orders),
        "may_edit": may_edit,
        "may_add": may_edit and takes_more(order),
        "customer_id": order.customer_id,
        "may_offer": _may_offer(request, order.customer_id),
    }
    return render(request, "sales/_compare.html", context)


def _suggestions(orders: Any) -> list[dict[str, Any]]:
    return [
        {"product": one.product, "why": insight_words.why_text(one)}
        for one in insight_queries.recommended(orders)
    ]


@require_GET
@requires()
def customer_rhythm(request: Request, pk: int) -> HttpResponse:
    """The panel on a customer's page: when he orders, when next, and what to recommend (002-54)."""
    customer = customer_or_404(request, pk)
    today = timezone.localdate(request.now)
    orders = orders_of([pk])[pk]
    rhythm = OrderRhythm.objects.filter(pk=pk).select_related("last_order").first()
    context = {
        "customer": customer,
        "rhythm": rhythm,
        "basis": insight_words.basis_text(rhythm) if rhythm else "",
        "is_overdue": rhythm is not None and rhythm.until_on is not None and rhythm.until_on < today,
        "usual_months": [date(2000, month, 1) for month in rhythm.months] if rhythm else [],
        "months": insight_queries.months_of(orders, today) if rhythm else [],
        "trend": insight_queries.trend_of(orders, customer.owner_id) if rhythm else None,
        "suggestions": _suggestions(orders),
        "declines": OrderDecline.objects.filter(customer=pk, closed_at__isnull=True).select_related("order"),
        "today": today,
        "customer_id": pk,
        "may_offer": _may_offer(request, pk),
    }
    return render(request, "sales/_rhythm.html", context)


def _may_offer(request: Request, customer_id: int) -> bool:
    return Customer.objects.editable_by(request.user).filter(pk=customer_id).exists()


@require_GET
@requires()
def declines(request: Request) -> HttpResponse:
    """Open declines: since when, what fell, why, what is done about it (003-34, 003-36)."""
    which = "closed" if request.GET.get("show") == "closed" else "open"
    rows = declines_for(request.user).filter(closed_at__isnull=which == "open")
    rows, narrowed = _narrowed(request, rows)
    page = page_for(request, rows.select_related("order", "customer"), DECLINES)
    for row in page.rows:
        row.fell = [_fell(one) for one in row.measures[:3]]
    here, kept = reverse("sales:declines"), urlencode(narrowed)
    tabs = [
        {
            "label": pgettext("decline", "Open"), "href": f"{here}?{kept}" if kept else here,
            "current": which == "open",
        },
        {
            "label": pgettext("decline", "Closed"),
            "href": f"{here}?{urlencode(narrowed | {'show': 'closed'})}",
            "current": which == "closed",
        },
    ]  # fmt: skip
    context = {"views": tabs, "said": _said_of(narrowed), "everything": here}
    return _list(request, page, DECLINES, "sales/declines.html", "order", **context)


def _narrowed(request: Request, rows: QuerySet[Any]) -> tuple[QuerySet[Any], dict[str, int]]:
    """Of one person's customers, or from so many in a row on; anything else that was asked is left out."""
    asked = {
        name: int(value)
        for name in ("owner", "level")
        if (value := request.GET.get(name, "")).isdecimal() and len(value) < 10
    }
    if "owner" in asked:
        rows = rows.filter(customer__owner=asked["owner"])
    if "level" in asked:
        rows = rows.filter(level__gte=asked["level"])
    return rows, asked


def _said_of(narrowed: Mapping[str, int]) -> list[str]:
    """By what the list is narrowed, in words."""
    said = []
    if owner := narrowed.get("owner"):
        said.append(_("customers of %(who)s") % {"who": people_of([owner]).get(owner, "–")})
    if level := narrowed.get("level"):
        said.append(_("at least %(n)d in a row") % {"n": level})
    return said


def _fell(one: dict[str, Any]) -> dict[str, str]:
    percent = insight_words.percent_text(Decimal(one["percent"])) if one["percent"] else ""
    return {
        "text": f"{insight_words.MEASURES[one['measure']]} {percent}".strip(),
        "against": str(insight_words.AGAINST.get(one["against"], "")),
    }


def _list(
    request: Request, page: Any, columns: Columns, template: str, owned: str, **more: Any
) -> HttpResponse:
    owners = people_of(getattr(row, owned).owner_id for row in page.rows)
    for row in page.rows:
        row.owner = owners.get(getattr(row, owned).owner_id, "")
    context = {
        "page": page,
        "sorting": page.sorting,
        "columns": columns.shown(None, page.sorting),
        "today": timezone.localdate(request.now),
        **more,
    }
    return render(request, template, context)


@requires()
@reads_again
def decline(request: Request, pk: int) -> HttpResponse:
    """Write down why an order fell, what is done about it, and what came of it."""
    rows: QuerySet[OrderDecline] = OrderDecline.objects.filter(
        order__in=Order.objects.editable_by(request.user)
    )
    found = one_or_404(rows.select_related("order"), pk)
    to = reverse("sales:order", args=[found.order_id])
    current = {name: getattr(found, name) for name in ("cause", "measure", "result")} | {"close": False}
    form = DeclineForm(request.POST or None, current=current, version=found.version)
    if request.method == "POST" and form.is_valid():
        try:
            save_once(
                request,
                lambda: (
                    explain_decline(
                        decline_id=pk, by=request.user, at=request.now, expected_version=found.version,
                        **form.cleaned_data,
                    ),
                    to,
                )[1],
            )  # fmt: skip
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Why order %(number)s fell") % {"number": found.order.number}, to=to
    )


@require_GET
@requires()
def reorders(request: Request) -> HttpResponse:
    """Who is about to order again, the next first (002-55, 003-25)."""
    today = timezone.localdate(request.now)
    customers = Customer.objects.visible_to(request.user)
    rows = OrderRhythm.objects.filter(
        customer__in=customers, usual_on__isnull=False, usual_on__gte=today - OVERDUE_SHOWN
    )
    if request.GET.get("show") == "mine":
        rows = rows.filter(customer__owner=request.user)
    page = page_for(request, rows.select_related("customer", "last_order"), REORDERS)
    here, mine = reverse("sales:reorders"), request.GET.get("show") == "mine"
    tabs = [
        {"label": _("All I may see"), "href": here, "current": not mine},
        {"label": _("My customers"), "href": f"{here}?show=mine", "current": mine},
    ]
    return _list(request, page, REORDERS, "sales/reorders.html", "customer", views=tabs)
