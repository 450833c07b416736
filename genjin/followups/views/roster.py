"""The duty roster: who answers customers outside of working hours, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.followups import roster_actions
from genjin.followups.models import DutyDay
from genjin.people.models import User
from genjin.people.queries import work_calendar
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, refuse
from genjin.web.guards import requires
from genjin.web.templatetags import web

DAYS = 28


class RosterForm(Form):
    """One choice for each of four weeks' days."""

    def __init__(self, *args: Any, days: list[date], people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("nobody")), *((str(person.pk), str(person)) for person in people)]
        for day in days:
            label = f"{web.day(day)} {web.weekday(day)}"
            self.fields[day.isoformat()] = forms.ChoiceField(label=label, choices=choices, required=False)

    def chosen(self) -> dict[date, int | None]:
        """Who is on duty by day."""
        return {
            date.fromisoformat(name): int(value) if value else None
            for name, value in self.cleaned_data.items()
        }


@requires("manage_team")
def roster(request: Request) -> HttpResponse:
    """Four weeks from this one on; `from` names another day to begin with."""
    calendar = work_calendar()
    today = calendar.local_date(request.now)
    begin = _monday(_asked(request) or today)
    days = [begin + timedelta(days=number) for number in range(DAYS)]
    stored = {row.day: row.person_id for row in DutyDay.objects.filter(day__in=days)}
    people = list(User.objects.filter(is_active=True).order_by("id")[:500])
    form = RosterForm(
        request.POST if request.method == "POST" else None, days=days, people=people,
        initial={day.isoformat(): str(pk) for day, pk in stored.items()},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            roster_actions.set_roster(days=form.chosen(), by=request.user, at=request.now)
            return answers.saved(request, _address(begin), _("Saved"))
        except ValidationError as refused:
            refuse(form, refused)
    fields = [(form[day.isoformat()], day, calendar.is_workday(day), day < today) for day in days]
    context = {
        "form": form,
        "weeks": [fields[number : number + 7] for number in range(0, DAYS, 7)],
        "before": _address(begin - timedelta(days=DAYS)),
        "after": _address(begin + timedelta(days=DAYS)),
    }
    return render(request, "followups/roster.html", context)


def _asked(request: Request) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _address(begin: date) -> str:
    return f"{reverse('followups:roster')}?from={begin.isoformat()}"
