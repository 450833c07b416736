"""Answers to htmx and to browsers without scripts: toasts, redirects after a save, closed dialogs."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def toast(response: HttpResponse, text: object, *, tone: str = "ok", undo: str = "") -> HttpResponse:
    """Let the page say this; `undo` is an address to POST to."""
    return trigger(response, "genjin:toast", {"text": str(text), "tone": tone, "undo": undo})


def trigger(response: HttpResponse, event: str, detail: dict[str, object] | None = None) -> HttpResponse:
    """Have the page dispatch an event after the swap; may be called several times."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail or {}
    response.headers["HX-Trigger"] = json.dumps(events)  # ASCII, as headers must be
    return response


def saved(request: HttpRequest, to: str, text: object = "", *, undo: str = "") -> HttpResponse:
    """After a save: a redirect with a message; for htmx one that makes the whole page follow.

    Drafts of the form that was sent are cleared by the page that follows or by `genjin:saved`. `undo` is an
    address to POST to, offered beside the message.
    """
    if text:
        messages.success(request, str(text), extra_tags=undo)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        if _differs_by_fragment_only(request, to):
            response.headers["HX-Refresh"] = "true"
        else:
            response.headers["HX-Redirect"] = to
        return trigger(response, "genjin:saved")
    return HttpResponseRedirect(to)


def _differs_by_fragment_only(request: HttpRequest, to: str) -> bool:
    """Whether going there would leave the page as it is: browsers only scroll to another fragment."""
    here, there = urlsplit(request.headers.get("HX-Current-URL", "")), urlsplit(to)
    return bool(there.fragment) and (here.path, here.query) == (there.path, there.query)


def changed(request: HttpRequest, response: HttpResponse, text: object = "") -> HttpResponse:
    """After a save in place: the fragment with a toast; open dialogs close, badges ask again."""
    trigger(response, "genjin:saved")
    trigger(response, "genjin:changed")
    return toast(response, text) if text else response


def back_to(request: HttpRequest, default: str) -> str:
    """The posted `next` if it lies on this site, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else default
