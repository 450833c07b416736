"""Mail and customers: filing by hand, making a customer or contact of a stranger, the panel beside a mail."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions import Refused
from genjin.customers.models import Customer, Interaction
from genjin.customers.present import chips, is_overdue
from genjin.customers.queries import customer_card, may_write
from genjin.customers.views.basis import show_form
from genjin.mail import present, queries
from genjin.mail.actions import filing
from genjin.mail.models import Filing, Message
from genjin.mail.views.basis import message_or_404
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.rules.duplicates.contacts import company_domain
from genjin.web import answers
from genjin.web.forms import Combo, Form, TextField, refuse
from genjin.web.guards import requires

SHOWN_CHIPS = ("follow_grade", "value_class", "relationship_class", "lifecycle", "activity", "key_account")
LOGS = 4


@require_GET
@requires()
def panel(request: Request, pk: int) -> HttpResponse:
    """The customer beside a message: what one must know before answering."""
    try:
        card = customer_card(pk, request.user, at=request.now)
    except Customer.DoesNotExist:
        raise Http404 from None
    today = timezone.localdate(request.now)
    logs = Interaction.objects.alive().filter(customer=pk, corrects__isnull=True).select_related("person")
    found = chips(card)
    context = {
        "card": card,
        "customer": card.customer,
        "chips": [chip for chip in found if chip.value and chip.field in SHOWN_CHIPS] or found[:1],
        "overdue": card.next_step is not None and is_overdue(card.next_step, today, request.now),
        "logs": list(logs.order_by("-happened_at", "-pk")[:LOGS]),
        "mails": queries.mails_of_customer(pk, request.user),
        "contacts": card.contacts[:LOGS],
        "orders_url": present.url_of("sales:customer_panel", pk),
    }
    return render(request, "mail/_panel.html", context)


class CustomerForm(Form):
    """To which customer."""

    customer = forms.ModelChoiceField(
        label=gettext_lazy("Customer"), queryset=Customer.objects.none(),
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[Customer]", self.fields["customer"])
        field.queryset = Customer.objects.visible_to(user)


class FileForm(CustomerForm):
    """The customer, and whether that holds for later mail."""

    remember = forms.BooleanField(
        label=gettext_lazy("Also later mails of this address"), required=False, initial=True
    )


@requires()
def file(request: Request, pk: int) -> HttpResponse:
    """File a conversation to a customer."""
    message = message_or_404(request, pk)
    to = reverse("mail:conversation", args=[message.thread_id])
    return _file(request, _of_threads(request, [message.thread_id]), to)


@requires()
def file_many(request: Request) -> HttpResponse:
    """File several conversations (`ids`) to a customer."""
    given = request.GET.get("ids", "").split(",")[:200]
    ids = _of_threads(request, [int(pk) for pk in given if pk.isdecimal() and len(pk) < 19])
    if not ids:
        raise Http404
    return _file(request, ids, reverse("mail:inbox"))


def _file(request: Request, ids: list[int], to: str) -> HttpResponse:
    if not may_write(request.access):
        raise Http404
    form = FileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            filing.file_messages(
                message_ids=ids, customer_id=form.cleaned_data["customer"].pk, by=request.user,
                at=request.now, remember=form.cleaned_data["remember"],
            )  # fmt: skip
            return answers.saved(request, to, _("Filed"))
        except Refused as error:
            refuse(form, error)
    return show_form(
        request, form, title=_("File to a customer"), to=to, submit=_("File"),
        text=_("The whole conversation stands on the customer's timeline then."),
    )  # fmt: skip


def _of_threads(request: Request, thread_ids: list[int]) -> list[int]:
    rows = Message.objects.visible_to(request.user).filter(thread__in=thread_ids).order_by("date", "pk")
    return list(rows.values_list("pk", flat=True)[:2_000])


@require_POST
@requires()
def unfile(request: Request, pk: int, customer_id: int) -> HttpResponse:
    """Take a conversation off a customer; mail of the address is not filed there by itself any more."""
    message = message_or_404(request, pk)
    if not may_write(request.access):
        raise Http404
    ids = list(
        Filing.objects.filter(message__in=_of_threads(request, [message.thread_id]), customer=customer_id)
        .values_list("message_id", flat=True)
    )  # fmt: skip
    try:
        filing.unfile_messages(
            message_ids=ids, customer_id=customer_id, by=request.user, at=request.now, remember=True
        )
    except Refused:
        raise Http404 from None
    return answers.saved(request, reverse("mail:conversation", args=[message.thread_id]), _("Taken off"))


class ContactForm(CustomerForm):
    """A person at a customer that is known already."""

    name = TextField(label=gettext_lazy("Name"), max_length=120)


@requires()
def contact(request: Request, pk: int) -> HttpResponse:
    """Make the sender a contact of a customer; all mail of the address follows."""
    message = message_or_404(request, pk)
    if not may_write(request.access):
        raise Http404
    form = ContactForm(request.POST or None, user=request.user, initial={"name": message.from_name})
    to = reverse("mail:conversation", args=[message.thread_id])
    if request.method == "POST" and form.is_valid():
        try:
            filing.add_contact(
                address=message.from_address, name=form.cleaned_data["name"],
                customer_id=form.cleaned_data["customer"].pk, by=request.user, at=request.now,
            )  # fmt: skip
            return answers.saved(request, to, _("Contact added"))
        except Refused as error:
            refuse(form, error)
    text = _("%(address)s becomes a contact; mail of this address is filed to the customer.")
    return show_form(
        request, form, title=_("New contact"), to=to, submit=_("Add"),
        text=text % {"address": message.from_address},
    )  # fmt: skip


@require_GET
@requires()
def customer(request: Request, pk: int) -> HttpResponse:
    """The form of a new customer with what the mail tells filled in; nothing is made by itself."""
    message = message_or_404(request, pk)
    if not may_write(request.access):
        raise Http404
    domain = company_domain(message.from_address)
    values = {
        "name": domain.split(".")[0].capitalize() if domain else message.from_name,
        "website": domain,
        "contact_name": message.from_name,
        "contact_email": message.from_address,
    }
    filled = urlencode({name: value for name, value in values.items() if value})
    return HttpResponseRedirect(f"{reverse('customers:create')}?{filled}")
