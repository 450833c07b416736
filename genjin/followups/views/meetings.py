"""The meetings of today and the coming days: visits, meetings and video calls at a fixed time."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.followups import present, queries
from genjin.followups.views.today import tabs_of
from genjin.people.requests import Request
from genjin.web.guards import requires
from genjin.web.templatetags.web import day as day_text

MOST = 2 * queries.PAGE


@requires()
def meetings(request: Request) -> HttpResponse:
    """Day by day in the order of their hours; those that were missed stand first until they are settled."""
    now = request.now
    today = timezone.localdate(now)
    due = queries.meetings_of(request.user, today)
    tasks, cut = queries.page_of(due, size=MOST, order=queries.BY_TIME)
    rows = present.rows_for(tasks, today=today, now=now)
    by_day = [(day, list(found)) for day, found in groupby(rows, key=lambda row: row.task.due_on)]
    context = {
        "days": [(_("Today") if day == today else day_text(day), found) for day, found in by_day],
        "ahead": queries.MEETINGS_AHEAD.days,
        "cut": cut,
        "view": "meetings",
        "w": present.row_words(),
        "query": "view=meetings",
        "shown": queries.PAGE,
        "tabs": tabs_of(request, None),
    }
    return render(request, "followups/meetings.html", context)
