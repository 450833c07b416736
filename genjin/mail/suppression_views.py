"""The suppression list: to whom nothing may go; for those who lead a team, and administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused
from genjin.customers.views.basis import show_form
from genjin.mail.actions import suppression as actions
from genjin.mail.models import Suppression
from genjin.mail.recipients import clean_address
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, LongTextField, TextField, refuse
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for
from genjin.web.once import save_once

COLUMNS = Columns(
    Column("address", gettext_lazy("Address or domain"), sort="address", fixed=True),
    Column("scope", gettext_lazy("Concerns")),
    Column("reason", gettext_lazy("Reason")),
    Column("added", gettext_lazy("Since"), sort="added_at", descending_first=True),
    default="-added",
)
MOST = 5000


class AddForm(Form):
    """Addresses, one a line or separated by commas."""

    addresses = LongTextField(
        label=gettext_lazy("Addresses"), max_length=200_000, rows=4,
        help_text=gettext_lazy("One a line; @example.com means everybody there."),
    )  # fmt: skip
    scope = forms.ChoiceField(
        label=gettext_lazy("Concerns"), choices=Suppression.Scope.choices, initial=Suppression.Scope.ALL
    )
    note = TextField(label=gettext_lazy("Note"), max_length=200, required=False)

    def clean_addresses(self) -> list[str]:
        """Every address, checked."""
        text = str(self.cleaned_data["addresses"])
        found = [one for one in text.replace(",", "\n").replace(";", "\n").split() if one]
        wrong = next((one for one in found if not actions.is_entry(one.lower())), None)
        if wrong is not None:
            raise forms.ValidationError(_("“%(address)s” is no mail address.") % {"address": wrong[:80]})
        if len(found) > MOST:
            raise forms.ValidationError(_("At most %(count)d at a time.") % {"count": MOST})
        return found


@requires("manage_team")
@require_GET
def suppression(request: Request) -> HttpResponse:
    """The list in force, searched by a part of the address."""
    asked = clean_address(request.GET.get("q", "")).lower()[:254]
    rows = Suppression.objects.filter(lifted_at__isnull=True).select_related("added_by")
    if asked:
        rows = rows.filter(address__contains=asked)
    page: Any = page_for(request, rows, COLUMNS)
    columns = COLUMNS.shown(None, page.sorting)
    context = {"page": page, "columns": columns, "sorting": page.sorting, "asked": asked}
    return render(request, "mail/suppression.html", context)


@requires("manage_team")
def add(request: Request) -> HttpResponse:
    """Put addresses on the list."""
    form = AddForm(request.POST or None)
    to = reverse("mail:suppression")
    if request.method == "POST" and form.is_valid():
        try:
            led, _is_new = save_once(request, lambda: _add(request, form))
            return answers.saved(request, led, _("Saved"))
        except Refused as error:
            refuse(form, error, {"address": "addresses"})
    return show_form(request, form, title=_("Suppress addresses"), to=to)


def _add(request: Request, form: AddForm) -> str:
    data = form.cleaned_data
    entries = [
        actions.Entry(address, data["scope"], Suppression.Reason.HAND, data["note"])
        for address in data["addresses"]
    ]
    actions.add_suppressions(entries=entries, by=request.user, at=request.now)
    return reverse("mail:suppression")


@require_POST
@requires("manage_team")
def lift(request: Request) -> HttpResponse:
    """Take the picked entries off the list."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 19]
    count = actions.lift_suppressions(ids=ids, by=request.user, at=request.now)
    to = reverse("mail:suppression")
    if not count:
        messages.warning(request, _("Choose at least one address."))
        return answers.saved(request, to)
    said = ngettext("%(n)d address may be mailed again", "%(n)d addresses may be mailed again", count)
    return answers.saved(request, to, said % {"n": count})
