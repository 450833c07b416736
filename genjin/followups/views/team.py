"""The manager's page: only what needs a look, with the way to it (001-48)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.customers.models import Customer
from genjin.followups import present, queries
from genjin.followups.exceptions import (
    IMPORTANT,
    MOST,
    SILENT_DAYS,
    Line,
    levels,
    lines_of,
    promised,
    tracking_due,
)
from genjin.followups.models import Task
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.web.guards import requires
from genjin.web.templatetags.web import day as day_text


def left_behind(user: User, today: date) -> list[dict[str, Any]]:
    """People who left and still own customers: how many, and how much of it is due; the most first.

    What is owed to these customers lies with the manager, or with nobody where a team has none.
    """
    customers: Any = Customer.objects.visible_to(user).filter(owner__is_active=False, is_confirmed=True)
    counts = dict(customers.order_by().values_list("owner_id").annotate(Count("id")))
    due: Any = Task.objects.visible_to(user).filter(customer__owner__in=list(counts), due_on__lte=today)
    due_of = dict(due.order_by().values_list("customer__owner_id").annotate(Count("id")))
    people = User.objects.in_bulk(counts.keys())
    lines = [{"user": people[pk], "customers": n, "due": due_of.get(pk, 0)} for pk, n in counts.items()]
    return sorted(lines, key=lambda line: (-line["due"], -line["customers"], line["user"].pk))


@dataclass(frozen=True)
class Cell:
    """One number of a person, with the way to the records that it counts."""

    label: str
    text: str
    href: str = ""
    tone: str = ""
    note: str = ""
    note_href: str = ""


@dataclass(frozen=True)
class Row:
    """One person of the page."""

    line: Line
    cells: list[Cell]


def rows_for(lines: Iterable[Line]) -> list[Row]:
    """The numbers of each person, quiet where there is nothing to look at."""
    from_levels = levels()
    return [Row(line, list(_cells(line, from_levels))) for line in lines]


def _cells(line: Line, from_levels: tuple[int, int]) -> Iterator[Cell]:
    page = reverse("followups:person", args=[line.user.pk])
    numbers = reverse("followups:numbers", args=[line.user.pk])
    customers = f"{reverse('customers:list')}?owner={line.user.pk}"
    grades = "".join(f"&follow_grade={grade}" for grade in IMPORTANT)

    def counted(label: str, count: int, href: str, tone: str, note: str = "") -> Cell:
        text = f"{MOST:,}+" if count > MOST else f"{count:,}"
        return Cell(label, text, href if count else "", tone if count else "", note)

    late = (
        ngettext("oldest %(n)d day", "oldest %(n)d days", line.late) % {"n": line.late} if line.late else ""
    )
    yield counted(_("Promises due or late"), line.promises, f"{page}?which=promises", "bad")
    yield counted(_("Overdue"), line.overdue, f"{page}?which=overdue", "bad", late)
    missed = line.missed_list
    note = _("not cleared on %(day)s") % {"day": day_text(missed.day)} if missed else ""
    yield counted(_("Tracking list"), line.tracking, f"{page}?which=tracking", "warn" if missed else "", note)
    yield _calls(line, numbers)
    yield counted(_("Without a next step"), line.missing, f"{customers}&step=none", "warn")
    silent = f"{customers}{grades}&silent={SILENT_DAYS}"
    yield counted(_("Silent and important"), line.silent, silent, "warn")
    yield from _declines(line, counted, from_levels)


def _declines(line: Line, counted: Callable[..., Cell], from_levels: tuple[int, int]) -> Iterator[Cell]:
    """Orders that fell, then those in a row: told to the manager, and late (003-34, 003-37)."""
    page = f"{reverse('sales:declines')}?owner={line.user.pk}"
    fell, (again, late_at) = line.declines, from_levels
    tone = "bad" if fell.late else "warn"
    late = _("late: %(n)d") % {"n": fell.late} if fell.late else ""
    yield counted(_("Orders fell"), fell.open, page, "warn")
    cell = counted(_("Fell in a row"), fell.again, f"{page}&level={again}", tone)
    yield replace(cell, note=late, note_href=f"{page}&level={late_at}" if late else "")


def _calls(line: Line, href: str) -> Cell:
    """Customers called this month; and the call that was missed on the last working day."""
    missed, month = line.missed_call, line.month
    note = _("no call on %(day)s") % {"day": day_text(missed.day)} if missed else ""
    text = f"{month.done}/{month.of}" if month else "–"
    is_behind = bool(missed or (month and month.is_behind))
    return Cell(_("Called this month"), text, href, "warn" if is_behind else "", note)


@requires("manage_team")
def team(request: Request) -> HttpResponse:
    """Oneself first (C-11), then who is behind, with what, since when (001-48)."""
    user = request.user
    today = timezone.localdate(request.now)
    lines = lines_of(user, today, request.now)
    others = [line for line in lines if line.user.pk != user.pk]
    context = {
        "own": rows_for(line for line in lines if line.user.pk == user.pk),
        "rows": rows_for(line for line in others if not line.is_calm),
        "calm": [line for line in others if line.is_calm],
        "left": left_behind(user, today),
        "may_hand_over": request.access.may("assign_owner"),
        "totals": [
            (_("Promises due or late"), _upto(sum(line.promises for line in lines)), "bad"),
            (_("Overdue"), _upto(sum(line.overdue for line in lines)), "bad"),
            (_("Without a next step"), _upto(sum(line.missing for line in lines)), ""),
            (_("Silent and important"), _upto(sum(line.silent for line in lines)), ""),
            (_("Orders fell"), _upto(sum(line.declines.open for line in lines)), ""),
        ],
    }
    return render(request, "followups/team.html", context)


def _upto(count: int) -> str:
    return f"{MOST:,}+" if count > MOST else f"{count:,}"


@requires("manage_team")
def person(request: Request, pk: int) -> HttpResponse:
    """The tasks of one person that are due or overdue, for the manager to look at."""
    user: User = request.user
    now = request.now
    today = timezone.localdate(now)
    seen: Any = Task.objects.visible_to(user).filter(owner=pk, due_on__lte=today)
    owner = User.objects.filter(pk=pk).first()
    owns = Customer.objects.visible_to(user).filter(owner=pk)
    if owner is None or not (seen.exists() or owns.exists()):
        raise Http404
    which = request.GET.get("which", "")
    narrowed = {
        "overdue": lambda: seen.filter(due_on__lt=today),
        "tracking": lambda: tracking_due(seen, today),
        "promises": lambda: promised(seen, today),
    }
    if which in narrowed:
        seen = narrowed[which]()
    counts = queries.counts_of(seen, today)
    tasks, more = queries.page_of(seen, size=2 * queries.PAGE)
    rows = present.rows_for(tasks, today=today, now=now)
    context = {
        "owner": owner,
        "which": which,
        "groups": present.grouped(rows, counts.by_class),
        "counts": counts,
        "cut": more,
        "view": queries.View.TEAM.value,
        "w": present.row_words(),
        "query": f"view={queries.View.TEAM}",
        "shown": queries.PAGE,
        "shows_owner": False,
    }
    return render(request, "followups/person.html", context)
