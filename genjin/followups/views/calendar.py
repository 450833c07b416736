"""The calendar of the coming weeks: what each day holds, and the tasks of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from genjin.followups import agenda, day_actions, present, queries, setting
from genjin.followups.forms import MoveForm
from genjin.followups.reasons import CLASSES
from genjin.followups.views.acts import answer, gone, seen_of, show, task_of
from genjin.followups.views.today import row_of, tabs_of
from genjin.people.requests import Request
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.templatetags.web import day as day_text

AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Cell:
    """A day as it is shown."""

    of: agenda.Day
    today: date
    chosen: date

    @property
    def is_today(self) -> bool:
        """Whether it is today."""
        return self.of.day == self.today

    @property
    def is_past(self) -> bool:
        """Whether it is over."""
        return self.of.day < self.today

    @property
    def is_chosen(self) -> bool:
        """Whether its tasks stand below."""
        return self.of.day == self.chosen

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """The classes of its tasks with their numbers, the first ones."""
        return [(str(CLASSES[rank]), n) for rank, n in self.of.by_class.items()][: agenda.KINDS_SHOWN]


@requires()
def calendar(request: Request) -> HttpResponse:
    """Five weeks from this one on, or from the week that `from` names; the tasks of `day` are listed."""
    user, now = request.user, request.now
    today = timezone.localdate(now)
    chosen = _day(request.GET.get("day"), today) or today
    first = agenda.monday_of(_day(request.GET.get("from"), today) or _around(chosen, today))
    own = setting.current(now).for_owner(user.pk).calendar(user.pk)
    weeks = agenda.weeks_of(user, own, first)
    due = queries.own_tasks(user).filter(due_on=chosen)
    tasks, more = queries.page_of(due)
    counts = queries.counts_of(due, today)
    rows = present.rows_for(tasks, today=today, now=now)
    place = f"calendar-{chosen.isoformat()}"
    span = timedelta(weeks=agenda.WEEKS)
    context = {
        "weeks": [[Cell(one, today, chosen) for one in week] for week in weeks],
        "first": first,
        "last": weeks[-1][-1].day,
        "before": first - span if first > agenda.monday_of(today) else None,
        "after": first + span if first + span < today + AHEAD else None,
        "chosen": chosen,
        "groups": present.grouped(rows, counts.by_class),
        "count": counts.all,
        "cut": more,
        "moves": True,
        "view": place,
        "w": present.row_words(),
        "query": f"view={place}",
        "shown": queries.PAGE,
        "tabs": tabs_of(request, None),
    }
    return render(request, "followups/calendar.html", context)


def _around(chosen: date, today: date) -> date:
    """The weeks from this one on, unless the day chosen lies beyond them."""
    return chosen if chosen < today or chosen - today >= timedelta(weeks=agenda.WEEKS - 1) else today


def _day(text: str | None, today: date) -> date | None:
    """The day written; None for none, nonsense, and days beyond a year."""
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return found if found is not None and abs(found - today) <= AHEAD else None


@requires()
def move(request: Request, key: str) -> HttpResponse:
    """Move the next steps of a task to another day, earlier or later."""
    task = task_of(request, key)
    if task is None:
        return gone(request, key)
    today = timezone.localdate(request.now)
    form = MoveForm(request.POST or None, today=today, initial={"to": task.due_on})
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            day_actions.move_steps(task=task, to=to, by=request.user, at=request.now, seen=seen_of(request))
            return answer(request, _("Moved to %(day)s") % {"day": day_text(to)})
        except ValidationError as refused:
            refuse(form, refused)
    context = {
        "form": form,
        "row": row_of(request, task),
        "seen": request.POST.get("seen") or task.decided_at.isoformat(),
    }
    return show(request, "move", context, wrong=request.method == "POST")
