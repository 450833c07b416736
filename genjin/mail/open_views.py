"""The public address of a mail's pixel: a transparent picture, whoever asks and whatever for."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from genjin.mail.actions.opening import note_opened
from genjin.mail.opening import TOKEN, Tap
from genjin.people.requests import Request
from genjin.web.guards import public

GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
_tap = Tap(60)


@require_safe
@public
def opened(request: Request, token: str) -> HttpResponse:
    """One transparent point. Colleagues who read the mail here are not counted, nor floods."""
    is_ours = request.user.is_authenticated
    if not is_ours and TOKEN.match(token) and _tap.lets_through(_caller(request)):
        note_opened(token=token, agent=request.headers.get("User-Agent", "")[:300], at=request.now)
    response = HttpResponse(GIF, content_type="image/gif")
    response.headers["Cache-Control"] = "private, no-store, max-age=0"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


opened.open_before_setup = True  # type: ignore[attr-defined]


def _caller(request: Request) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
