"""The page on which one catches up: what was overdue, sorted, and seen before anything is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from genjin.followups import catching_up, day_actions, present
from genjin.followups.catching_up import Proposed
from genjin.people.requests import Request
from genjin.rules.catch_up import Choice
from genjin.web import answers
from genjin.web.guards import requires


@dataclass(frozen=True)
class Line:
    """A task as it is offered."""

    row: present.Row
    of: Proposed

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"task-{self.row.number}"

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """What one may choose: value, label, whether it is chosen."""
        may_drop = self.row.task.is_dismissable
        return [
            (choice.value, label, choice is self.of.choice)
            for choice, label in labels().items()
            if may_drop or choice is not Choice.DROP
        ]


def labels() -> dict[Choice, str]:
    """The choices in the reader's language."""
    return {
        Choice.TODAY: pgettext("catching up", "Today"),
        Choice.SPREAD: _("On a later day"),
        Choice.DROP: _("Drop"),
    }


@requires()
def catch_up(request: Request) -> HttpResponse:
    """What is overdue in three groups; sent with `apply` it is done, otherwise only reckoned again."""
    user, now = request.user, request.now
    today = timezone.localdate(now)
    tasks = catching_up.overdue_tasks(user, today)
    chosen = {
        task.key: Choice(value)
        for task in tasks
        if (value := request.POST.get(f"task-{task.pk}", "")) in list(Choice)
    }
    found = catching_up.proposed(user, tasks, chosen, now, today)
    reason = request.POST.get("reason", "").strip()[:300]
    drops = sum(one.choice is Choice.DROP for one in found)
    is_wrong = "apply" in request.POST and drops > 0 and not reason
    if "apply" in request.POST and not is_wrong:
        done = day_actions.catch_up(plan=found, reason=reason, by=user, at=now)
        undo = f"{reverse('followups:undo')}?at={now.isoformat()}".replace("+", "%2B") if done else ""
        said = ngettext("%(n)d task sorted out", "%(n)d tasks sorted out", done) % {"n": done}
        return answers.saved(request, reverse("today"), said, undo=undo)
    rows = {row.task.pk: row for row in present.rows_for(tasks, today=today, now=now)}
    context = _context(found, rows, today) | {"reason": reason, "is_wrong": is_wrong, "drops": drops}
    return render(request, "followups/catch_up.html", context, status=422 if is_wrong else 200)


def _context(found: list[Proposed], rows: dict[int, present.Row], today: date) -> dict[str, Any]:
    lines = [Line(rows[one.task.pk], one) for one in found]
    days = Counter(one.day for one in found if one.day is not None)
    titles = {
        Choice.TODAY: _("Do today"),
        Choice.SPREAD: _("Spread over the next days"),
        Choice.DROP: _("Drop, with a reason"),
    }
    groups = [
        (title, [line for line in lines if line.of.choice is choice]) for choice, title in titles.items()
    ]
    return {
        "groups": [(title, shown) for title, shown in groups if shown],
        "days": sorted(days.items()),
        "most": max(days.values(), default=1),
        "count": len(found),
        "is_cut": len(found) == catching_up.MOST,
        "today": today,
    }
