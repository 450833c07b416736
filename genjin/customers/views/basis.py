"""What the views of this folder share: finding what one may see, answering with a dialog or a page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from genjin.customers.actions import Conflict
from genjin.customers.models import Contact, Customer, Interaction
from genjin.journal.models import Entry
from genjin.people.requests import Request
from genjin.records import registry
from genjin.web.errors import error_page
from genjin.web.guards import View

M = TypeVar("M", bound=Model)


def one_or_404(rows: QuerySet[M], pk: int) -> M:
    """The row of that id; what one may not see does not exist."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def customer_or_404(request: Request, pk: int, *, edit: bool = False) -> Customer:
    """A customer that the person may see, or change."""
    rows = Customer.objects.editable_by(request.user) if edit else Customer.objects.visible_to(request.user)
    return one_or_404(rows.select_related("country", "owner"), pk)


def contact_or_404(request: Request, pk: int, *, edit: bool = False) -> Contact:
    """A contact of such a customer."""
    rows = Contact.objects.editable_by(request.user) if edit else Contact.objects.visible_to(request.user)
    return one_or_404(rows.select_related("customer__country", "customer__owner"), pk)


def interaction_or_404(request: Request, pk: int) -> Interaction:
    """A log of a customer that the person may change."""
    rows = Interaction.objects.alive().filter(customer__in=Customer.objects.editable_by(request.user))
    return one_or_404(rows.select_related("customer"), pk)


TRIES = 5


def reads_again(view: View) -> View:
    """What somebody saves between the view's reading and its writing is read too: the form shows it then."""

    @wraps(view)
    def patient(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for _try in range(TRIES):
            with suppress(Conflict):
                return view(request, *args, **kwargs)
        return error_page(request, 409)

    return patient


def page_of(customer: Customer | int, anchor: str = "") -> str:
    """Address of the customer's page."""
    pk = customer if isinstance(customer, int) else customer.pk
    return reverse("customers:customer", args=[pk]) + (f"#{anchor}" if anchor else "")


def list_page() -> str:
    """Address of the list of customers, else of the first page, while there is no list."""
    try:
        return reverse("customers:list")
    except NoReverseMatch:
        return "/"


def show_form(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: object,
    to: str,
    submit: object = "",
    text: object = "",
    danger: bool = False,
    template: str = "",
    **more: Any,
) -> HttpResponse:
    """A small form: in the dialog host for htmx, as a page of its own without scripts.

    `template` renders the fields; by default all of them one below the other.
    """
    inside = bool(getattr(request, "htmx", False))
    context = {
        "form": form, "form_title": title, "to": to, "submit": submit, "text": text, "danger": danger,
        "fields_template": template, **more,
    }  # fmt: skip
    template = "customers/_dialog_form.html" if inside else "customers/form_page.html"
    return render(request, template, context, status=status_of(form, inside=inside))


def status_of(form: BaseForm, *, inside: bool) -> int:
    """422 for a fragment that shows mistakes, as the page's scripts agree upon; 200 otherwise."""
    return 422 if inside and form.errors else 200


def ids_of(values: Sequence[str]) -> list[int]:
    """Whole numbers of posted values; anything else is left out."""
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]


def saved_last_by(record: Any) -> str:
    """Who saved a record last, by the journal; empty when nobody did."""
    entries = Entry.objects.filter(kind=registry.kind_of(record), object_id=record.pk, by__isnull=False)
    last = entries.select_related("by").first()
    return str(last.by) if last else ""
