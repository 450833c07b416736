"""Complaints: the list, one of them, a new one (000-55, 003-46)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from genjin.customers.actions import Refused
from genjin.customers.views.basis import customer_or_404, ids_of, one_or_404, reads_again, show_form
from genjin.files.queries import of_records
from genjin.journal.queries import last_editor
from genjin.people.queries import people_of
from genjin.people.requests import Request
from genjin.sales.actions.complaints import change_complaint, open_complaint
from genjin.sales.models import Complaint
from genjin.sales.models.shipment import COMPLAINT_KIND
from genjin.sales.shipment_forms import ComplaintForm, NewComplaintForm
from genjin.sales.shipment_views import shipment_or_404
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for
from genjin.web.once import save_once

COLUMNS = Columns(
    Column("description", gettext_lazy("What is wrong"), fixed=True),
    Column("customer", gettext_lazy("Customer"), fixed=True),
    Column("state", gettext_lazy("State")),
    Column("opened", gettext_lazy("Since"), sort="opened_at", descending_first=True),
    Column("owner", gettext_lazy("Owner")),
    default="-opened",
)


@require_GET
@requires()
def complaints(request: Request) -> HttpResponse:
    """Those that are not settled, or all."""
    shows_all = request.GET.get("view") == "all"
    rows = Complaint.objects.visible_to(request.user).select_related("customer", "shipment", "order")
    if not shows_all:
        rows = rows.exclude(state=Complaint.State.SETTLED)
    page: Any = page_for(request, rows, COLUMNS)
    people = people_of(row.owner_id for row in page.rows)
    for row in page.rows:
        row.owner = people[row.owner_id]
    tabs = [
        {"label": _("Not settled"), "href": request.path, "current": not shows_all},
        {
            "label": pgettext_lazy("complaints", "All"),
            "href": f"{request.path}?view=all",
            "current": shows_all,
        },
    ]
    context = {
        "page": page, "columns": COLUMNS.shown(None, page.sorting), "sorting": page.sorting, "tabs": tabs,
    }  # fmt: skip
    return render(request, "sales/complaints.html", context)


@requires()
def create(request: Request) -> HttpResponse:
    """Write down what is wrong: about a `shipment`, or of a `customer`."""
    of_shipment = ids_of([request.GET.get("shipment", "")])
    of_customer = ids_of([request.GET.get("customer", "")])
    if of_shipment:
        shipment = shipment_or_404(request, of_shipment[0], edit=True)
        about: dict[str, Any] = {"shipment_id": shipment.pk}
    elif of_customer:
        about = {"customer_id": customer_or_404(request, of_customer[0], edit=True).pk}
    else:
        raise Http404
    form = NewComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            to, _is_new = save_once(request, lambda: _open(request, form, about))
            return answers.saved(request, to, _("Saved"))
        except Refused as error:
            refuse(form, error)
    text = _("A first answer is due today.")
    return show_form(request, form, title=_("New complaint"), to=reverse("sales:complaints"), text=text)


def _open(request: Request, form: NewComplaintForm, about: dict[str, Any]) -> str:
    description = form.cleaned_data["description"]
    made = open_complaint(description=description, by=request.user, at=request.now, **about)
    return reverse("sales:complaint", args=[made.pk])


@requires()
@reads_again
def complaint(request: Request, pk: int) -> HttpResponse:
    """One complaint; whoever may change it has it as a form."""
    rows = Complaint.objects.visible_to(request.user).select_related("customer", "shipment", "order", "owner")
    found: Complaint = one_or_404(rows, pk)
    may_edit = Complaint.objects.editable_by(request.user).filter(pk=pk).exists()
    if request.method == "POST" and not may_edit:
        raise Http404
    form = ComplaintForm(
        request.POST or None, complaint=found, by=last_editor(found),
        sees_costs=request.access.may("see_costs"),
    )  # fmt: skip
    here = reverse("sales:complaint", args=[pk])
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        state = data.pop("state")
        try:
            change_complaint(
                complaint_id=pk, wanted=data, state=state, by=request.user, at=request.now,
                expected=found.version,
            )  # fmt: skip
            return answers.saved(request, here, _("Saved"))
        except Refused as error:
            refuse(form, error)
    attachments = of_records(COMPLAINT_KIND, [pk]).get(pk, [])
    context = {"complaint": found, "form": form, "may_edit": may_edit, "attachments": attachments}
    return render(request, "sales/complaint.html", context)
