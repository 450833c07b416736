"""Gives every request its instance and its moment, so that nothing below a view reads a clock."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from genjin.instance import queries


class InstanceMiddleware:
    """Sets `request.instance` and `request.now` (business time, aware, UTC); one query a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.instance = queries.current()  # type: ignore[attr-defined]
        request.now = request.instance.now()  # type: ignore[attr-defined]
        return self.get_response(request)
