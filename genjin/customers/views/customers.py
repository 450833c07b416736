"""The customer's page, making one, editing its profile, the check for duplicates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.customers import actions, merging, queries, timeline
from genjin.customers.actions import Refused
from genjin.customers.actions.pools import manages
from genjin.customers.forms import CustomerForm, CustomValuesForm, NewCustomerForm
from genjin.customers.masking import is_masked, shared_with
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.customers.models.customer import KIND
from genjin.customers.models.interaction import Channel
from genjin.customers.pool_notices import pool_text
from genjin.customers.present import (
    CHANNEL_ICONS,
    chips,
    contact_lines,
    coverage,
    is_overdue,
    profile,
)
from genjin.customers.present_timeline import Reader, timeline_rows, timeline_tabs
from genjin.customers.views.basis import customer_or_404, list_page, page_of, reads_again, show_form
from genjin.customers.views.duplicates import report, resembling, shown_lines, surely_or_probably
from genjin.fields.models import CustomField
from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.journal.queries import last_editor
from genjin.people.requests import Request
from genjin.search import queries as search
from genjin.web import answers
from genjin.web.addresses import address_if_any
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.once import save_once, saved_before

OPTIONS = 20
MERGES_SHOWN = 5
PREFILLED = ("name", "website", "contact_name", "contact_email")
"""What a link to the form may fill in: a mail of a stranger knows this much."""


@require_GET
@requires()
def customer(request: Request, pk: int) -> HttpResponse:
    """Everything of one customer on one screen."""
    try:
        card = queries.customer_card(pk, request.user, at=request.now)
    except Customer.DoesNotExist:
        return _where_it_went(request, pk)
    tab = request.GET.get("tab", "all")
    page = timeline.page(card.customer, tab=tab, reader=request.user, people=card.people)
    today = timezone.localdate(request.now)
    overdue = {s.pk for s in card.steps if is_overdue(s, today, request.now)}
    words = Words()
    facts = words.tell_all(fields_of(KIND, request.user), card.customer)
    context = {
        "card": card,
        **_next_step(card.next_step, overdue),
        "overdue_ids": overdue,
        "coverage": coverage(card),
        "profile": profile(card),
        "facts": facts,
        "place": card.customer.city or card.customer.country or "",
        "sensitive_on": request.access.may("see_sensitive")
        and actions.may_see_sensitive(card.customer, request.user, request.now),
        "customer": card.customer,
        "chips": chips(card),
        "people": contact_lines(card, _of_contacts(request, card), words),
        "rows": timeline_rows(
            page, masked=card.is_masked, now=request.now, reader=_reader(request, card.may_edit)
        ),
        "page": page,
        "tab": tab,
        "tabs": timeline_tabs(tab, page_of(card.customer)),
        "panels": panels(pk),
        "today": today,
        "warning": card.around.warning(code, today) if (code := card.customer.country_id) else None,
        "ahead_url": address_if_any("followups:customer_panel", pk),
        "write_url": address_if_any("mail:compose"),
        "list_url": list_page(),
        "may_assign": request.access.may("assign_owner"),
        "may_recycle": request.access.may("recycle"),
        "is_mine": card.customer.owner_id == request.user.pk,
        "may_claim": card.customer.is_in_pool and queries.may_write(request.access),
        "may_move": card.customer.pool is not None and manages(card.customer.pool, request.user, request.now),
        "pool_return": pool_text(card.customer),
        "merges": merging.merges_of(pk)[:MERGES_SHOWN] if merging.merged_into(card.customer) else (),
        "resembling": queries.resembling_count(pk) if queries.may_write(request.access) else 0,
    }
    return render(request, "customers/customer.html", context)


def _of_contacts(request: Request, card: queries.CustomerCard) -> list[CustomField]:
    """The custom fields of the people on the page; none where contact data are masked."""
    if card.is_masked or not any(contact.custom for contact in card.contacts):
        return []
    return fields_of("customers.contact", request.user)


def _where_it_went(request: Request, pk: int) -> HttpResponse:
    """Lead to the customer into which this one was merged, if any that the reader may see."""
    into = merging.where_merged(pk, request.user)
    if into is None:
        raise Http404
    old = Customer.objects.get(pk=pk)
    said = _("%(number)s “%(name)s” was merged into this customer.")
    messages.info(request, said % {"number": old.number, "name": old.name})
    return HttpResponseRedirect(page_of(into))


def _next_step(step: NextStep | None, overdue: set[int]) -> dict[str, Any]:
    """How the banner tells the next step."""
    if step is None:
        return {}
    kind = step.channel if step.channel != Channel.OTHER else Interaction.Kind.NOTE
    return {
        "step_icon": CHANNEL_ICONS.get(step.channel, "note"),
        "step_kind": kind,
        "overdue": step.pk in overdue,
    }


PANELS = (
    "followups:sequences_panel",
    "mail:customer_panel",
    "inquiries:customer_panel",
    "sales:customer_panel",
    "sales:customer_money",
    "sales:customer_rhythm",
)
"""Panels of higher folders, loaded by the browser; those whose folder is not there are left out."""


def panels(pk: int) -> list[str]:
    """Addresses of the panels that exist."""
    return [url for url in (address_if_any(name, pk) for name in PANELS) if url]


@require_GET
@requires()
def more(request: Request, pk: int) -> HttpResponse:
    """The next page of the timeline."""
    found = customer_or_404(request, pk)
    masked = is_masked(found, request.access, shared_with(found))
    tab = request.GET.get("tab", "all")
    page = timeline.page(found, tab=tab, before=request.GET.get("before", ""), reader=request.user)
    reader = _reader(request, Customer.objects.editable_by(request.user).filter(pk=pk).exists())
    rows = timeline_rows(page, masked=masked, now=request.now, reader=reader)
    context = {"customer": found, "page": page, "tab": tab, "rows": rows}
    if request.htmx:
        return render(request, "customers/_timeline_rows.html", context)
    return render(request, "customers/timeline.html", context)


def _reader(request: Request, may_edit: bool) -> Reader:
    may = request.access.may
    return Reader(request.user.pk, may_edit, may("manage_team"), may("recycle"), request.user)


@requires()
def create(request: Request) -> HttpResponse:
    """Make a customer, with a first contact."""
    if not queries.may_write(request.access):
        raise Http404
    custom = fields_of(KIND, request.user)
    known = {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}
    form = NewCustomerForm(request.POST or None, lists=queries.lists(), custom=custom, initial=known)
    context: dict[str, Any] = {"form": form, "to": list_page()}
    if request.method == "POST" and form.is_valid():
        if (before := saved_before(request)) is not None:
            return answers.saved(request, before)
        # Read now: a field that is refused leaves the form's values.
        row, found = form.row(), resembling(form.row(), form.ways())
        doubt = surely_or_probably(found)
        # Who holds the very name is found among the likely ones too.
        holder = actions.holder_of(row) if doubt or row["same_name_reason"] else None
        is_meant = request.POST.get("anyway") or row["same_name_reason"]
        if doubt and holder is None and not is_meant:
            context |= {"duplicates": shown_lines(request, found), "ask": True}
        elif (to := _create(request, form)) is not None:
            report(request, doubt, row)
            return answers.saved(request, to)
        else:
            holder = actions.holder_of(row)
            context |= {"duplicates": shown_lines(request, found), "same_name": holder is not None}
        report(request, [*doubt, holder], row)
    return render(request, "customers/create.html", context)


def _create(request: Request, form: NewCustomerForm) -> str | None:
    """Address of the customer, made with its first contact, both or neither; None when refused.

    A form that was sent twice leads to the customer it made the first time.
    """

    @transaction.atomic
    def save() -> str:
        made = actions.create_customer(row=form.row(), by=request.user, at=request.now)
        contact = form.contact_row(made.pk)
        if contact is not None:
            _first_contact(request, contact)
        messages.success(request, _("Customer %(number)s was made.") % {"number": made.number})
        return page_of(made)

    try:
        return save_once(request, save)[0]
    except Refused as error:
        refuse(form, error)
        return None


def _first_contact(request: Request, row: dict[str, Any]) -> None:
    try:
        actions.create_contact(row=row, by=request.user, at=request.now)
    except Refused as error:
        fields = {
            {"EMAIL": "contact_email", "MOBILE": "contact_phone"}[row["points"][int(name[7:])]["kind"]]
            if name.startswith("points-")
            else f"contact_{name}": messages
            for name, messages in error.message_dict.items()
        }
        raise Refused(fields) from None


@require_GET
@requires()
def options(request: Request) -> HttpResponse:
    """Customers for a field that finds one by typing: by whatever the search finds them by."""
    hits = search.find(request.user, request.GET.get("q", ""), ["customers.customer"], limit=OPTIONS)
    found = [{"value": hit.object_id, "label": hit.title, "note": hit.note} for hit in hits]
    return JsonResponse({"options": found})


@requires()
@reads_again
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a customer's profile."""
    found = customer_or_404(request, pk, edit=True)
    channels = list(found.sales_channels.all())
    form = CustomerForm(
        request.POST or None,
        lists=queries.lists(),
        customer=found,
        channels=channels,
        user=request.user,
        custom=fields_of(KIND, request.user),
        by=last_editor(found),
    )
    context: dict[str, Any] = {"form": form, "customer": found, "to": page_of(found)}
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        try:
            actions.change_customer(
                customer_id=found.pk, changes=changes, by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found), _("Saved"))
        except Refused as error:
            refuse(form, error)
            holder = actions.holder_of(changes, except_id=found.pk)
            context["same_name"] = holder is not None
            report(request, [holder], changes)
    return render(request, "customers/edit.html", context)


@requires()
@reads_again
def custom(request: Request, pk: int) -> HttpResponse:
    """Change the custom fields of a customer on its page, all or the one named."""
    found = customer_or_404(request, pk, edit=True)
    fields = fields_of(KIND, request.user)
    one = request.GET.get("field", "")
    shown = [field for field in fields if field.key == one] or fields
    if not shown:
        raise Http404
    form = CustomValuesForm(request.POST or None, record=found, custom=shown, by=last_editor(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_customer(
                customer_id=found.pk, changes=form.cleaned_data, by=request.user, at=request.now,
                expected_version=found.version,
            )  # fmt: skip
            return answers.saved(request, page_of(found), _("Saved"))
        except Refused as error:
            refuse(form, error)
    title = str(shown[0]) if one and len(shown) == 1 else _("Further facts")
    return show_form(request, form, title=title, to=page_of(found))
