"""Who may open a page: the decorator of every view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url

View = Callable[..., HttpResponseBase]


def requires(right: str = "") -> Callable[[View], View]:
    """Sign-in needed; a right that this person lacks makes the page 404, so that nothing leaks.

    The right's name stays readable as `view.required_right` for the test of every URL and role.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if right and not request.access.may(right):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]
        guarded.needs_sign_in = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Marks a view as open to everybody, on purpose."""
    view.needs_sign_in = False  # type: ignore[attr-defined]
    view.required_right = ""  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; fragments get 401, so that scripts keep what was typed."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=401)
    back = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
