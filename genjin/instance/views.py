"""The instance's page, its clock, and the unexpected errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin import __version__
from genjin.instance import actions, queries
from genjin.web import answers
from genjin.web.guards import requires

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@require_GET
@requires("administer")
def overview(request: HttpRequest) -> HttpResponse:
    """What this instance is, how large, and whether it may reach out."""
    backup = queries.last_backup()
    context = {
        "version": __version__,
        "engine": queries.engine(),
        "size": queries.database_size(),
        "free": queries.disk_free(),
        "data": settings.DATA,
        "backup": backup.name if backup else "",
        "links": _links(),
        "outbox": _address("mail:held"),
    }
    return render(request, "instance/overview.html", context)


def _links() -> list[tuple[str, str]]:
    """Neighbouring pages for administrators, those of them that this installation has."""
    wanted = [
        ("jobs:list", _("Background work")),
        ("instance:errors", _("Errors")),
        ("journal:audit", _("Audit journal")),
    ]
    return [(href, label) for name, label in wanted if (href := _address(name))]


def _address(name: str) -> str:
    """The address of a page of a folder above, empty where this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_POST
@requires("administer")
def release(request: HttpRequest) -> HttpResponse:
    """Let a held instance reach out again."""
    to = reverse("instance:overview")
    try:
        actions.release(by=request.user, at=request.now)  # type: ignore[attr-defined]
    except actions.Refused as error:
        messages.warning(request, str(error))
        return answers.saved(request, to)
    return answers.saved(request, to, _("The instance is released."))


@require_POST
@requires("administer")
def hold(request: HttpRequest) -> HttpResponse:
    """Stop everything that reaches out."""
    actions.hold(reason="BY_HAND", by=request.user, at=request.now)  # type: ignore[attr-defined]
    return answers.saved(request, reverse("instance:overview"), _("The instance is held."))


@require_http_methods(["GET", "POST"])
@requires()
def clock(request: HttpRequest) -> HttpResponse:
    """The clock of a demo or test: GET gives the control, POST `step` = hour or day moves time forward."""
    if not request.instance.may_time_travel:  # type: ignore[attr-defined]
        raise Http404
    if request.method == "GET":
        return render(request, "instance/_clock.html", {"back": "/"})
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        return HttpResponse(status=400)
    actions.move_clock(by=request.user, at=request.now, forward=step)  # type: ignore[attr-defined]
    moved = (
        _("Time moved forward by one hour.") if step < timedelta(days=1) else _("Time moved to the next day.")
    )
    messages.success(request, moved)
    return HttpResponseRedirect(answers.back_to(request, "/"))


@require_GET
@requires("administer")
def errors(request: HttpRequest) -> HttpResponse:
    """Unexpected errors by kind and place; `?id=` leads from the id that somebody read on the error page."""
    wanted = request.GET.get("id", "").strip()[:64].replace("\x00", "")
    if wanted and (found := queries.error_by_id(wanted)):
        return HttpResponseRedirect(reverse("instance:error", args=[found.pk]))
    return render(request, "instance/errors.html", {"groups": queries.error_groups(), "wanted": wanted})


@require_GET
@requires("administer")
def error(request: HttpRequest, identity: UUID) -> HttpResponse:
    """One error with its scrubbed trace, and others of its kind and place."""
    report = queries.error(identity)
    if report is None:
        raise Http404
    context: dict[str, Any] = {"report": report, "same": queries.errors_like(report)}
    return render(request, "instance/error.html", context)
