"""Asking for an export, and fetching those that were made in the background."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from genjin.exchange import export_actions as actions
from genjin.exchange import export_jobs as jobs
from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_forms import ExportForm
from genjin.exchange.export_kinds import title_of
from genjin.exchange.export_models import KEPT, Export
from genjin.exchange.export_sheets import Asked, Reader
from genjin.files import store
from genjin.people.requests import Request
from genjin.web.forms import refuse
from genjin.web.guards import requires
from genjin.web.lists import count_upto

AT_ONCE = 2_000
"""So many rows are made while the reader waits; more of them in the background."""
SHOWN = 100
DROPPED = ("at", "csrfmiddlewaretoken")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("export")
def ask(request: Request) -> HttpResponseBase:
    """What to export and how; posted, the file itself or the page where it will be."""
    if request.method == "POST":
        form = ExportForm(request.POST)
        if form.is_valid():
            try:
                return _export(request, form)
            except actions.Refused as error:
                refuse(form, ValidationError(str(error)))
    else:
        form = ExportForm(initial={"query": _query(request)})
    dialog = bool(request.htmx) and request.method == "GET"
    page = "exchange/_export.html" if dialog else "exchange/export.html"
    count = count_upto(
        sheets.kinds()[0].rows(_reader(request), Asked(QueryDict(form["query"].value() or "")))
    )
    status = 422 if form.errors else 200
    return render(request, page, {"form": form, "count": count}, status=status)


def _query(request: Request) -> str:
    kept = request.GET.copy()
    for name in DROPPED:
        kept.pop(name, None)
    return kept.urlencode()


def _reader(request: Request) -> Reader:
    return Reader(request.user, request.now, ZoneInfo(str(timezone.get_current_timezone())))


def _export(request: Request, form: ExportForm) -> HttpResponseBase:
    given = form.cleaned_data
    kind = sheets.find(given["kind"])
    assert kind is not None  # the form offers registered kinds only
    asked = Asked(QueryDict(given["query"]), given["columns"])
    is_small = not kind.as_folders and not count_upto(kind.rows(_reader(request), asked), AT_ONCE).capped
    with transaction.atomic():
        export = actions.ask(
            kind=kind.name, form=given["form"], query=given["query"], columns=given["columns"],
            language=get_language() or "en", zone=str(timezone.get_current_timezone()), by=request.user,
            at=request.now,
        )  # fmt: skip
        if not is_small:
            jobs.make_export.enqueue(export.pk)
    if not is_small:
        messages.success(request, _("The export is being prepared. You can fetch it here shortly."))
        return HttpResponseRedirect(reverse("exchange:exports"))
    target = actions.make(export=export, at=request.now, keep=False)
    return FileResponse(
        target, as_attachment=True, filename=_file_name(export), content_type="application/octet-stream"
    )


def _file_name(export: Export) -> str:
    day = timezone.localdate(export.asked_at)
    return f"{title_of(export.kind)}-{day:%Y-%m-%d}.{export.form}"


@require_safe
@requires("export")
def exports(request: Request) -> HttpResponse:
    """One's own exports of the last week."""
    rows = Export.objects.visible_to(request.user)[:SHOWN]
    lines = [{"export": row, "title": title_of(row.kind), "until": row.asked_at + KEPT} for row in rows]
    is_waiting = any(row.state == Export.State.WAITING for row in rows)
    return render(request, "exchange/exports.html", {"lines": lines, "is_waiting": is_waiting})


@require_safe
@requires("export")
def download(request: Request, pk: int) -> HttpResponseBase:
    """The file of one of one's own exports."""
    export = get_object_or_404(Export.objects.visible_to(request.user).select_related("file"), pk=pk)
    if export.file is None:
        raise Http404
    try:
        stream = store.current().open(export.file.sha256)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        stream, as_attachment=True, filename=_file_name(export), content_type="application/octet-stream"
    )
