"""Gives every request its person's access, language, zone and theme."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from genjin.people import access
from genjin.people.models import Organisation


class PersonMiddleware:
    """Sets `request.access` for signed-in people, and activates their language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen, zone = "", ""
        if user.is_authenticated:
            chosen, zone = user.language, user.timezone
        organisation = Organisation.objects.get(pk=1)
        request.organisation = organisation  # type: ignore[attr-defined]
        language = chosen or translation.get_language_from_request(request)
        with (
            translation.override(language),
            timezone.override(zoneinfo.ZoneInfo(zone or organisation.timezone)),
        ):
            if user.is_authenticated:
                today = timezone.localdate(request.now)  # type: ignore[attr-defined]
                request.access = access.of(user, today=today)  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
