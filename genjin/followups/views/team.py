"""The manager's page: only what needs a look, with the way to it (001-48)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.followups import present, queries
from genjin.followups.models import Task
from genjin.people.models import User
from genjin.people.requests import Request
from genjin.rules.duties import WorkClass
from genjin.web.guards import requires


def exceptions(request: Request, today: date) -> list[dict[str, Any]]:
    """Each person in reach with counts, the worst first; a fixed number of queries."""
    user: User = request.user
    due = (
        Task.objects.visible_to(user)
        .filter(due_on__lte=today)
        .order_by()
        .values("owner_id")
        .annotate(
            due=Count("id"),
            overdue=Count("id", Q(due_on__lt=today)),
            missing=Count("id", Q(rank=WorkClass.CARE)),
            oldest=Min("due_on"),
        )
    )
    customers = (
        Customer.objects.visible_to(user)
        .filter(owner__isnull=False, is_confirmed=True)
        .order_by()
        .values("owner_id")
        .annotate(customers=Count("id"), last=Max("last_follow_up_at"))
    )
    nobody = {"due": 0, "overdue": 0, "missing": 0, "oldest": None, "customers": 0, "last": None}
    found: dict[int, dict[str, Any]] = {}
    counted: list[Any] = [*due, *customers]
    for line in counted:
        found.setdefault(line["owner_id"], dict(nobody)).update(line)
    people = User.objects.filter(is_active=True).in_bulk(found.keys())
    lines = [line | {"user": people[pk]} for pk, line in found.items() if pk in people]
    for line in lines:
        oldest = line["oldest"]
        line["late"] = (today - oldest).days if oldest is not None and oldest < today else 0
    return sorted(lines, key=lambda line: (-line["overdue"], -line["missing"], -line["due"], line["user"].pk))


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


@requires("manage_team")
def team(request: Request) -> HttpResponse:
    """Who is behind, with what, since when."""
    today = timezone.localdate(request.now)
    lines = exceptions(request, today)
    calm = [line for line in lines if not line["overdue"] and not line["missing"]]
    context = {
        "lines": [line for line in lines if line["overdue"] or line["missing"]],
        "calm": calm,
        "left": left_behind(request.user, today),
        "may_hand_over": request.access.may("assign_owner"),
        "overdue": sum(line["overdue"] for line in lines),
        "missing": sum(line["missing"] for line in lines),
        "due": sum(line["due"] for line in lines),
    }
    return render(request, "followups/team.html", context)


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
    if which == "overdue":
        seen = seen.filter(due_on__lt=today)
    elif which == "missing":
        seen = seen.filter(rank=WorkClass.CARE)
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
