"""What one does with an offer by one press: approval, sending, the answer, the next step of the chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers.actions import Refused
from genjin.customers.views.basis import customer_or_404, one_or_404, page_of, show_form
from genjin.people.requests import Request
from genjin.sales.actions import credits, offer_chain, offer_states, offers
from genjin.sales.actions.offer_states import APPROVERS
from genjin.sales.models import CustomerCredit, DocumentLayout, Offer
from genjin.sales.offer_forms import (
    CreditForm,
    DecisionForm,
    ExtendForm,
    LoseForm,
    OrderForm,
    first_validity,
)
from genjin.sales.offer_views import offer_or_404, today_of
from genjin.web import answers
from genjin.web.addresses import address_if_any
from genjin.web.forms import Form, refuse
from genjin.web.guards import requires


def _page(offer: Offer) -> str:
    return reverse("sales:offer", args=[offer.pk])


def _version(request: Request) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _pressed(request: Request, pk: int, verb: Callable[..., Offer], said: str, **more: Any) -> HttpResponse:
    """Do it and lead to the offer's page, with a sentence when it was refused."""
    offer = offer_or_404(request, pk, edit=True)
    try:
        offer = verb(offer_id=pk, by=request.user, at=request.now, version=_version(request), **more)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(_page(offer))
    return answers.saved(request, _page(offer), said)


@require_POST
@requires()
def submit_offer(request: Request, pk: int) -> HttpResponse:
    """Ask for approval."""
    return _pressed(request, pk, offer_states.submit, _("Submitted for approval"))


@require_POST
@requires()
def mark_offer_sent(request: Request, pk: int) -> HttpResponse:
    """It went by another way than from here."""
    return _pressed(request, pk, offer_states.mark_sent, _("Marked as sent"))


@require_POST
@requires()
def accept_offer(request: Request, pk: int) -> HttpResponse:
    """The customer said yes."""
    return _pressed(request, pk, offer_states.accept, _("Marked as accepted"))


@require_POST
@requires()
def revise_offer(request: Request, pk: int) -> HttpResponse:
    """Make the next revision and go on to change it."""
    return _pressed(request, pk, offers.revise, _("A new revision as a draft"))


@require_POST
@requires()
def offer_to_proforma(request: Request, pk: int) -> HttpResponse:
    """Make the proforma invoice."""
    today = today_of(request)
    layout = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
    return _pressed(
        request, pk, offer_chain.to_proforma, _("Proforma invoice made"), on=today,
        valid_until=first_validity(today, layout.default_validity_days),
    )  # fmt: skip


@require_POST
@requires()
def recycle_offer(request: Request, pk: int) -> HttpResponse:
    """Put it into the recycle bin."""
    offer = offer_or_404(request, pk, edit=True)
    try:
        offers.recycle(offer_id=pk, by=request.user, at=request.now, version=_version(request))
    except Refused as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(_page(offer))
    undo = reverse("sales:restore_offer", args=[pk])
    return answers.saved(request, reverse("sales:offers"), _("Moved to the recycle bin"), undo=undo)


@require_POST
@requires("recycle")
def restore_offer(request: Request, pk: int) -> HttpResponse:
    """Take it out of the recycle bin."""
    offer = one_or_404(Offer.objects.in_bin(request.user), pk)
    offers.restore(offer_id=offer.pk, by=request.user, at=request.now)
    return answers.saved(request, _page(offer), _("Restored"))


def _dialog(
    request: Request, form: Form, verb: Callable[[], str], *, title: str, to: str, submit: str, said: str
) -> HttpResponse:
    """A small form; saved, it leads to where `verb` says."""
    if request.method == "POST" and form.is_valid():
        try:
            there = verb()
        except Refused as error:
            refuse(form, Refused(error.message_dict if hasattr(error, "error_dict") else error.messages[0]))
        else:
            return answers.saved(request, there, said)
    return show_form(request, form, title=title, to=to, submit=submit)


