"""Receivables and receipts: who owes what, what came in, whose it is, what it pays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions import Refused
from genjin.customers.models import Customer
from genjin.customers.views.basis import customer_or_404, one_or_404, reads_again, show_form
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.rules.receivables import Bucket, OpenPart
from genjin.sales import money_forms, money_page
from genjin.sales.actions import allocations, receipts
from genjin.sales.actions.money_basis import does_finance
from genjin.sales.models import Order, Receipt, ReceiptAllocation
from genjin.sales.money_words import money
from genjin.sales.receivables import ageing, not_used_up, of_customers, seen_by, totals_of, with_unallocated
from genjin.sales.small_forms import small_form
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

BUCKETS = (
    (Bucket.NOT_DUE, gettext_lazy("Not due")),
    (Bucket.TO_30, gettext_lazy("1–30 days late")),
    (Bucket.TO_60, gettext_lazy("31–60 days late")),
    (Bucket.TO_90, gettext_lazy("61–90 days late")),
    (Bucket.OVER_90, gettext_lazy("Over 90 days late")),
)
RECEIPTS = Columns(
    Column("received", gettext_lazy("Received on"), sort="received_on", descending_first=True),
    Column("number", gettext_lazy("Receipt number"), fixed=True),
    Column("customer", gettext_lazy("Customer")),
    Column("paid", gettext_lazy("Amount paid"), number=True),
    Column("charges", gettext_lazy("Bank charges"), number=True),
    Column("left", gettext_lazy("Not allocated"), number=True),
    Column("state", gettext_lazy("State")),
    default="-received",
)
VIEWS = (
    ("", gettext_lazy("All")),
    ("UNCLAIMED", gettext_lazy("Not claimed")),
    ("CLAIMED", gettext_lazy("To confirm")),
    ("left", gettext_lazy("Not allocated")),
)


def today_of(request: Request) -> date:
    """The day it is for the reader."""
    return timezone.localdate(request.now)


@require_GET
@requires()
def receivables(request: Request) -> HttpResponse:
    """What everybody owes at the end of a day, by customer and currency, the most overdue first (001-02)."""
    form = money_forms.DayForm(request.GET)
    on = form.day(today_of(request))
    rows = ageing(seen_by(request.user), on)
    totals = totals_of(rows, on)
    names = dict(Customer.objects.filter(pk__in={row.customer_id for row in rows}).values_list("pk", "name"))
    rows.sort(key=lambda row: (-row.overdue, -row.total, names.get(row.customer_id, "")))
    context = {
        "form": form,
        "on": on,
        "is_today": on == today_of(request),
        "buckets": BUCKETS,
        "lines": [{"row": row, "name": names.get(row.customer_id, "")} for row in rows[:MOST_LINES]],
        "hidden": max(0, len(rows) - MOST_LINES),
        "totals": totals,
    }
    return render(request, "sales/receivables.html", context)


MOST_LINES = 500
"""Lines on one page; the totals count all."""


@require_GET
@requires()
def customer_receivables(request: Request, pk: int) -> HttpResponse:
    """What one customer owes: every open part, and the credit."""
    customer = customer_or_404(request, pk)
    on = money_forms.DayForm(request.GET).day(today_of(request))
    rows = ageing(of_customers(seen_by(request.user), [pk]), on)
    orders = Order.objects.in_bulk({part.owed.order_id for row in rows for part in row.parts})
    plan: dict[int, Any] = {}
    for order in Order.objects.filter(pk__in=orders).prefetch_related("plan"):
        plan |= {part.pk: part for part in order.plan.all()}
    groups = [
        {
            "row": row,
            "parts": [
                {"one": part, "order": orders[part.owed.order_id], "part": plan.get(part.owed.part_id)}
                for part in sorted(row.parts, key=_lateness)
            ],
        }
        for row in rows
    ]
    received = with_unallocated(Receipt.objects.visible_to(request.user).filter(customer=pk))
    context = {
        "customer": customer, "on": on, "groups": groups, "buckets": BUCKETS,
        "receipts": received.order_by("-received_on", "-pk")[:50],
    }  # fmt: skip
    return render(request, "sales/customer_receivables.html", context)


def _lateness(part: OpenPart) -> tuple[int, date]:
    return -part.days_late, part.owed.due_on or date.max


@require_GET
@requires()
def customer_money(request: Request, pk: int) -> HttpResponse:
    """The panel on a customer's page: what is owed, what is late, the credit, the last receipts."""
    customer = customer_or_404(request, pk)
    rows = ageing(of_customers(seen_by(request.user), [pk]), today_of(request))
    received = Receipt.objects.visible_to(request.user).filter(customer=pk).order_by("-received_on", "-pk")
    context = {"customer": customer, "rows": rows, "receipts": received[:3]}
    return render(request, "sales/_customer_money.html", context)


