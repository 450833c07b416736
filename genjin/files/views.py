"""Downloading attachments and taking them off."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from genjin.files import actions, kinds, queries, store
from genjin.files.models import StoredFile
from genjin.web import answers
from genjin.web.guards import public, requires

LOCKED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@require_safe
@requires()
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The bytes of an attachment for whoever may see its record; `?show` shows harmless kinds."""
    row = queries.visible(request.user, pk)  # type: ignore[arg-type]
    if row is None:
        raise Http404
    return _answer(request, row.file, row.name, inline="show" in request.GET)


@require_safe
@public
def logo(request: HttpRequest) -> HttpResponseBase:
    """The organisation's logo; the sign-in page shows it too."""
    file = request.organisation.logo  # type: ignore[attr-defined]
    if file is None or file.media_type not in kinds.PICTURES:
        raise Http404
    return _answer(request, file, "logo", inline=True)


def _answer(request: HttpRequest, file: StoredFile, name: str, *, inline: bool) -> HttpResponseBase:
    """The bytes, so that nothing in them can act in the reader's name."""
    etag = f'"{file.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _guarded(HttpResponse(status=304), etag)
    shown = inline and file.media_type in kinds.SHOWN_INLINE
    try:
        stream = store.current().open(file.sha256)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        stream,
        as_attachment=not shown,
        filename=name,
        content_type=file.media_type if shown else kinds.UNKNOWN,
    )
    return _guarded(response, etag)


def _guarded(response: Any, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer: HttpResponseBase = response
    return answer


@require_POST
@requires()
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an attachment off its record; for whoever attached it, and for those who may delete."""
    row = queries.visible(request.user, pk)  # type: ignore[arg-type]
    if row is None or not queries.may_detach(request.access, row):  # type: ignore[attr-defined]
        raise Http404
    actions.detach(by=request.user, at=request.now, ids=[pk])  # type: ignore[attr-defined, arg-type]
    home = answers.back_to(request, "/")
    undo = f"{reverse('files:reattach', args=[pk])}?{urlencode({'next': home})}"
    return answers.saved(request, home, _("Attachment removed"), undo=undo)


@require_POST
@requires()
def reattach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an attachment back."""
    row = queries.visible(request.user, pk, deleted=True)  # type: ignore[arg-type]
    if row is None or not queries.may_detach(request.access, row):  # type: ignore[attr-defined]
        raise Http404
    actions.reattach(by=request.user, at=request.now, ids=[pk])  # type: ignore[attr-defined, arg-type]
    return answers.saved(request, answers.back_to(request, "/"), _("Attachment put back"))
