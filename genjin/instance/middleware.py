"""Gives every request its instance and its moment, and writes one line about each to the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from genjin.instance import queries
from genjin.instance.errors import pattern_of
from genjin.web.moments import reading_at

logger = logging.getLogger("genjin.request")


class InstanceMiddleware:
    """Sets `request.instance` and `request.now` (business time, aware, UTC); one query a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.instance = queries.current()  # type: ignore[attr-defined]
        request.now = request.instance.now()  # type: ignore[attr-defined]
        with reading_at(request.now):  # type: ignore[attr-defined]
            return self.get_response(request)


class _Queries:
    """Counts the statements of one request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


class RequestLog:
    """One line a request: what was asked (pattern, never values), by whom, how it went and what it cost.

    Stands below whatever sets `request.id` and above everything that queries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        counter, started, worked = _Queries(), time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        waited = getattr(request, "waited", 0.0)
        milliseconds = round((time.perf_counter() - started - waited) * 1000, 1)
        _log(request, response.status_code, milliseconds, counter.count)
        if settings.TELLS_TIMING:
            own = (time.thread_time() - worked) * 1000
            response["Server-Timing"] = (
                f'app;dur={milliseconds}, cpu;dur={own:.1f}, queries;desc="{counter.count}", '
                f"wait;dur={waited * 1000:.1f}"
            )
        return response


def _log(request: HttpRequest, status: int, milliseconds: float, count: int) -> None:
    # `_cached_user` and not `user`: the log must not be the one to load the session
    user = getattr(request, "_cached_user", None)
    facts = {
        "request_id": getattr(request, "id", ""),
        "user_id": getattr(user, "pk", None),
        "pattern": pattern_of(request),
        "status": status,
        "ms": milliseconds,
        "waited_ms": round(getattr(request, "waited", 0.0) * 1000, 1),
        "queries": count,
        "error_id": getattr(request, "error_id", None),
    }
    logger.info(
        "%(pattern)s %(status)s %(ms)s ms %(queries)s queries user=%(user_id)s id=%(request_id)s",
        facts,
        extra={name: value for name, value in facts.items() if value is not None},
    )
