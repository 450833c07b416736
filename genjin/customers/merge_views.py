"""Merging two customers side by side, the list of merges, undoing one, proposing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import merge_present, merging
from genjin.customers.actions import Refused
from genjin.customers.actions.merging import merge_customers, propose_merge, undo_merge
from genjin.customers.merge_forms import MergeForm, OtherCustomerForm, ProposalForm
from genjin.customers.models import Customer, Merge
from genjin.customers.queries import may_write
from genjin.customers.views.basis import (
    customer_or_404,
    list_page,
    one_or_404,
    page_of,
    reads_again,
    show_form,
)
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for
from genjin.web.once import save_once, saved_before

COLUMNS = Columns(Column("at", "", sort="at", descending_first=True), default="-at")


@requires()
def merge_with(request: Request, pk: int) -> HttpResponse:
    """Find the customer that is the same as this one."""
    customer = customer_or_404(request, pk, edit=True)
    form = OtherCustomerForm(request.POST or None, customer=customer, user=request.user)
    if request.method == "POST" and form.is_valid():
        to = reverse("customers:merge", args=[pk, form.cleaned_data["other"].pk])
        return answers.saved(request, to)
    return show_form(
        request, form, title=_("Merge with another customer"), to=page_of(customer), submit=_("Compare")
    )


@requires()
@reads_again
def merge(request: Request, pk: int, other: int) -> HttpResponse:
    """Two customers side by side: what is chosen of each becomes the first one, which stays."""
    if request.method == "POST" and (before := saved_before(request)) is not None:
        return answers.saved(request, before)
    pair = _pair(request, pk, other)
    if pair is None:
        return _merged_already(request, pk, other)
    kept, gone = pair
    if reason := merging.why_not(request.user, kept, gone):
        return _propose(request, kept, gone, reason)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        rows=merge_present.rows(kept, gone, request.access, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _merge(request, form, kept, gone))
            return answers.saved(request, to)
        except Refused as error:
            refuse(form, error)
    context = {
        "form": form, "kept": kept, "gone": gone, "along": merge_present.going_along(gone.pk),
        "swap": reverse("customers:merge", args=[other, pk]), "to": page_of(kept),
    }  # fmt: skip
    return render(request, "customers/merge.html", context)


def _merge(request: Request, form: MergeForm, kept: Customer, gone: Customer) -> str:
    made = merge_customers(
        kept_id=kept.pk, gone_id=gone.pk, choices=form.choices(), by=request.user, at=request.now,
        expected={kept.pk: kept.version, gone.pk: gone.version},
    )  # fmt: skip
    said = _("“%(gone)s” was merged into this customer.") % {"gone": gone.name}
    messages.success(request, said, extra_tags=reverse("customers:undo_merge", args=[made.pk]))
    return page_of(kept)


def _pair(request: Request, pk: int, other: int) -> tuple[Customer, Customer] | None:
    """The two; None when one of them is merged already. What one may not see must resemble what one may."""
    if not may_write(request.access) or pk == other:
        raise Http404
    found = merging.of_both([pk, other])
    visible = set(Customer.objects.visible_to(request.user).filter(pk__in=found).values_list("pk", flat=True))
    if len(found) < 2:
        return None
    if not visible or (len(visible) < 2 and not merging.resemble(*found.values())):
        raise Http404
    return found[pk], found[other]


def _merged_already(request: Request, *ids: int) -> HttpResponse:
    """Lead whoever comes too late to the customer that took one of them in."""
    for pk in ids:
        if (into := merging.where_merged(pk, request.user)) is not None:
            messages.warning(request, _("These were merged meanwhile."))
            return answers.saved(request, page_of(into))
    raise Http404


def _propose(request: Request, kept: Customer, gone: Customer, reason: str) -> HttpResponse:
    """What somebody who may not merge them may do: say so to those who may."""
    form = ProposalForm(request.POST or None)
    visible = Customer.objects.visible_to(request.user)
    mine = visible.filter(pk__in=[kept.pk, gone.pk]).order_by("pk").first()
    to = page_of(mine) if mine else list_page()
    if request.method == "POST" and form.is_valid():
        try:
            told = propose_merge(
                kept_id=kept.pk,
                gone_id=gone.pk,
                why=form.cleaned_data["why"],
                by=request.user,
                at=request.now,
            )
        except Refused as error:
            refuse(form, error)
        else:
            said = _("Proposed; they are told.") if told else _("They were told of it today already.")
            return answers.saved(request, to, said)
    shown = {"kept": kept, "gone": gone, "reason": reason, "form": form, "to": to}
    return render(request, "customers/merge_proposal.html", shown)


@require_GET
@requires()
def merges(request: Request) -> HttpResponse:
    """The merges into customers that the person may change, the latest first."""
    if not may_write(request.access):
        raise Http404
    page = page_for(request, merging.merges_within(request.user), COLUMNS)
    return render(request, "customers/merges.html", {"page": page})


@require_GET
@requires()
def merged(request: Request, pk: int) -> HttpResponse:
    """One merge: what moved, what was chosen, and what undoing it did or would do."""
    return render(request, "customers/merged.html", _state(request, _merge_or_404(request, pk)))


def _merge_or_404(request: Request, pk: int) -> Merge:
    return one_or_404(merging.merges_within(request.user), pk)


def _state(request: Request, row: Merge) -> dict[str, Any]:
    return {
        "row": row,
        "moved": merge_present.moved(row),
        "changed": merge_present.changed(row),
        "stayed": merge_present.stayed(row) if row.undone_at else [],
        "obstacle": "" if row.undone_at else merging.obstacle(row),
        "may_undo": row.undone_at is None and merging.may_undo(request.user, row),
    }


@require_POST
@requires()
def undo(request: Request, pk: int) -> HttpResponse:
    """Make two of one again."""
    row = _merge_or_404(request, pk)
    to = reverse("customers:merged", args=[pk])
    try:
        done = undo_merge(merge_id=row.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(to)
    said = _("Both customers are there again.") if not merge_present.stayed(done) else ""
    return answers.saved(request, to, said or _("Both customers are there again; some things stayed."))
