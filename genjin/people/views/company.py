"""Pages about the company: organisation, switches, calendar, equipment."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.people import actions, queries
from genjin.people.forms import CompanyForm, LoanForm, OrganisationForm, OwnDayForm
from genjin.people.models import CalendarDay, EquipmentLoan
from genjin.people.requests import Request
from genjin.people.views.entry import FIRM
from genjin.people.views.saving import bound, key_of, last_editor, make_once, try_save, values_of
from genjin.policy import actions as policy
from genjin.policy import queries as policy_queries
from genjin.web import answers
from genjin.web.guards import requires

SWITCHES = ("go_live_on", "second_factor_required", "sensitive_fields")


@requires("administer")
def organisation(request: Request) -> HttpResponse:
    """Names, currency, zone and working hours of the firm."""
    firm = queries.organisation()
    form = OrganisationForm(
        bound(request), current=values_of(firm, *FIRM), version=firm.version, by=last_editor(request, firm)
    )

    def save(data: dict[str, Any]) -> object:
        return actions.change_organisation(
            values={name: data[name] for name in FIRM},
            version=firm.version,
            by=request.user,
            at=request.now,
        )

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:organisation"), _("Saved."))
    return render(request, "people/organisation.html", {"form": form})


@requires("administer")
def company(request: Request) -> HttpResponse:
    """Go-live date, second factor, restricted fields."""
    row = policy_queries.switches()
    stored = values_of(row, *SWITCHES)
    form = CompanyForm(
        bound(request), current=stored, version=sorted(stored.items()), by=last_editor(request, row)
    )

    def save(data: dict[str, Any]) -> object:
        if row.go_live_on and data["go_live_on"] is None:
            raise ValidationError({"go_live_on": _("A go-live date that was set can be moved, not removed.")})
        if data["second_factor_required"] and not request.user.has_second_factor:
            raise ValidationError({"second_factor_required": _("Set up your own second factor first.")})
        changed = {name: data[name] for name in SWITCHES if data[name] != stored[name]}
        try:
            return policy.change_switches(by=request.user, at=request.now, expected=stored, **changed)
        except policy.StaleSwitches:
            raise actions.Stale(row) from None

    if request.method == "POST" and try_save(form, save):
        return answers.saved(request, reverse("people:company"), _("Saved."))
    return render(request, "people/company.html", {"form": form})


@requires("administer")
def calendar(request: Request) -> HttpResponse:
    """A month of the company's calendar, and a form for a day of its own."""
    today = timezone.localdate(request.now)
    first = _month(request.GET.get("month", ""), today)
    form = OwnDayForm(bound(request), initial={"kind": CalendarDay.Kind.CLOSED})

    def make(data: dict[str, Any]) -> str:
        actions.set_own_day(**data, by=request.user, at=request.now)
        return f"{reverse('people:calendar')}?month={data['day']:%Y-%m}"

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("Saved."))
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    rows = CalendarDay.objects.filter(day__range=(weeks[0][0], weeks[-1][-1]))
    work = queries.work_calendar()
    own = CalendarDay.objects.filter(source=CalendarDay.Source.OWN, day__gte=today - timedelta(days=365))
    context = {
        "form": form,
        "weeks": [[_cell(day, first, today, work, rows) for day in week] for week in weeks],
        "first": first,
        "previous": (first - timedelta(days=1)).replace(day=1),
        "next": (first + timedelta(days=31)).replace(day=1),
        "own": own[:100],
        "workdays": sum(work.is_workday(d) for w in weeks for d in w if d.month == first.month),
    }
    return render(request, "people/calendar.html", context)


def _month(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if 2000 <= found.year <= 2100 else today.replace(day=1)


def _cell(day: date, first: date, today: date, work: Any, rows: Any) -> dict[str, Any]:
    """One day of the month page; `rows` is read once for all."""
    entries = [row for row in rows if row.day == day]
    return {
        "day": day,
        "outside": day.month != first.month,
        "today": day == today,
        "open": work.is_workday(day),
        "entries": entries,
    }


@require_POST
@requires("administer")
def calendar_refresh(request: Request) -> HttpResponse:
    """Take over the official days of this year and the next."""
    now: Any = request.now
    year = timezone.localdate(now).year
    count = actions.refresh_official_days(years=(year, year + 1), by=request.user, at=now)
    text = ngettext("%(n)d day has changed.", "%(n)d days have changed.", count) % {"n": count}
    return answers.saved(request, reverse("people:calendar"), text if count else _("Nothing has changed."))


@require_POST
@requires("administer")
def calendar_remove(request: Request, pk: int) -> HttpResponse:
    """Take a day of the company's own back."""
    row = get_object_or_404(CalendarDay, pk=pk, source=CalendarDay.Source.OWN)
    actions.remove_own_day(day_id=row.pk, by=request.user, at=request.now)
    return answers.saved(
        request, f"{reverse('people:calendar')}?month={row.day:%Y-%m}", _("The day is removed.")
    )


@requires("manage_team")
def equipment(request: Request) -> HttpResponse:
    """Who has which company phone or laptop."""
    form = LoanForm(bound(request), initial={"from_day": timezone.localdate(request.now)})

    def make(data: dict[str, Any]) -> str:
        values = {**data, "borrower_id": key_of(data["borrower"])}
        actions.lend(values=values, by=request.user, at=request.now)
        return reverse("people:equipment")

    if request.method == "POST" and (to := make_once(request, form, make)):
        return answers.saved(request, to, _("Saved."))
    loans = EquipmentLoan.objects.select_related("borrower")
    context = {
        "form": form,
        "out": loans.filter(returned_on__isnull=True)[:200],
        "returned": loans.filter(returned_on__isnull=False)[:50],
        "today": timezone.localdate(request.now),
    }
    return render(request, "people/equipment.html", context)


@require_POST
@requires("manage_team")
def equipment_back(request: Request, pk: int) -> HttpResponse:
    """It came back today."""
    loan = get_object_or_404(EquipmentLoan, pk=pk)
    today = timezone.localdate(request.now)
    actions.take_back(loan_id=loan.pk, on=today, by=request.user, at=request.now)
    return answers.saved(request, reverse("people:equipment"), _("Marked as returned."))
