"""What a request writes is journalled as having come through the web, with the request's id."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from genjin.journal.context import through


class JournalDoor:
    """Stands below whatever sets `request.id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with through("WEB", str(getattr(request, "id", ""))[:36]):
            return self.get_response(request)
