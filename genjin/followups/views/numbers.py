"""The targets of one person over the last weeks: one's own first, then a manager's look (C-11, 001-46)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from genjin.customers.models import Customer
from genjin.followups import setting
from genjin.followups.exceptions import WEEKS, calls_since, days_of, reached_by, streak
from genjin.followups.models import Task
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.rules.day import DutyKind
from genjin.rules.duties import WorkClass
from genjin.web.guards import requires

SHOWN = 100
KINDS = (
    (DutyKind.CLOSED_TODAY, gettext_lazy("Customers with orders")),
    (DutyKind.PROSPECTS_TODAY, gettext_lazy("Prospects")),
    (DutyKind.CALL_TODAY, gettext_lazy("Calls")),
    (DutyKind.LIST_CLEARED, gettext_lazy("Tracking list cleared")),
    (DutyKind.CUSTOMERS_CALLED, gettext_lazy("Customers called in the month")),
)


@requires()
def own_numbers(request: Request) -> HttpResponse:
    """One's own."""
    return _page(request, request.user)


@requires("manage_team")
def numbers(request: Request, pk: int) -> HttpResponse:
    """Those of somebody within reach."""
    owner = reached_by(request.user).filter(pk=pk).first()
    if owner is None:
        raise Http404
    return _page(request, owner)


def _page(request: Request, owner: User) -> HttpResponse:
    """Days with their targets (001-17, 000-43 to 000-45), and the calls that count this month."""
    now = request.now
    today = timezone.localdate(now)
    days = days_of([owner.pk], today - WEEKS, today).get(owner.pk, [])
    company = setting.current(now).base.company
    calls = calls_since(owner.pk, company.start_of_day(company.local_date(now).replace(day=1)), now)
    mine = Customer.objects.visible_to(request.user).values("pk")
    tasks = Task.objects.visible_to(request.user).filter(owner=owner, due_on__lt=today)
    context = {
        "owner": owner,
        "is_own": owner.pk == request.user.pk,
        "kinds": [label for _kind, label in KINDS],
        "days": [(one, [one.targets.get(kind) for kind, _label in KINDS]) for one in days if one.targets],
        "streak": streak(days, today),
        "late": tasks.filter(rank=WorkClass.CADENCE).count(),
        "called": calls.order_by().values("customer").distinct().count(),
        "calls": calls.filter(customer__in=mine, is_private=False).select_related("customer")[:SHOWN],
    }
    return render(request, "followups/numbers.html", context)
