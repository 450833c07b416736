"""Gives every request its person's access and zone; leads to what must be done first."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from genjin.jobs import on_behalf_of
from genjin.journal.context import through
from genjin.people import access, actions, queries, sessions

Respond = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Sets `request.access` and `request.organisation`, the time zone, the journal's door, the cause of jobs.

    Of the queries before a view four are made here and by authentication: person (with role, team, second
    factor), organisation, teams with absences; the instance and the session are two more.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        organisation = queries.organisation()
        request.organisation = organisation  # type: ignore[attr-defined]
        zone = (user.is_authenticated and user.timezone) or organisation.timezone
        with (
            through("WEB", getattr(request, "id", "")),
            timezone.override(zoneinfo.ZoneInfo(zone)),
            on_behalf_of(user.pk),
        ):
            if user.is_authenticated:
                today = timezone.localdate(request.now)  # type: ignore[attr-defined]
                request.access = access.of(user, today=today)  # type: ignore[attr-defined]
                if sessions.note_use(request):
                    actions.note_seen(user_id=user.pk, at=timezone.now())
            return self.get_response(request)


class FirstThingsMiddleware:
    """What comes before every page: setting up a fresh instance, a second factor that the company requires.

    A view marked `open_before_setup` (health, the set-up itself) answers at any time.
    """

    OPEN_URL_NAMES = frozenset(
        {
            "account_logout", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp",
            "mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        }
    )  # fmt: skip

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A redirect to what must be done first, None when nothing stands before this page."""
        match = request.resolver_match
        if getattr(view, "open_before_setup", False) or (match and match.app_name == "web"):
            return None
        user = request.user
        if not user.is_authenticated:
            fresh = request.instance.set_up_at is None  # type: ignore[attr-defined]
            return _lead(request, "people:setup") if fresh else None
        if not user.second_factor_required or user.has_second_factor:
            return None
        if match and match.url_name in self.OPEN_URL_NAMES:
            return None
        return _lead(request, "mfa_activate_totp")


def _lead(request: HttpRequest, name: str) -> HttpResponse:
    """A redirect that the whole page follows, also when a fragment was asked for."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = reverse(name)
        return response
    return HttpResponseRedirect(reverse(name))
