"""What a changed policy would ask of everybody, beside its form; found out in the background, polled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.followups import preview_actions, preview_jobs, setting
from genjin.followups.models import PolicyPreview
from genjin.people.models import Team, User
from genjin.people.requests import Request
from genjin.policy import actions as policy
from genjin.policy.views import form_of
from genjin.rules.simulation import STEP_AHEAD
from genjin.web.guards import requires
from genjin.web.templatetags.web import day as day_text

WIDE = (12, 64)
"""Width of a day and height of the chart of everybody's work, in its own units."""
SMALL = (4, 22)
"""The same for one person's."""
MOST_PEOPLE = 200


@requires()
@require_POST
def preview(request: Request, scope: str, pk: int) -> HttpResponse:
    """Begin to look at the layer as the form says it; the answer asks for more until it is known."""
    _check_right(request, scope, pk)
    form, current, above = form_of(request, scope, pk)
    if not form.is_valid():
        return render(request, "followups/_policy_preview.html", {"refused": True}, status=422)
    wanted = form.layer_values(current.values if current else {}, above.values)
    try:
        policy.check(scope, pk, wanted)
    except ValidationError:
        return render(request, "followups/_policy_preview.html", {"refused": True}, status=422)
    return _begun(request, scope, pk, wanted)


def _begun(request: Request, scope: str, pk: int, values: Mapping[str, Any]) -> HttpResponse:
    with transaction.atomic():
        row = preview_actions.ask(scope=scope, subject_id=pk, values=values, by=request.user, at=request.now)
        preview_jobs.preview_policy.enqueue(row.pk)
    return render(request, "followups/_policy_preview.html", shown(row, request))


@requires()
def progress(request: Request, pk: int) -> HttpResponse:
    """What has been found so far; only for whoever asked."""
    row = get_object_or_404(PolicyPreview, pk=pk, asked_by=request.user)
    return render(request, "followups/_policy_preview.html", shown(row, request))


@requires()
@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    """Be content with what has been found."""
    row = get_object_or_404(PolicyPreview, pk=pk, asked_by=request.user)
    preview_actions.end(preview_id=row.pk)
    row.refresh_from_db()
    return render(request, "followups/_policy_preview.html", shown(row, request))


def _check_right(request: Request, scope: str, pk: int) -> None:
    """Who may save a layer may ask what it would do."""
    access = request.access
    if scope == "COMPANY":
        allowed = access.may("edit_policy") and pk == 0
    elif scope == "TEAM":
        may = access.may("edit_policy") or (access.may("manage_team") and pk in access.team_ids)
        allowed = may and Team.objects.filter(pk=pk).exists()
    else:
        allowed = scope == "PERSON" and pk == request.user.pk
    if not allowed:
        raise Http404


@dataclass(frozen=True)
class Bar:
    """One day of a chart, in its own units from the top left."""

    x: int
    now_y: float
    now_height: float
    then_y: float
    then_height: float
    title: str


@dataclass(frozen=True)
class Line:
    """The work of one person, or of all: on the next working day, and on a working day of the period."""

    name: str
    customers: int
    looked_at: int
    first: tuple[float, float]
    usual: tuple[float, float]
    bars: Sequence[Bar]

    @property
    def difference(self) -> float:
        """How many tasks more a working day has."""
        return round(self.usual[1] - self.usual[0], 1)


def shown(row: PolicyPreview, request: Request) -> dict[str, Any]:
    """What the fragment says: all people together, then each of them, the most changed first."""
    result = row.result
    context = {
        "preview": row,
        "is_running": row.state == PolicyPreview.State.RUNNING,
        "is_failed": row.state == PolicyPreview.State.FAILED,
        "customers": result.get("customers", 0),
        "looked_at": result.get("looked_at", 0),
        "step_days": STEP_AHEAD.days,
    }
    if not result.get("people"):
        return context
    company = setting.current(request.now).base.company
    days = [date.fromisoformat(text) for text in result["days"]]
    first = next((number for number, one in enumerate(days) if company.is_workday(one)), 0)
    workdays = sum(company.is_workday(one) for one in days) or 1
    people = User.objects.in_bulk([one["id"] for one in result["people"]])
    lines = [
        _line(str(people[one["id"]]), one, days, first, workdays, SMALL)
        for one in result["people"]
        if one["id"] in people
    ]
    lines.sort(key=lambda line: (-abs(line.difference), -line.usual[1], line.name))
    total = {
        which: [sum(counts) for counts in zip(*(one[which] for one in result["people"]), strict=True)]
        for which in ("now", "then")
    }
    every = {**total, "customers": context["customers"], "looked_at": context["looked_at"]}
    return {
        **context,
        "total": _line(_("Everybody"), every, days, first, workdays, WIDE),
        "lines": lines[:MOST_PEOPLE],
        "first_day": days[first],
        "last_day": days[-1],
        "days": len(days),
        "width": WIDE[0] * len(days),
        "small_width": SMALL[0] * len(days),
        "is_same": total["now"] == total["then"],
    }


def _line(
    name: str,
    found: Mapping[str, Any],
    days: Sequence[date],
    first: int,
    workdays: int,
    size: tuple[int, int],
) -> Line:
    now, then = found["now"], found["then"]
    return Line(
        name=name,
        customers=found["customers"],
        looked_at=found["looked_at"],
        first=(now[first], then[first]),
        usual=(round(sum(now) / workdays, 1), round(sum(then) / workdays, 1)),
        bars=_bars(days, now, then, *size),
    )


def _bars(
    days: Sequence[date], now: Sequence[float], then: Sequence[float], width: int, height: int
) -> list[Bar]:
    scale = height / (max((*now, *then), default=0) or 1)
    found = []
    for number, one in enumerate(days):
        heights = round(now[number] * scale, 1), round(then[number] * scale, 1)
        title = _("%(day)s: now %(now)s, then %(then)s") % {
            "day": day_text(one), "now": f"{now[number]:g}", "then": f"{then[number]:g}",
        }  # fmt: skip
        found.append(
            Bar(
                number * width,
                round(height - heights[0], 1),
                heights[0],
                round(height - heights[1], 1),
                heights[1],
                title,
            )
        )
    return found