@requires()
def extend_offer(request: Request, pk: int) -> HttpResponse:
    """Let it hold longer."""
    offer = offer_or_404(request, pk, edit=True)
    today = today_of(request)
    layout = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
    proposed = first_validity(today, layout.default_validity_days)
    form = ExtendForm(request.POST or None, initial={"valid_until": proposed})

    def save() -> str:
        offers.extend_validity(
            offer_id=pk, until=form.cleaned_data["valid_until"], today=today, by=request.user, at=request.now
        )
        return _page(offer)

    return _dialog(
        request, form, save, title=_("Extend the validity"), to=_page(offer), submit=_("Extend"),
        said=_("Validity extended"),
    )  # fmt: skip


@requires()
def lose_offer(request: Request, pk: int) -> HttpResponse:
    """Nothing came of it."""
    offer = offer_or_404(request, pk, edit=True)
    form = LoseForm(request.POST or None)

    def save() -> str:
        reason = form.cleaned_data["lost_reason"]
        offer_states.lose(offer_id=pk, reason=reason, by=request.user, at=request.now)
        return _page(offer)

    return _dialog(
        request, form, save, title=_("Mark as lost"), to=_page(offer), submit=_("Mark as lost"),
        said=_("Marked as lost"),
    )  # fmt: skip


@requires(APPROVERS)
def decide_offer(request: Request, pk: int, answer: str) -> HttpResponse:
    """A manager's word on it."""
    offer = offer_or_404(request, pk)
    form = DecisionForm(request.POST or None)
    yes = answer == "approve"

    def save() -> str:
        offer_states.decide(
            offer_id=pk, is_approved=yes, note=form.cleaned_data["note"], by=request.user, at=request.now
        )
        return _page(offer)

    title = _("Approve the offer") if yes else _("Send the offer back")
    said = _("Approved") if yes else _("Sent back")
    submit = _("Approve") if yes else _("Send back")
    return _dialog(request, form, save, title=title, to=_page(offer), submit=submit, said=said)


@requires()
def offer_to_order(request: Request, pk: int) -> HttpResponse:
    """Place the order, with its payment plan."""
    offer = offer_or_404(request, pk, edit=True)
    form = OrderForm(request.POST or None, initial={"ordered_on": today_of(request), "kind": "BULK"})

    def save() -> str:
        data = form.cleaned_data
        order = offer_chain.to_order(
            offer_id=pk, on=data["ordered_on"], by=request.user, at=request.now, kind=data["kind"],
            customer_po_no=data["customer_po_no"], delivery_on=data["delivery_on"],
        )  # fmt: skip
        return address_if_any("sales:order", order.pk) or _page(offer)

    return _dialog(
        request, form, save, title=_("Place the order"), to=_page(offer), submit=_("Place the order"),
        said=_("Order placed"),
    )  # fmt: skip


@requires()
def propose_credit(request: Request, pk: int) -> HttpResponse:
    """Propose something good for a customer."""
    customer = customer_or_404(request, pk, edit=True)
    form = CreditForm(request.POST or None, initial={"percent": 1, "currency": "USD"})
    today = today_of(request)

    def save() -> str:
        data = form.cleaned_data
        credits.propose(
            customer_id=pk, by=request.user, at=request.now, today=today, percent=data["percent"],
            amount=data["amount"], currency=data["currency"], reason=data["reason"],
            expires_on=data["expires_on"],
        )  # fmt: skip
        return page_of(customer)

    return _dialog(
        request, form, save, title=_("Propose a credit"), to=page_of(customer), submit=_("Propose"),
        said=_("Credit proposed"),
    )  # fmt: skip


@require_POST
@requires(APPROVERS)
def decide_credit(request: Request, pk: int, answer: str) -> HttpResponse:
    """Grant or refuse a credit."""
    credit = one_or_404(CustomerCredit.objects.select_related("customer"), pk)
    customer = customer_or_404(request, credit.customer_id)
    verb = credits.grant if answer == "grant" else credits.refuse
    try:
        verb(credit_id=pk, by=request.user, at=request.now, version=_version(request))
    except Refused as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(page_of(customer))
    said = _("Credit granted") if answer == "grant" else _("Credit refused")
    return answers.saved(request, page_of(customer), said)
