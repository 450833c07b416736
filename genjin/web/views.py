"""The shell's own pages: palette, theme, language, errors."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from genjin.web import answers, navigation
from genjin.web.context import THEME_COOKIE, THEMES
from genjin.web.guards import public, requires

YEAR = 365 * 24 * 3600


@require_GET
@requires()
def palette(request: HttpRequest) -> HttpResponse:
    """What can be reached from here: a fragment for the palette, a page without scripts."""
    words = request.GET.get("q", "")[:200].replace("\x00", "")
    fragment = bool(getattr(request, "htmx", False)) or request.headers.get("X-Palette") == "1"
    template = "web/parts/palette_found.html" if fragment else "web/palette.html"
    return render(request, template, {"groups": navigation.find(request, words), "words": words})


@require_POST
@public
def theme(request: HttpRequest) -> HttpResponse:
    """Keep this browser's theme in a cookie."""
    response = HttpResponseRedirect(answers.back_to(request, "/"))
    if request.POST.get("theme") in THEMES:
        _keep(request, response, THEME_COOKIE, request.POST["theme"])
    return response


@require_POST
@public
def language(request: HttpRequest) -> HttpResponse:
    """Keep this browser's language in a cookie; a signed-in user's own choice wins over it."""
    response = HttpResponseRedirect(answers.back_to(request, "/"))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        _keep(request, response, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    return response


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """A cookie for a year, for this site only."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
