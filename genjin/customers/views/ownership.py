"""Claiming, handing over, the public pool, collaborators, tags of a customer; the recycle bin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers import actions, queries
from genjin.customers.actions import Refused
from genjin.customers.actions.pools import pools_of_owners
from genjin.customers.dropping import warning_on
from genjin.customers.forms.small import CollaboratorsForm, OwnerForm, ReturnForm, TagsForm
from genjin.customers.models import Customer, PublicPool, Tag
from genjin.customers.views.basis import (
    customer_or_404,
    ids_of,
    list_page,
    page_of,
    reads_again,
    show_form,
)
from genjin.journal.queries import last_editor
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import refuse
from genjin.web.guards import requires


@require_POST
@requires()
def claim(request: Request, pk: int) -> HttpResponse:
    """Take a customer out of the public pool."""
    if not queries.may_write(request.access):
        raise Http404
    try:
        customer = customer_or_404(request, pk)
    except Http404:
        # Whoever is a moment late does not see the customer any more, but was offered it.
        winner = queries.claimed_before(request.user, pk, at=request.now)
        if winner is None:
            raise
        messages.warning(request, actions.said_faster(winner))
        return answers.saved(request, list_page())
    try:
        actions.claim(customer_id=customer.pk, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        visible = Customer.objects.visible_to(request.user).filter(pk=pk).exists()
        return answers.saved(request, page_of(customer) if visible else list_page())
    return answers.saved(request, page_of(customer), _("This customer is yours now."))


@requires("assign_owner")
@reads_again
def assign(request: Request, pk: int) -> HttpResponse:
    """Give a customer to another owner."""
    customer = customer_or_404(request, pk, edit=True)
    people = list(queries.colleagues())
    form = OwnerForm(request.POST or None, customer=customer, people=people, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            moved = actions.assign_owner(
                ids=[pk], owner_id=data["owner"], why=data["why"], by=request.user, at=request.now,
                expected_version=customer.version,
            )  # fmt: skip
            if not moved:
                raise Refused({"owner": _("This person is the owner already.")})
            return answers.saved(request, page_of(customer), _("Handed over"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Hand to another owner"), to=page_of(customer), submit=_("Hand over"),
        text=_("Open next steps of the present owner go with the customer."),
    )  # fmt: skip


@requires()
@reads_again
def to_pool(request: Request, pk: int) -> HttpResponse:
    """Return a customer to the public pool, with a reason."""
    customer = customer_or_404(request, pk, edit=True)
    if customer.owner_id is None or not (
        customer.owner_id == request.user.pk or request.access.may("assign_owner")
    ):
        raise Http404
    pools = list(PublicPool.objects.active())
    home = pools_of_owners([customer.owner_id])[customer.owner_id].pk
    form = ReturnForm(request.POST or None, customer=customer, pools=pools, home=home)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            actions.return_to_pool(
                ids=[pk], why=why, pool_id=form.cleaned_data.get("pool") or home, by=request.user,
                at=request.now, expected_version=customer.version,
            )  # fmt: skip
            return answers.saved(request, page_of(customer), _("Returned to the public pool"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("Return to the public pool"), to=page_of(customer),
        text=_("Colleagues may claim it then, with its history; your open next steps are cancelled."),
        warning=warning_on([customer]), submit=_("Return"), danger=True,
    )  # fmt: skip


@requires()
@reads_again
def collaborators(request: Request, pk: int) -> HttpResponse:
    """Share a customer with colleagues."""
    customer = customer_or_404(request, pk, edit=True)
    now = set(customer.collaborations.values_list("user_id", flat=True))
    people = [p for p in queries.colleagues() if p.pk != customer.owner_id]
    form = CollaboratorsForm(request.POST or None, people=people, chosen=now, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["people"])
        gone = [pk for pk in now - chosen if pk in {p.pk for p in people}]
        try:
            actions.set_collaborators(
                customer_ids=[pk], add=sorted(chosen - now), remove=gone, by=request.user, at=request.now,
                expected=now,
            )  # fmt: skip
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error, {"collaborators": "people"})
    return show_form(
        request, form, title=_("Collaborators"), to=page_of(customer),
        text=_("Collaborators see and edit this customer as its owner does."),
    )  # fmt: skip


@requires()
@reads_again
def tags(request: Request, pk: int) -> HttpResponse:
    """Choose the tags of a customer, or make one."""
    customer = customer_or_404(request, pk, edit=True)
    now = set(customer.tags.values_list("pk", flat=True))
    form = TagsForm(request.POST or None, tags=list(Tag.objects.all()), chosen=now, by=last_editor(customer))
    if request.method == "POST" and form.is_valid():
        try:
            _tag(request, pk, form, now)
            return answers.saved(request, page_of(customer), _("Saved"))
        except Refused as error:
            refuse(form, error, {"name": "new"})
    return show_form(
        request, form, title=_("Tags"), to=page_of(customer), template="customers/_tags_fields.html"
    )


@transaction.atomic
def _tag(request: Request, pk: int, form: TagsForm, now: set[int]) -> None:
    """Put the chosen tags on a customer that has those of `now`, and a new one; all or nothing."""
    data = form.cleaned_data
    chosen = set(data["tags"])
    if data["new"]:
        colour = data["colour"] or Tag.Colour.GREY
        chosen.add(actions.create_tag(name=data["new"], colour=colour, by=request.user, at=request.now).pk)
    actions.tag_customers(
        ids=[pk], add=sorted(chosen - now), remove=sorted(now - chosen), by=request.user, at=request.now,
        expected=now,
    )  # fmt: skip


@require_POST
@requires("recycle")
def recycle(request: Request, pk: int) -> HttpResponse:
    """Put a customer into the recycle bin."""
    customer = customer_or_404(request, pk, edit=True)
    actions.recycle(ids=[pk], by=request.user, at=request.now)
    said = _("%(name)s was moved to the recycle bin.") % {"name": customer.name}
    return answers.saved(request, reverse("customers:bin"), said)


BIN_SHOWN = 200
BIN: dict[str, Callable[[User], QuerySet[Any]]] = {
    "customers": queries.bin_of,
    "contacts": queries.bin_of_contacts,
    "logs": queries.bin_of_logs,
}


@require_GET
@requires("recycle")
def recycle_bin(request: Request) -> HttpResponse:
    """What was deleted and can come back: customers, contacts, logs."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in BIN else "customers"
    rows = list(BIN[tab](request.user).order_by("-deleted_at", "-pk")[: BIN_SHOWN + 1])
    labels = {"customers": _("Customers"), "contacts": _("Contacts"), "logs": _("Contact logs")}
    here = reverse("customers:bin")
    tabs = [
        {"label": label, "href": f"{here}?tab={name}", "current": name == tab}
        for name, label in labels.items()
    ]
    context = {
        "rows": rows[:BIN_SHOWN], "more": len(rows) > BIN_SHOWN, "list_url": list_page(), "tab": tab,
        "tabs": tabs,
    }  # fmt: skip
    return render(request, "customers/bin.html", context)


@require_POST
@requires("recycle")
def restore(request: Request) -> HttpResponse:
    """Take the chosen customers out of the bin."""
    wanted = ids_of(request.POST.getlist("only") or request.POST.getlist("ids"))
    if not wanted:
        messages.error(request, _("Choose at least one customer."))
        return HttpResponseRedirect(reverse("customers:bin"))
    ids = list(queries.bin_of(request.user).filter(pk__in=wanted).values_list("pk", flat=True))
    if not ids:
        raise Http404
    try:
        count = actions.restore(ids=ids, by=request.user, at=request.now)
    except Refused as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("customers:bin"))
    said = ngettext("%(count)d customer restored", "%(count)d customers restored", count) % {"count": count}
    return answers.saved(request, page_of(ids[0]) if len(ids) == 1 else reverse("customers:bin"), said)
