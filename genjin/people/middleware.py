"""Gives every request its person's access and time zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from genjin.people import access
from genjin.people.models import Organisation


class PersonMiddleware:
    """Sets `request.access` for signed-in people, and activates their time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        organisation = Organisation.objects.get(pk=1)
        request.organisation = organisation  # type: ignore[attr-defined]
        zone = (user.is_authenticated and user.timezone) or organisation.timezone
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            if user.is_authenticated:
                today = timezone.localdate(request.now)  # type: ignore[attr-defined]
                request.access = access.of(user, today=today)  # type: ignore[attr-defined]
            return self.get_response(request)