@require_GET
@requires()
def receipt_list(request: Request) -> HttpResponse:
    """What came in; what nobody has claimed stands in front."""
    show = request.GET.get("show", "")
    rows = with_unallocated(Receipt.objects.visible_to(request.user)).select_related("customer", "claimed_by")
    if show in (Receipt.State.UNCLAIMED, Receipt.State.CLAIMED):
        rows = rows.filter(state=show)
    elif show == "left":
        rows = not_used_up(rows)
    page = page_for(request, rows, RECEIPTS)
    waiting = Receipt.objects.visible_to(request.user).filter(state=Receipt.State.UNCLAIMED)
    tabs = [
        {"label": label, "href": f"{request.path}?show={value}" if value else request.path,
         "current": value == show}
        for value, label in VIEWS
    ]  # fmt: skip
    context = {
        "page": page,
        "columns": RECEIPTS.shown(None, page.sorting or RECEIPTS.sorting(None)),
        "sorting": page.sorting,
        "tabs": tabs,
        "show": show,
        "unclaimed": [] if show else list(waiting.order_by("received_on", "pk")[:20]),
        "does_finance": does_finance(request.user, request.now),
    }
    return render(request, "sales/receipts.html", context)


def receipt_or_404(request: Request, pk: int) -> Receipt:
    """A receipt that the person may see."""
    return one_or_404(Receipt.objects.visible_to(request.user).select_related("customer", "claimed_by"), pk)


def page_of(receipt: Receipt) -> str:
    """Address of a receipt's page."""
    return reverse("sales:receipt", args=[receipt.pk])


@requires()
def register(request: Request) -> HttpResponse:
    """Register a transfer."""
    _finance_or_404(request)
    form = money_forms.ReceiptForm(
        request.POST or None, user=request.user, initial={"received_on": today_of(request)}
    )

    def save() -> None:
        values = dict(form.cleaned_data)
        customer = values.pop("customer")
        item = receipts.NewReceipt(**values, customer_id=customer and customer.pk)
        receipts.register_receipt(item=item, by=request.user, at=request.now)

    to = reverse("sales:receipts")
    return small_form(
        request, form, save, title=_("Register a receipt"), to=to, template="sales/_receipt_fields.html"
    )


def _finance_or_404(request: Request) -> None:
    if not does_finance(request.user, request.now):
        raise Http404


@require_GET
@requires()
def receipt(request: Request, pk: int) -> HttpResponse:
    """One receipt: its sums, whose it is, what it pays, and what it could pay."""
    found = receipt_or_404(request, pk)
    return render(request, "sales/receipt.html", _receipt_context(request, found))


def _receipt_context(request: Request, found: Receipt, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    rows = money_page.allocations_of(found)
    left = found.amount_paid - money_page.sum_of(rows)
    may_allocate = found.state == Receipt.State.CONFIRMED and left > 0
    lines: list[dict[str, Any]] = []
    problem = ""
    if may_allocate:
        try:
            lines = [
                {"one": one, "form": _share_form(one, typed)}
                for one in money_page.suggestions(found, left, money_page.payable_orders(found))
            ]
        except Refused as refused:
            problem = refused.messages[0]
    finance = does_finance(request.user, request.now)
    return {
        "receipt": found,
        "allocations": rows,
        "left": left,
        "lines": lines,
        "problem": problem,
        "does_finance": finance,
        "may_give_back": not rows
        and found.state != Receipt.State.UNCLAIMED
        and (finance or (found.claimed_by_id == request.user.pk and found.state == Receipt.State.CLAIMED)),
    }


def _share_form(one: money_page.Suggestion, typed: dict[str, Any] | None) -> money_forms.ShareForm:
    if typed is not None:
        return money_forms.ShareForm(typed, prefix=one.key)
    share = one.share
    initial = {"amount": share.amount, "order_amount": share.order_amount} if share else {}
    return money_forms.ShareForm(prefix=one.key, initial=initial)


@require_POST
@requires()
def allocate(request: Request, pk: int) -> HttpResponse:
    """Let the receipt pay what was typed beside each part."""
    found = receipt_or_404(request, pk)
    context = _receipt_context(request, found, request.POST)
    lines = [line for line in context["lines"] if line["form"].is_valid()]
    wanted = [line for line in lines if line["form"].cleaned_data["amount"]]
    shares = [
        allocations.Allocation(
            line["one"].order.pk,
            line["form"].cleaned_data["amount"],
            line["one"].part.pk if line["one"].part else None,
            line["form"].cleaned_data["order_amount"],
        )
        for line in wanted
    ]
    if len(lines) == len(context["lines"]):
        version = request.POST.get("version", "")
        try:
            allocations.allocate(
                receipt_id=pk, shares=shares, by=request.user, at=request.now,
                expected_version=int(version) if version.isdecimal() else None,
            )  # fmt: skip
            return answers.saved(request, page_of(found), _("Allocated"))
        except Refused as refused:
            _beside(refused, wanted, context)
    return render(request, "sales/receipt.html", context)


def _beside(refused: Refused, wanted: list[dict[str, Any]], context: dict[str, Any]) -> None:
    """Put what was refused beside the part it is about, else above all."""
    if not hasattr(refused, "error_dict"):
        context["problem"] = refused.messages[0]
        return
    for name, errors in refused.error_dict.items():
        wanted[int(name.removeprefix("shares-"))]["form"].add_error("amount", errors)


@require_POST
@requires()
def take_back(request: Request, pk: int) -> HttpResponse:
    """Undo one allocation."""
    rows = ReceiptAllocation.objects.filter(receipt__in=Receipt.objects.visible_to(request.user))
    row = one_or_404(rows.select_related("receipt"), pk)
    return _done(
        request, page_of(row.receipt), _("Taken back"),
        lambda: allocations.take_back(allocation_ids=[pk], by=request.user, at=request.now),
    )  # fmt: skip


def _done(request: Request, to: str, text: str, act: Any) -> HttpResponse:
    """Do what one press asks for; what is refused is told on the page."""
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.messages[0])
        return answers.saved(request, to)
    return answers.saved(request, to, text)


