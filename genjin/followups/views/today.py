"""The page Today: the ranked list of what is due, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers import local_time
from genjin.followups import day_actions, present, queries
from genjin.followups.catching_up import is_offered
from genjin.followups.day_queries import targets_of
from genjin.followups.models import KIND, Task
from genjin.followups.queries import Position, View
from genjin.followups.views.panels import may_see_contact_data
from genjin.people.requests import Request
from genjin.policy.queries import effective_of
from genjin.rules.day import DutyKind
from genjin.rules.policy import Policy
from genjin.web.guards import requires

MOST_SHOWN = 500
OWN_VIEWS = (View.MINE, View.TRACKING, View.DAILY, View.OVERDUE)
CALLS_OFFERED = 5


@dataclass(frozen=True)
class Tab:
    """One way to look at the list."""

    label: str
    href: str
    current: bool
    count: int | None = None


def view_of(request: Request) -> View:
    """The view that the address or the sent form names; one's own when it names none that one may see."""
    wanted = request.POST.get("view") or request.GET.get("view") or ""
    allowed = {*OWN_VIEWS, *(view for view, _label in _further(request))}
    return View(wanted) if wanted in allowed else View.MINE


def _further(request: Request) -> list[tuple[View, str]]:
    access = request.access
    found = []
    if len(access.covers) > 1:
        found.append((View.DEPUTY, _("As deputy")))
    if access.scope(KIND) in ("TEAM", "ALL"):
        found.append((View.TEAM, _("Team")))
    return found


def shown_of(request: Request) -> int:
    """How many rows stand on the page that sent this."""
    text = request.POST.get("shown") or request.GET.get("shown") or ""
    return (
        min(max(int(text), queries.PAGE), MOST_SHOWN) if text.isdecimal() and len(text) < 19 else queries.PAGE
    )


def list_context(request: Request, *, open_key: str = "") -> dict[str, Any]:
    """Everything on Today but the frame; `open_key` names the task whose form opens by itself."""
    user, now = request.user, request.now
    today = timezone.localdate(now)
    view, shown = view_of(request), shown_of(request)
    due = queries.due_tasks(user, view, today)
    own, tabs = queries.own_counts(user, today)
    counts = own if view is View.MINE else queries.counts_of(due, today)
    tasks, more = queries.page_of(due, size=shown)
    policy = effective_of(user)
    rows = present.rows_for(tasks, today=today, now=now, reader=user)
    offer_calls(rows, request)
    return {
        "today": today,
        "view": view.value,
        "w": present.row_words(),
        "query": f"view={view}&shown={shown}",
        "counts": counts,
        "groups": present.grouped(rows, counts.by_class),
        "shown": len(rows),
        "more": Position.of(tasks[-1]) if more else None,
        "open_key": open_key,
        "first": rows[0] if rows else None,
        "tabs": tabs_of(request, view, counts.all, tabs),
        "stats": _stats(request, counts, policy),
        "catch_up": view is View.MINE and is_offered(user, policy, today, counts.overdue),
        "windows": present.windows(rows, today=today, now=now),
        "now_share": present.now_share(today, now),
        "shows_owner": view in (View.TEAM, View.DEPUTY),
    }


def offer_calls(rows: Sequence[present.Row], request: Request) -> None:
    """Have the numbers stand on rows of those who had better be called at once; they are few (000-27)."""
    for row in [one for one in rows if one.asks_for_call][:CALLS_OFFERED]:
        if may_see_contact_data(request, row.customer):
            row.call_now = row.phone


def tabs_of(
    request: Request, view: View | None, shown: int = 0, known: queries.TabCounts | None = None
) -> list[Tab]:
    """The whole list, the two entrances of tracking kept apart (000-08), calls, meetings, what is late.

    `view` is the list that is shown, with that many tasks; None on a page that has a tab of its own. What
    is `known` is not counted again.
    """
    home = reverse("today")
    counts = known or queries.own_counts(request.user, timezone.localdate(request.now))[1]

    def tab(one: View, label: str, count: int | None) -> Tab:
        return Tab(label, home if one is View.MINE else f"{home}?view={one}", one is view, count)

    calls, calendar = reverse("followups:calls"), reverse("followups:calendar")
    meetings = reverse("followups:meetings")
    return [
        tab(View.MINE, _("All"), counts.mine),
        tab(View.TRACKING, _("Tracking list"), counts.tracking),
        tab(View.DAILY, _("Daily follow-up"), counts.daily),
        Tab(_("Calls"), calls, request.path == calls, counts.calls),
        Tab(_("Meetings"), meetings, request.path == meetings, counts.meetings),
        tab(View.OVERDUE, _("Overdue"), counts.overdue),
        *(tab(one, label, shown if one is view else None) for one, label in _further(request)),
        Tab(_("Calendar"), calendar, request.path == calendar),
    ]


