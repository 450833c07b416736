"""The list of offers, the page of one, its revisions, and the customer's panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from genjin.customers.models import Customer
from genjin.customers.views.basis import customer_or_404, one_or_404
from genjin.people.requests import Request
from genjin.rules.amounts import line_amount
from genjin.sales.actions.offer_drafts import goods_of
from genjin.sales.actions.offer_states import APPROVERS
from genjin.sales.documents.words import LANGUAGES
from genjin.sales.models import BelowFloor, CustomerCredit, Offer
from genjin.sales.offer_checks import Checks, check
from genjin.sales.offer_differences import differences
from genjin.sales.offer_forms import OfferFilter
from genjin.sales.offer_queries import SHOWN, first_offer, listed, narrowed, of_customer
from genjin.sales.rates import base_currency
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

COLUMNS = Columns(
    Column("number", _("Number"), sort="number", fixed=True),
    Column("customer", _("Customer")),
    Column("state", _("State")),
    Column("offered_on", _("Date"), sort="offered_on", descending_first=True),
    Column("valid_until", _("Valid until")),
    Column("amount", _("Amount"), number=True),
    Column("owner", _("Owner")),
    default="-offered_on",
)
State = Offer.State


@require_safe
@requires()
def offers(request: Request) -> HttpResponse:
    """All offers one may see, filtered."""
    form = OfferFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(request.now)
    page = page_for(request, narrowed(listed(request.user), chosen, request.user, today), COLUMNS)
    sorting = COLUMNS.sorting(request.GET.get("sort", ""))
    context = {
        "page": page, "columns": COLUMNS.shown(None, sorting), "sorting": sorting, "filter": form,
        "today": today, "chosen": chosen, "is_filtered": any(chosen.values()),
    }  # fmt: skip
    return render(request, "sales/offers.html", context)


def offer_or_404(request: Request, pk: int, *, edit: bool = False) -> Offer:
    """An offer that the person may see, or change."""
    rows = Offer.objects.editable_by(request.user) if edit else Offer.objects.visible_to(request.user)
    related = ("customer", "contact", "owner", "made_from", "asked_by", "approved_by")
    found: Offer = one_or_404(rows.select_related(*related), pk)
    return found


@require_safe
@requires()
def offer(request: Request, pk: int) -> HttpResponse:
    """One revision with lines, what stands in its way, its profit, and what came of it."""
    shown = offer_or_404(request, pk)
    sees_costs = request.access.may("see_costs")
    lines, charges = list(shown.lines.select_related("product")), list(shown.charges.all())
    found = check(shown, lines, charges)
    today = timezone.localdate(request.now)
    context = {
        "offer": shown, "customer": shown.customer, "charges": charges,
        "lines": _shown_lines(shown, lines, found, sees_costs=sees_costs),
        "goods": goods_of(shown.currency, lines), "checks": found, "sees_costs": sees_costs,
        "estimate": found.estimate if sees_costs else None, "base": base_currency(), "today": today,
        "is_expired": shown.valid_until is not None and shown.valid_until < today
        and shown.state in Offer.OPEN,
        "revisions": _revisions(shown, request), "languages": LANGUAGES.items(),
        "documents": shown.documents.select_related("issued_by")[:20],
        "made_into": shown.made_into.filter(deleted_at__isnull=True, is_latest=True),
        "orders": shown.orders.filter(deleted_at__isnull=True),
        **_may(shown, request, found),
    }  # fmt: skip
    return render(request, "sales/offer.html", context)


def _revisions(shown: Offer, request: Request) -> list[Offer]:
    rows = Offer.objects.visible_to(request.user).filter(number=shown.number)
    return list(rows.order_by("-revision"))


def _shown_lines(shown: Offer, lines: list[Any], found: Checks, *, sees_costs: bool) -> list[dict[str, Any]]:
    reasons = dict(BelowFloor.choices)
    return [
        {
            "line": line,
            "amount": line_amount(line.quantity, line.unit_price, shown.currency),
            "verdict": verdict,
            "reason": reasons.get(line.below_floor_reason, ""),
            "margin": margin if sees_costs else None,
        }
        for line, verdict, margin in zip(lines, found.verdicts, found.margins, strict=True)
    ]


def _may(shown: Offer, request: Request, found: Checks) -> dict[str, bool]:
    """Which verbs the page offers."""
    edits = shown.is_latest and Offer.objects.editable_by(request.user).filter(pk=shown.pk).exists()
    unsent = shown.state in (State.DRAFT, State.FOR_APPROVAL, State.APPROVED)
    free = shown.state == State.APPROVED or (shown.state == State.DRAFT and not found.needs_approval)
    return {
        "may_edit": edits and unsent,
        "may_submit": edits and shown.state == State.DRAFT and found.needs_approval,
        "may_decide": shown.is_latest and shown.state == State.FOR_APPROVAL and request.access.may(APPROVERS),
        "may_send": edits and free,
        "may_answer": edits and shown.state == State.SENT,
        "may_revise": edits and shown.state in (State.SENT, State.ACCEPTED, State.LOST),
        "may_lose": edits and shown.state in Offer.OPEN,
        "may_extend": edits and shown.state in Offer.OPEN,
        "may_lead_on": edits and (free or shown.state in (State.SENT, State.ACCEPTED)),
        "may_recycle": edits and request.access.may("recycle"),
    }


@require_safe
@requires()
def offer_differences(request: Request, pk: int) -> HttpResponse:
    """What this revision says otherwise than the one before."""
    new = offer_or_404(request, pk)
    rows = Offer.objects.visible_to(request.user).filter(number=new.number, revision__lt=new.revision)
    old = one_or_404(rows, rows.order_by("-revision").values_list("pk", flat=True).first() or 0)
    context = {"old": old, "new": new, "found": differences(old, new), "customer": new.customer}
    return render(request, "sales/offer_differences.html", context)


@require_safe
@requires()
def customer_offers(request: Request, pk: int) -> HttpResponse:
    """The customer's offers and credits, for its page."""
    customer = customer_or_404(request, pk)
    rows = of_customer(pk, request.user)
    credits = CustomerCredit.objects.filter(customer=pk).exclude(state=CustomerCredit.State.REFUSED)
    context = {
        "customer": customer, "offers": rows[:SHOWN], "has_more": len(rows) > SHOWN,
        "first": first_offer(pk, request.user) if rows else None, "credits": credits[:SHOWN],
        "today": timezone.localdate(request.now), "may_edit": _may_write(request, customer),
        "may_grant": request.access.may(APPROVERS),
    }  # fmt: skip
    return render(request, "sales/_customer_offers.html", context)


def _may_write(request: Request, customer: Customer) -> bool:
    return Customer.objects.editable_by(request.user).filter(pk=customer.pk).exists()


def today_of(request: Request) -> date:
    """The day it is for the reader."""
    return timezone.localdate(request.now)
