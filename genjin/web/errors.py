"""Error pages: both languages, with the request's id, working without the database."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from genjin.web.middleware import Respond, request_id

logger = logging.getLogger(__name__)


def _texts(status: int) -> tuple[str, str]:
    """Title and advice of an error."""
    texts = {
        400: (_("The request could not be read"), _("Go back, reload the page and try again.")),
        403: (
            _("This is not allowed"),
            _("Reload the page and try again; sign in again if that does not help."),
        ),
        404: (
            _("This page does not exist"),
            _("It was removed, the address is wrong, or you may not see it."),
        ),
        405: (_("This cannot be done at this address"), _("Go back and use the buttons of the page.")),
        409: (
            _("Others are saving this at the same moment"),
            _("Go back: what you typed is still there. Save it again."),
        ),
        413: (
            _("This is too large"),
            _("Send a smaller file, less text or fewer lines: a form takes 2,000 lines at once."),
        ),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
        500: (
            _("Something went wrong here"),
            _(
                "Nothing was lost that had been saved. Try again; if it stays, give the number to your "
                "administrator."
            ),
        ),
        503: (_("Genjin is not available at the moment"), _("Wait a minute, then reload the page.")),
    }
    return texts.get(status) or texts[500 if status >= 500 else 400]


class Unavailable(Exception):
    """Something that Genjin needs does not answer now; whoever asked gets the page 503 and may ask again."""


def error_page(request: HttpRequest, status: int, *, error_id: str = "") -> HttpResponse:
    """The page of an error in the reader's language and, smaller, in the other one.

    It asks neither the database nor the session, so that it also shows when those are the error. A
    fragment request gets a short text, shown by the page as a toast.
    """
    language = translation.get_language() or "en"
    other = "en" if language.startswith("zh") else "zh-hans"
    shown_id = error_id or getattr(request, "id", "") or request_id()
    title, advice = _texts(status)
    with translation.override(other):
        other_title, other_advice = _texts(status)
    context = {
        "status": status,
        "title": title,
        "advice": advice,
        "other_title": other_title,
        "other_advice": other_advice,
        "language": "zh-Hans" if language.startswith("zh") else "en",
        "other_language": "zh-Hans" if other.startswith("zh") else "en",
        "error_id": shown_id if status >= 500 or status == 403 else "",
        "theme": _theme(request),
    }
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(
            f"{title}。{advice}" if "zh" in language else f"{title}. {advice}", status=status
        )
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    else:
        response = HttpResponse(get_template("web/error.html").render(context), status=status)
    if shown_id:
        response.headers["X-Error-Id"] = shown_id
    return response


def _theme(request: HttpRequest) -> str:
    """Only the cookie: the user's setting lies in the database."""
    chosen = request.COOKIES.get("genjin_theme", "")
    return chosen if chosen in ("light", "dark") else "auto"


class Unanswered:
    """Middleware that turns `Unavailable`, from wherever it comes, into the page 503."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django asks this for every exception of a view."""
        if not isinstance(exception, Unavailable):
            return None
        logger.error("%s: %s", type(exception).__name__, exception)
        return error_page(request, 503)


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Bad request; what is too large says so."""
    too_large = type(exception).__name__ in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    return error_page(request, 413 if too_large else 400)


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Forbidden."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token (setting `CSRF_FAILURE_VIEW`)."""
    return error_page(request, 403)


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not found, or not for these eyes."""
    return error_page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """An unexpected error; its id is the request's, which the log and the error list carry too."""
    return error_page(request, 500)
