"""The administrator's page of background work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from genjin.jobs import actions, queries
from genjin.jobs.models import Job
from genjin.web.answers import back_to, saved
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

COLUMNS = Columns(Column("id", gettext_lazy("Number"), sort="id", descending_first=True), default="-id")


@require_safe
@requires("administer")
def list_jobs(request: HttpRequest) -> HttpResponse:
    """What runs, waits and failed, when recurring work comes next, and who works."""
    state = request.GET.get("state", "")
    overview = queries.overview()
    context = {
        "overview": overview,
        "page": page_for(request, queries.jobs_of(state), COLUMNS, count=False),
        "tabs": _tabs(overview, state),
        "state": state,
        "nobody_works": not overview.workers,
    }
    return render(request, "jobs/list.html", context)


def _tabs(overview: queries.Overview, state: str) -> list[dict[str, object]]:
    home = reverse("jobs:list")
    tabs: list[dict[str, object]] = [
        {"label": _("All"), "href": home, "current": state not in Job.State.values}
    ]
    for value, label in Job.State.choices:
        count = overview.counts[value]
        tabs.append(
            {"label": label, "href": f"{home}?state={value}", "current": state == value, "count": count.text}
        )
    return tabs


@require_safe
@requires("administer")
def show_job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job with its last error."""
    job = get_object_or_404(Job.objects.select_related("enqueued_by", "handled_by"), pk=pk)
    return render(request, "jobs/job.html", {"job": job})


@require_POST
@requires("administer")
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a failed or cancelled job back to the queue."""
    job = get_object_or_404(Job, pk=pk)
    # Jobs live in real time, also where the business clock was moved.
    done = actions.run_again(job=job, by=request.user, at=timezone.now())
    return _answer(request, done, _("Sent back to the queue."))


@require_POST
@requires("administer")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops a waiting or running job."""
    job = get_object_or_404(Job, pk=pk)
    done = actions.cancel(job=job, by=request.user, at=timezone.now())
    return _answer(request, done, _("Cancelled."))


def _answer(request: HttpRequest, done: bool, text: str) -> HttpResponse:
    text = text if done else _("Nothing was changed: the job is in another state by now.")
    return saved(request, back_to(request, reverse("jobs:list")), text)
