"""Unexpected errors: scrubbed, given an id, logged, and kept for administrators. Never fails itself."""

from __future__ import annotations

import logging
import re
import sys
import traceback
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from genjin.instance.models import ErrorReport

logger = logging.getLogger("genjin.errors")

LONGEST_TRACE = 12_000
DEEPEST = 60
PACKAGE = Path(__file__).resolve().parent.parent.parent
MASK = "…"
_MASKED = (
    (re.compile(r"(?i)\b(password|passwd|pwd|secret|token|api[_-]?key)(\s*[=:]\s*)\S+"), rf"\1\2{MASK}"),
    # credentials in addresses, before the address itself is looked at
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE), rf"\1{MASK}@"),
    (re.compile(r"[^\s@<>\"'“”(),;:]+@[^\s@<>\"'“”(),;:]+\.[^\s@<>\"'“”(),;:]+"), MASK),
    (
        re.compile(
            r"\"(?:[^\"\\\n]|\\.)*\"|(?<!\w)'(?:[^'\\\n]|\\.|'(?=\w))*'|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」"
        ),
        f"“{MASK}”",
    ),
    (re.compile(r"(?im)^(detail|context|key|parameters?)\b.*$"), rf"\1 {MASK}"),
    (re.compile(r"\+?\d[\d ().-]{4,}\d"), MASK),
)


def scrub(text: str) -> str:
    """A message without addresses, credentials, quoted values, row details and long numbers (six digits)."""
    for pattern, replacement in _MASKED:
        text = pattern.sub(replacement, text)
    return text


def scrubbed_trace(error: BaseException) -> str:
    """Where it happened (code lines, never values of variables) and the scrubbed message of each cause."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        parts.append(_one(current))
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    text = "\n\ncaused by\n\n".join(parts)
    return text if len(text) <= LONGEST_TRACE else f"{text[: LONGEST_TRACE - 2]}\n{MASK}"


def _one(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    shown = frames if len(frames) <= DEEPEST else [*frames[: DEEPEST // 2], *frames[-DEEPEST // 2 :]]
    lines = [f"{_short(frame.filename)}:{frame.lineno} in {frame.name}\n    {frame.line}" for frame in shown]
    notes = [scrub(str(note)) for note in getattr(error, "__notes__", ())]
    return "\n".join([*lines, f"{kind_of(error)}: {scrub(_message(error))}", *notes])


def _message(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except Exception:
        return "(its text could not be read)"


def _short(file: str) -> str:
    """A file's path without where this machine keeps it."""
    path = Path(file)
    if path.is_relative_to(PACKAGE):
        return str(path.relative_to(PACKAGE))
    return file.rpartition("site-packages/")[2] if "site-packages/" in file else path.name


def kind_of(error: BaseException) -> str:
    """The class of an error with its module, e.g. `django.db.utils.IntegrityError`."""
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")[:200]


def report(
    error: BaseException,
    *,
    process: str,
    place: str,
    by: Any = None,
    request_id: str = "",
    at: datetime | None = None,
) -> uuid.UUID:
    """Log and keep an unexpected error; gives its id, also when it could not be kept.

    `process` is web, worker or command; `place` a URL pattern, job path or command, never its values.
    `at` is real time, now unless given (an error must be reported even where no moment is at hand).
    """
    identity = uuid.uuid4()
    try:
        trace, kind = scrubbed_trace(error), kind_of(error)
        logger.error(
            "Error %s in %s at %s: %s\n%s",
            identity,
            process,
            place,
            kind,
            trace,
            extra={"error_id": str(identity)},
        )
        with transaction.atomic():
            ErrorReport.objects.create(
                id=identity,
                at=at or timezone.now(),
                process=process[:20],
                request_id=request_id[:64],
                place=place[:300],
                kind=kind,
                trace=trace.replace("\x00", ""),
                by=by if getattr(by, "pk", None) else None,
            )
    except Exception as second:
        logger.error("Error %s could not be kept: %s", identity, type(second).__name__)
    return identity


def lately(error: BaseException, *, place: str, within: timedelta, most: int) -> set[str]:
    """What this kind of error was about (`request_id`) when it was listed there lately; at most `most`."""
    rows = ErrorReport.objects.filter(kind=kind_of(error), place=place, at__gte=timezone.now() - within)
    return set(rows.values_list("request_id", flat=True)[:most])


def report_request(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Django's `got_request_exception`: reports, and leaves `request.error_id` for the error page."""
    error = sys.exc_info()[1]
    if error is None:
        return
    by = getattr(request, "_cached_user", None)
    identity = report(
        error,
        process="web",
        place=pattern_of(request),
        by=by,
        request_id=str(getattr(request, "id", "")),
    )
    if request is not None:
        request.error_id = str(identity)  # type: ignore[attr-defined]


def pattern_of(request: HttpRequest | None) -> str:
    """Method and URL pattern of a request: what was asked for without the values in it."""
    if request is None:
        return "?"
    match = getattr(request, "resolver_match", None)
    return f"{request.method} /{match.route}" if match else f"{request.method} (no page)"