def _stats(request: Request, counts: queries.Counts, policy: Policy) -> list[dict[str, Any]]:
    """The duties of the day, one's own progress first (001-46), then what is late and what was done."""
    targets = targets_of(request.user, request.now)
    goals = (
        (DutyKind.CALL_TODAY, _("Calls today")),
        (DutyKind.CUSTOMERS_CALLED, _("Customers called this month")),
        (DutyKind.LIST_CLEARED, _("Tracking list cleared")),
    )
    stats = [
        _two_and_two(targets),
        *(_goal(label, targets[kind]) for kind, label in goals if kind in targets),
    ]
    if counts.oldest is not None:
        note = _("oldest %(n)d d") % {"n": (timezone.localdate(request.now) - counts.oldest).days}
        stats.append({"label": _("Overdue"), "value": counts.overdue, "tone": "bad", "note": note})
    done = queries.done_count(request.user, request.now, policy)
    stats.append({"label": _("Done today"), "value": done, "href": reverse("followups:done")})
    return [stat for stat in stats if stat]


Targets = Mapping[DutyKind, Mapping[str, Any]]


def _two_and_two(targets: Targets) -> dict[str, Any]:
    """Both halves in one line of segments; none where nobody is left to be picked."""
    halves = [targets[kind] for kind in (DutyKind.CLOSED_TODAY, DutyKind.PROSPECTS_TODAY) if kind in targets]
    if not halves:
        return {}
    closed = targets.get(DutyKind.CLOSED_TODAY, {}).get("of", 0)
    done, of = sum(one["done"] for one in halves), sum(one["of"] for one in halves)
    gap = closed if len(halves) == 2 else 0
    return {"label": _("Today's 2 + 2"), "value": done, "of": of, "done": done, "total": of, "gap": gap}


def _goal(label: str, target: Mapping[str, Any]) -> dict[str, Any]:
    value, goal = target["done"], target["of"]
    stat = {"label": label, "value": value, "of": goal, "done": min(value, goal), "total": min(goal, 12)}
    return stat | ({"tone": "warn"} if target["is_behind"] else {})


@requires()
def today(request: Request) -> HttpResponse:
    """Whom to contact now, how, and why; that the tracking list was looked at is kept (000-14)."""
    if view_of(request) is View.TRACKING:
        day_actions.open_list(user=request.user, at=request.now)
    context = list_context(request)
    zone = timezone.get_current_timezone_name()
    place = {"city": local_time.zone_city(zone), "local_now": timezone.localtime(request.now)}
    # Rendered by itself: within the blocks of the page the same rows take four times as long.
    rows = render_to_string("followups/_list.html", context, request)
    return render(request, "followups/today.html", {"list": rows, "today": context["today"], **place})


@requires()
def more(request: Request) -> HttpResponse:
    """The next rows of the list, after the position that `after` names."""
    user, now = request.user, request.now
    day = timezone.localdate(now)
    view = view_of(request)
    after = Position.parse(request.GET.get("after", ""))
    due = queries.due_tasks(user, view, day)
    tasks, goes_on = queries.page_of(due, after)
    counts = queries.counts_of(due, day)
    rows = present.rows_for(tasks, today=day, now=now, reader=user)
    context = {
        "groups": present.grouped(rows, counts.by_class, after.rank if after else None),
        "view": view.value,
        "w": present.row_words(),
        "query": f"view={view}&shown={shown_of(request) + len(rows)}",
        "shown": shown_of(request) + len(rows),
        "more": Position.of(tasks[-1]) if goes_on else None,
        "counts": counts,
        "shows_owner": view in (View.TEAM, View.DEPUTY),
    }
    if getattr(request, "htmx", False):
        return render(request, "followups/_rows.html", context)
    return render(request, "followups/more.html", context)


@requires()
def calls(request: Request) -> HttpResponse:
    """The calls of today in the order in which people can be reached (004-55)."""
    user, now = request.user, request.now
    day = timezone.localdate(now)
    due = queries.due_tasks(user, View.MINE, day).filter(channel__in=present.CALLS)
    tasks, cut = queries.page_of(due, size=2 * queries.PAGE)
    rows = present.rows_for(tasks, today=day, now=now, reader=user)
    callable_now, later = present.by_reachability(rows)
    return render(
        request,
        "followups/calls.html",
        {
            "callable_now": callable_now,
            "later": later,
            "cut": cut,
            "view": "calls",
            "w": present.row_words(),
            "query": "view=calls",
            "shown": queries.PAGE,
            "tabs": tabs_of(request, None),
            "windows": present.windows(rows, today=day, now=now, most=20),
            "now_share": present.now_share(day, now),
        },
    )


@requires()
def badge(request: Request) -> HttpResponse:
    """The number on the rail: what is due; nothing when nothing is."""
    count = queries.due_count(request.user, timezone.localdate(request.now))
    return HttpResponse(str(count) if count else "", content_type="text/plain")


def tasks_on(request: Request) -> Any:
    """Tasks this person may act on, with what their row needs."""
    rows: Any = queries.actionable(request.user)
    return rows.select_related("customer__country", "owner")


def row_of(request: Request, task: Task) -> present.Row:
    """One task as a row."""
    now = request.now
    (row,) = present.rows_for([task], today=timezone.localdate(now), now=now)
    return row
