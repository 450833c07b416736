"""The page Today: the ranked list of what is due, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers import local_time
from genjin.customers.models import Customer
from genjin.followups import present, queries, setting
from genjin.followups.models import KIND, Task
from genjin.followups.queries import Position, View
from genjin.followups.reasons import RULES
from genjin.followups.views.panels import may_see_contact_data
from genjin.people.requests import Request
from genjin.web.guards import requires

MOST_SHOWN = 500
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
    allowed = {View.MINE, View.OVERDUE, *(view for view, _label in _further(request))}
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
    counts = queries.counts_of(due, today)
    tasks, more = queries.page_of(due, size=shown)
    rows = present.rows_for(tasks, today=today, now=now)
    offer_calls(rows, request)
    logged, settled = queries.done_today(user, now)
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
        "tabs": _tabs(request, view, counts.all),
        "stats": _stats(request, today, counts, logged.count() + settled.count()),
        "windows": present.windows(rows, today=today, now=now),
        "now_share": present.now_share(today, now),
        "shows_owner": view in (View.TEAM, View.DEPUTY),
    }


def offer_calls(rows: Sequence[present.Row], request: Request) -> None:
    """Have the numbers stand on rows of those who had better be called at once; they are few (000-27)."""
    for row in [one for one in rows if one.asks_for_call][:CALLS_OFFERED]:
        if may_see_contact_data(request, row.customer):
            row.call_now = row.phone


def _tabs(request: Request, view: View, count: int) -> list[Tab]:
    home = reverse("today")
    views = [(View.MINE, _("Mine")), *_further(request), (View.OVERDUE, _("Overdue"))]
    tabs = [
        Tab(
            label,
            home if one is View.MINE else f"{home}?view={one}",
            one is view,
            count if one is view else None,
        )
        for one, label in views
    ]
    tabs.append(Tab(_("Calls"), reverse("followups:calls"), False))
    tabs.append(Tab(_("Done today"), reverse("followups:done"), False))
    return tabs


def _stats(request: Request, today: date, counts: queries.Counts, done: int) -> list[dict[str, Any]]:
    user, now = request.user, request.now
    policy = setting.current(now).for_owner(user.pk).policy
    calls = queries.calls_of(user, now, request.organisation.timezone)
    a_day, a_month = policy.number("kpi_calls_per_workday"), policy.number("kpi_call_customers_per_month")
    stats: list[dict[str, Any]] = [{"label": _("Due today"), "value": counts.all - counts.overdue}]
    overdue: dict[str, Any] = {"label": _("Overdue"), "value": counts.overdue}
    if counts.oldest is not None:
        late = (today - counts.oldest).days
        overdue |= {"tone": "bad", "note": _("oldest %(n)d d") % {"n": late}}
    return [
        *stats,
        overdue,
        {"label": _("Done today"), "value": done},
        _goal(_("Calls today"), calls.today, a_day),
        _goal(_("Customers called this month"), calls.customers_this_month, a_month),
    ]


def _goal(label: str, value: int, goal: int) -> dict[str, Any]:
    return {"label": label, "value": value, "of": goal, "done": min(value, goal), "total": min(goal, 12)}


@requires()
def today(request: Request) -> HttpResponse:
    """Whom to contact now, how, and why."""
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
    rows = present.rows_for(tasks, today=day, now=now)
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
    rows = present.rows_for(tasks, today=day, now=now)
    callable_now, later = present.by_reachability(rows)
    return render(
        request,
        "followups/calls.html",
        {
            "callable_now": callable_now,
            "later": later,
            "cut": cut,
            "view": View.MINE.value,
            "w": present.row_words(),
            "query": f"view={View.MINE}",
            "shown": queries.PAGE,
            "tabs": [
                Tab(tab.label, tab.href, tab.href == request.path) for tab in _tabs(request, View.MINE, 0)
            ],
            "windows": present.windows(rows, today=day, now=now, most=20),
            "now_share": present.now_share(day, now),
        },
    )


@requires()
def done(request: Request) -> HttpResponse:
    """What was done today: logged, finished, dismissed."""
    user, now = request.user, request.now
    logged, settled = queries.done_today(user, now)
    lines: list[dict[str, Any]] = [
        {
            "at": one.logged_at, "customer": one.customer, "what": one.get_kind_display(),
            "note": one.get_outcome_display(), "text": one.content, "icon": "check",
        }
        for one in logged.select_related("customer__country")[:200]
    ]  # fmt: skip
    lines += [
        {
            "at": one.at, "customer": one.customer, "what": one.get_kind_display(),
            "note": str(RULES.get(one.rule, "")), "text": one.reason,
            "icon": "x" if one.kind == "DISMISSED" else "check",
        }
        for one in settled.select_related("customer__country")[:200]
    ]  # fmt: skip
    visible = set(
        Customer.objects.visible_to(user)
        .filter(pk__in=[line["customer"].pk for line in lines])
        .values_list("pk", flat=True)
    )
    lines = sorted(
        (line for line in lines if line["customer"].pk in visible), key=lambda line: line["at"], reverse=True
    )
    for line in lines:
        line["href"] = present.customer_href(line["customer"].pk)
    tabs = [Tab(tab.label, tab.href, tab.href == request.path) for tab in _tabs(request, View.MINE, 0)]
    return render(request, "followups/done.html", {"lines": lines, "tabs": tabs})


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
