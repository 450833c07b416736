"""What the views of mail share."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from genjin.mail.models import Message
from genjin.people.requests import Request

KEPT = ("box", "filter", "q", "all")
"""The parameters that say which list one came from."""


def message_or_404(request: Request, pk: int) -> Message:
    """A message that the person may see; what one may not see does not exist."""
    found = Message.objects.visible_to(request.user).select_related("thread", "raw").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def given_by(request: Request) -> QueryDict:
    """The parameters of the page, or of a form on it."""
    return request.POST if request.method == "POST" else request.GET


def list_query(request: Request) -> str:
    """The list that one came from, as the parameters of an address."""
    given = given_by(request)
    return urlencode({name: str(given[name]) for name in KEPT if given.get(name)})


def ids_of(request: Request, name: str = "ids", most: int = 500) -> list[int]:
    """Posted ids; anything that is no number is left out."""
    return [
        int(value) for value in request.POST.getlist(name)[:most] if value.isdecimal() and len(value) < 19
    ]


def real_now() -> datetime:
    """Real time, for leases."""
    return timezone.now()