@requires()
def claim(request: Request, pk: int) -> HttpResponse:
    """Say to which customer a transfer belongs."""
    found = receipt_or_404(request, pk)
    form = money_forms.CustomerChoice(request.POST or None, user=request.user)

    def save() -> None:
        receipts.claim(
            receipt_id=pk, customer_id=form.cleaned_data["customer"].pk, by=request.user, at=request.now
        )

    return small_form(
        request, form, save, title=_("Claim this receipt"), to=reverse("sales:receipts"),
        submit=pgettext("receipt", "Claim"), text=_receipt_text(found),
    )  # fmt: skip


def _receipt_text(found: Receipt) -> str:
    names = [found.number, money(found.amount_paid, found.currency), found.payer, found.reference]
    return " · ".join(name for name in names if name)


@require_POST
@requires()
def give_back(request: Request, pk: int) -> HttpResponse:
    """Take a claim back."""
    found = receipt_or_404(request, pk)
    return _done(
        request, reverse("sales:receipts"), _("The claim was taken back"),
        lambda: receipts.give_back(receipt_id=found.pk, by=request.user, at=request.now),
    )  # fmt: skip


@require_POST
@requires()
def confirm(request: Request, pk: int) -> HttpResponse:
    """Finance says that the claim is right."""
    found = receipt_or_404(request, pk)
    return _done(
        request, page_of(found), _("Confirmed"),
        lambda: receipts.confirm(receipt_ids=[found.pk], by=request.user, at=request.now),
    )  # fmt: skip


@requires()
@reads_again
def correct(request: Request, pk: int) -> HttpResponse:
    """Set a registered transfer right."""
    _finance_or_404(request)
    found = receipt_or_404(request, pk)
    form = money_forms.CorrectReceiptForm(
        request.POST or None, current=money_forms.CorrectReceiptForm.of(found), version=found.version,
        by=last_editor(found),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        changes = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            receipts.change_receipt(
                receipt_id=pk, changes=changes, by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found), _("Saved"))
        except Refused as refused:
            refuse(form, refused)
    return show_form(
        request,
        form,
        title=_("Correct the receipt"),
        to=page_of(found),
        template="sales/_receipt_fields.html",
    )


@require_POST
@requires()
def recycle(request: Request, pk: int) -> HttpResponse:
    """Put a receipt into the recycle bin."""
    found = receipt_or_404(request, pk)
    return _done(
        request, reverse("sales:receipts"), _("Moved to the recycle bin"),
        lambda: receipts.recycle_receipt(receipt_id=found.pk, by=request.user, at=request.now),
    )  # fmt: skip


@require_POST
@requires()
def restore(request: Request, pk: int) -> HttpResponse:
    """Take a receipt out of the recycle bin."""
    _finance_or_404(request)
    found = one_or_404(Receipt.objects.filter(deleted_at__isnull=False), pk)
    return _done(
        request, page_of(found), _("Restored"),
        lambda: receipts.restore_receipt(receipt_id=found.pk, by=request.user, at=request.now),
    )  # fmt: skip
