"""`/health` and `/ready`, for process managers and load balancers: no session, host check or log line."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from genjin.instance.schema import schema_state

LEAST_FREE = 256 * 1024 * 1024
"""Bytes of free disk below which nothing new should be accepted."""
SCHEMA_KNOWN_FOR = 60.0
"""Seconds for which "the schema is current" is believed: looking costs more than the rest together."""

Detail = Callable[[], str]
_details: dict[str, Detail] = {}
_schema_current_until = 0.0


@dataclass
class Readiness:
    """`reasons` keep the process from serving; `details` are for people and monitors."""

    reasons: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)


def register_detail(name: str, detail: Detail) -> None:
    """Add one more answer to `/ready`, from a folder above this one; it never makes the answer 503."""
    _details[name] = detail


class Health:
    """First of all middleware: answers the two addresses itself and leaves everything else alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/health":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path_info == "/ready":
            return answer(readiness())
        return self.get_response(request)


def answer(found: Readiness) -> JsonResponse:
    """200 when ready, else 503; with reasons and details as JSON."""
    body = {"ready": not found.reasons, "reasons": found.reasons, "details": found.details}
    return JsonResponse(body, status=503 if found.reasons else 200, headers={"Cache-Control": "no-store"})


def readiness() -> Readiness:
    """Whether this process could serve a page now."""
    found = Readiness()
    _look_at_disk(found)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _look_at_schema(found)
    except Error:
        found.reasons["database"] = "cannot be reached"
        connection.close()
        return found
    found.details["database"] = connection.vendor
    if "schema" not in found.reasons:
        for name, detail in _details.items():
            try:
                found.details[name] = detail()
            except Error:
                found.details[name] = "unknown"
    return found


def _look_at_schema(found: Readiness) -> None:
    global _schema_current_until  # noqa: PLW0603 - one per process, by intent
    if time.monotonic() < _schema_current_until:
        return
    state = schema_state()
    if state.unknown:
        found.reasons["schema"] = "newer than this version"
    elif state.missing:
        found.reasons["schema"] = "not prepared; run genjin setup"
    else:
        _schema_current_until = time.monotonic() + SCHEMA_KNOWN_FOR


def _look_at_disk(found: Readiness) -> None:
    try:
        free = shutil.disk_usage(settings.DATA).free
    except OSError:
        found.reasons["disk"] = "the data folder cannot be read"
        return
    found.details["disk_free_mb"] = str(free // 2**20)
    if free < LEAST_FREE:
        found.reasons["disk"] = "nearly full"
