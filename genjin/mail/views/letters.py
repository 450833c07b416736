"""What stands in a message: its body in a frame of its own, attachments, the raw message.

Nothing that a stranger sent is ever part of our pages: bodies are sanitised, shown in a sandboxed frame with
a content policy that allows no script and no request, attachments come with a policy that makes them inert.
"""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from genjin.files import kinds
from genjin.mail import queries, raw
from genjin.mail.models import Message, TrustedSender
from genjin.mail.plain_text import text_html
from genjin.mail.reading import Letter, attachment_content, read
from genjin.mail.sanitising import SafeHtml, safe_html
from genjin.mail.views.basis import message_or_404
from genjin.people.requests import Request
from genjin.web.context import theme_of
from genjin.web.guards import requires

FRAME = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data: {pictures}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""The same origin lets our page measure the frame; scripts are not allowed, so nothing in it can use that."""
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SHOWN_RAW = 200_000
"""Characters of the raw message that are shown; all of it can be downloaded."""
COLOURED = re.compile(r"(?:bgcolor|color|background)[^>\"']{0,20}[=:]", re.IGNORECASE)
_BCC = re.compile(
    rb"^(?:resent-)?bcc[ \t]*:[^\r\n]*(?:\r\n|\r|\n)(?:[ \t][^\r\n]*(?:\r\n|\r|\n))*", re.I | re.M
)
_END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\n|\r\r")


@require_GET
@requires()
def body(request: Request, pk: int) -> HttpResponse:
    """The text of a message, as a document for the frame."""
    message = message_or_404(request, pk)
    pictures = "pictures" in request.GET or _is_trusted(request, message)
    safe, is_plain = _safe(request, message, pictures=pictures)
    context = {
        "message": message,
        "safe": safe,
        "html": mark_safe(safe.html),  # noqa: S308 - made safe by `sanitising`, and the frame runs nothing
        "theme": theme_of(request),
        "is_dark": is_plain or not COLOURED.search(safe.html),
    }
    response = render(request, "mail/body.html", context)
    own = request.build_absolute_uri(reverse("mail:inline", args=[pk]))
    allowed = f"{own} https: http:" if pictures else own
    response.headers["Content-Security-Policy"] = FRAME.format(pictures=allowed)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_trusted(request: Request, message: Message) -> bool:
    rows = TrustedSender.objects.filter(user=request.user, address=message.from_address)
    return bool(message.from_address) and rows.exists()


def _safe(request: Request, message: Message, *, pictures: bool) -> tuple[SafeHtml, bool]:
    """The body made safe, and whether it was plain text."""
    fold = _("Show quoted text")
    try:
        letter = read(raw.load(message.raw))
    except raw.Lost:
        return text_html(message.text, fold_label=fold), True
    if not letter.html.strip():
        return text_html(letter.text, fold_label=fold), True
    known = {one.content_id for one in letter.attachments if one.content_id}

    def inline(content_id: str) -> str | None:
        own = request.build_absolute_uri(reverse("mail:inline", args=[message.pk]))
        return f"{own}?{urlencode({'cid': content_id})}" if content_id in known else None

    remote = (lambda address: address) if pictures else None
    return safe_html(letter.html, inline=inline, remote=remote, fold_label=fold), False


def _letter_or_404(message: Message) -> tuple[bytes, Letter]:
    try:
        content = raw.load(message.raw)
    except raw.Lost:
        raise Http404 from None
    return content, read(content)


@require_safe
@requires()
def part(request: Request, pk: int, position: int, name: str) -> HttpResponse:
    """An attachment; `?show` shows pictures and PDF, everything else is only downloaded."""
    message = message_or_404(request, pk)
    content, letter = _letter_or_404(message)
    if position >= len(letter.attachments):
        raise Http404
    found = letter.attachments[position]
    data = attachment_content(content, found.path)
    if data is None:
        raise Http404
    return _answer(request, data, found.name or name, inline="show" in request.GET)


@require_safe
@requires()
def inline(request: Request, pk: int) -> HttpResponse:
    """The picture with a Content-ID, for the text in which it stands."""
    message = message_or_404(request, pk)
    content, letter = _letter_or_404(message)
    wanted = request.GET.get("cid", "")
    found = next((one for one in letter.attachments if wanted and one.content_id == wanted), None)
    data = attachment_content(content, found.path) if found else None
    if data is None or kinds.media_type(data[:4096]) not in kinds.PICTURES:
        raise Http404
    return _answer(request, data, "", inline=True)


def _answer(request: HttpRequest, data: bytes, name: str, *, inline: bool) -> HttpResponse:
    """Bytes of a stranger, so that nothing in them can act in the reader's name.

    What may be shown is known by looking at the bytes, never by what the sender says of them.
    """
    found = kinds.media_type(data[:4096])
    shown = inline and found in kinds.SHOWN_INLINE
    response = HttpResponse(data, content_type=found if shown else kinds.UNKNOWN)
    header = content_disposition_header(not shown, name)
    if header:
        response.headers["Content-Disposition"] = header
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_GET
@requires()
def source(request: Request, pk: int) -> HttpResponse:
    """The raw message as text: here is what arrived, whatever could be read of it."""
    message = message_or_404(request, pk)
    content = _raw(request, message)
    text = content[:SHOWN_RAW].decode("utf-8", "replace")
    context = {"message": message, "text": text, "is_cut": len(content) > SHOWN_RAW}
    return render(request, "mail/source.html", context)


@require_GET
@requires()
def eml(request: Request, pk: int) -> HttpResponse:
    """The raw message as a file."""
    message = message_or_404(request, pk)
    name = re.sub(r"[^\w .-]+", "_", message.subject)[:80].strip(" .") or "message"
    return _answer(request, _raw(request, message), f"{name}.eml", inline=False)


def _raw(request: Request, message: Message) -> bytes:
    """The raw message; without hidden recipients unless the reader has it from the mailbox that sent it."""
    try:
        content = raw.load(message.raw)
    except raw.Lost:
        raise Http404 from None
    copies = queries.copies_of([message.pk], request.user)[message.pk]
    if queries.is_senders(message, copies):
        return content
    end = _END_OF_HEAD.search(content)
    split = end.end() if end else len(content)
    return _BCC.sub(b"", content[:split]) + content[split:]
