"""A form sent twice (a double click, a repeated request, the back button) is saved once.

The pages' forms carry a token (`{% once %}`), another one each time they are shown; a view that makes
something new saves through `save_once`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from genjin.web.actions import claim_submission, note_target
from genjin.web.models import Submission

FIELD = "once"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")


def form_token(request: HttpRequest) -> str:
    """The token for a form shown now: a new one, or that of the form that is shown again with mistakes."""
    return _sent(request) or secrets.token_urlsafe(18)


def _sent(request: HttpRequest) -> str:
    """The token that was sent; "" for what is none."""
    token = request.POST.get(FIELD, "")
    return token if TOKEN.fullmatch(token) else ""


def _mark(request: HttpRequest) -> str:
    """What tells this sending from others; "" without a token, then nothing is compared.

    What was typed belongs to it: a form taken back with the browser's button and filled in anew is another.
    """
    if not _sent(request):
        return ""
    typed = [
        (name, request.POST.getlist(name)) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"
    ]
    files = [
        (name, [(f.name, f.size) for f in request.FILES.getlist(name)]) for name in sorted(request.FILES)
    ]
    whole = repr((request.path, request.user.pk, typed, files))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def saved_before(request: HttpRequest) -> str | None:
    """Where the sender of this form was led when it was saved; None when it was not saved yet."""
    mark = _mark(request)
    row = Submission.objects.filter(token=mark).first() if mark else None
    return row.to if row else None


def save_once(request: HttpRequest, save: Callable[[], str]) -> tuple[str, bool]:
    """Run `save`, which gives an address, unless this very form was saved already.

    Gives where to lead the sender and whether anything was saved now. What `save` raises is passed on, and
    the form may be sent again.
    """
    mark = _mark(request)
    if not mark:
        return save(), True
    with transaction.atomic():
        taken = claim_submission(token=mark, at=timezone.now())
        if taken is None:
            return Submission.objects.get(token=mark).to, False
        to = save()
        note_target(taken, to)
        return to, True
