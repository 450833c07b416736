"""The audit page: who did what to which record, for those who may read it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import tzinfo
from io import StringIO

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.journal import actions, queries
from genjin.journal.describe import Description, describe_all
from genjin.journal.forms import LARGEST_ID, AuditFilter
from genjin.journal.models import Entry
from genjin.web.cells import harmless
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, chips, page_for

COLUMNS = Columns(
    Column("at", gettext_lazy("When"), sort="pk", descending_first=True, fixed=True), default="-at"
)
EXPORT_LIMIT = 100_000
SLICE = 500


@require_GET
@requires("see_audit")
def audit(request: HttpRequest) -> HttpResponse:
    """The newest entries that fit the filter."""
    form = AuditFilter(request.GET)
    entries = queries.matching(form.wanted())
    page = page_for(request, entries, COLUMNS)
    context = {
        "page": page,
        "filter": form,
        "chips": chips(request, form) if form.is_valid() else [],
        "described": describe_all(page.rows, request.user),
        "may_export": request.access.may("export"),  # type: ignore[attr-defined]
    }
    return render(request, "journal/audit.html", context)


@require_POST
@requires("see_audit")
def export(request: HttpRequest) -> HttpResponseBase:
    """What fits the filter as CSV, at most 100,000 entries; that it was exported is journalled first."""
    if not request.access.may("export"):  # type: ignore[attr-defined]
        raise Http404
    form = AuditFilter(request.POST)
    wanted = form.wanted()
    with transaction.atomic():
        actions.record(
            by=request.user,
            at=request.now,  # type: ignore[attr-defined]
            written=[actions.Written(verb="export", kind="journal.entry", object_id=0, note=_asked(form))],
        )
    lines = _lines(describe_all(piece, request.user) for piece in _slices(queries.matching(wanted)))
    spoken = _spoken(lines, language=translation.get_language(), zone=timezone.get_current_timezone())
    response = StreamingHttpResponse(spoken, content_type="text/csv; charset=utf-8")
    day = timezone.localdate(request.now)  # type: ignore[attr-defined]
    response["Content-Disposition"] = f'attachment; filename="genjin-audit-{day:%Y-%m-%d}.csv"'
    return response


def _asked(form: AuditFilter) -> str:
    """The filter in short, for the journal."""
    asked = form.cleaned_data if form.is_valid() else {}
    return ", ".join(f"{name}={value}" for name, value in asked.items() if value not in (None, ""))


def _slices(entries: QuerySet[Entry]) -> Iterator[list[Entry]]:
    """Entries in pieces, each found by key, so that a long download holds no transaction open."""
    below, left = LARGEST_ID, EXPORT_LIMIT
    while left > 0:
        piece = list(entries.filter(pk__lt=below).order_by("-pk")[: min(SLICE, left)])
        if not piece:
            return
        yield piece
        below, left = piece[-1].pk, left - len(piece)


def _spoken(pieces: Iterator[bytes], *, language: str, zone: tzinfo) -> Iterator[bytes]:
    """Each piece made in the reader's language and zone, which the middleware has put away by then.

    Nothing is yielded inside: whatever runs between two pieces has its own language and zone.
    """
    while True:
        with translation.override(language), timezone.override(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _lines(pages: Iterator[list[Description]]) -> Iterator[bytes]:
    """CSV with a mark that Excel needs to read Chinese; one piece for each page of entries."""
    head = [
        _("When"),
        _("Who"),
        _("Through"),
        _("Action"),
        _("Kind"),
        _("No."),
        _("Title"),
        _("Changes"),
        _("Note"),
    ]
    yield b"\xef\xbb\xbf" + _line(head)
    for page in pages:
        yield b"".join(_line(_cells(told)) for told in page)


def _cells(told: Description) -> list[str]:
    entry = told.entry
    changes = _("; ").join(
        _("%(label)s: %(text)s")
        % {
            "label": change.label,
            "text": _("hidden") if change.hidden else f"{change.old} → {change.new}",
        }
        for change in told.changes
    )
    when = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"
    return [
        when,
        told.who,
        told.via,
        told.verb,
        told.kind,
        str(entry.object_id),
        told.title,
        changes,
        told.note,
    ]


def _line(cells: list[str]) -> bytes:
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode()
