"""The page of exchange rates: what is known, one more, a whole sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.views.basis import one_or_404
from genjin.people.requests import Request
from genjin.sales import money_forms
from genjin.sales.actions import rates
from genjin.sales.actions.money_basis import does_finance
from genjin.sales.models import ExchangeRate
from genjin.sales.rate_sheets import read_sheet
from genjin.sales.rates import base_currency
from genjin.sales.small_forms import small_form
from genjin.web import answers
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

COLUMNS = Columns(
    Column("day", gettext_lazy("Day"), sort="day", descending_first=True, fixed=True),
    Column("currency", gettext_lazy("Currency")),
    Column("rate", gettext_lazy("Exchange rate"), number=True),
    default="-day",
)


@require_GET
@requires()
def rate_list(request: Request) -> HttpResponse:
    """All rates to the base currency, the newest first."""
    page = page_for(request, ExchangeRate.objects.filter(base=base_currency()), COLUMNS)
    context = {
        "page": page,
        "columns": COLUMNS.shown(None, page.sorting or COLUMNS.sorting(None)),
        "sorting": page.sorting,
        "base": base_currency(),
        "does_finance": does_finance(request.user, request.now),
    }
    return render(request, "sales/rates.html", context)


def _finance_or_404(request: Request) -> None:
    if not does_finance(request.user, request.now):
        raise Http404


@requires()
def add_rate(request: Request) -> HttpResponse:
    """Enter what a currency was worth on a day."""
    _finance_or_404(request)
    form = money_forms.RateForm(request.POST or None, initial={"day": timezone.localdate(request.now)})

    def save() -> None:
        values: dict[str, Any] = form.cleaned_data
        item = rates.NewRate(values["currency"], values["day"], values["rate"], int(values["units"]))
        rates.set_rate(item=item, by=request.user, at=request.now)

    return small_form(request, form, save, title=_("Enter a rate"), to=reverse("sales:rates"))


@requires()
def rate_sheet(request: Request) -> HttpResponse:
    """Enter many rates as they are copied from a table."""
    _finance_or_404(request)
    form = money_forms.RateSheetForm(request.POST or None)

    def save() -> None:
        items = read_sheet(form.cleaned_data["text"])
        try:
            rates.set_rates(items=[item for _line, item in items], by=request.user, at=request.now)
        except RowsRefused as refused:
            index, problems = min(refused.rows.items())
            text = _("Line %(line)d: %(problem)s")
            problem = text % {"line": items[index][0], "problem": next(iter(problems.values()))}
            raise Refused({"text": problem}) from None

    return small_form(request, form, save, title=_("Enter many rates"), to=reverse("sales:rates"))


@require_POST
@requires()
def remove_rate(request: Request, pk: int) -> HttpResponse:
    """Take away a rate that was entered in error."""
    _finance_or_404(request)
    row = one_or_404(ExchangeRate.objects.all(), pk)
    rates.remove_rate(rate_id=row.pk, by=request.user, at=request.now)
    return answers.saved(request, reverse("sales:rates"), _("Removed"))
