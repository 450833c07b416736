"""The hint that a mail may have been opened: its pixel was fetched (B-8). Never proof; it moves nothing."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from genjin.mail.models import MailOpen, OutgoingMail
from genjin.policy.queries import effective

SETTING = "mail_open_pixel"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\Z")
TOO_SOON = timedelta(seconds=15)
"""Nobody reads a mail that fast: what fetches then is a scanner on the way."""
_PROXIES = re.compile(r"GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem|DuckDuckGo.*Proxy", re.I)
_MACHINES = re.compile(
    r"bot\b|crawl|spider|preview|scan|barracuda|mimecast|proofpoint|safelinks|symantec|fireeye|"
    r"trend ?micro|python|curl|wget|go-http|okhttp|java/|libwww|headless|phantom",
    re.I,
)  # fmt: skip
_APPLE_PREFETCH = "Mozilla/5.0"

Kind = MailOpen.Kind


def is_allowed() -> bool:
    """Whether an administrator lets writers ask for the hint."""
    return effective().is_on(SETTING)


def address_of(token: str) -> str:
    """The public address of a pixel."""
    return settings.PUBLIC_URL + reverse("mail:opened", args=[token])


def kind_of(agent: str, *, after: timedelta) -> str:
    """Who fetched it: a mail program, a provider's proxy, or a machine that nobody looks at.

    `after`: how long after the mail left. Apple's prefetching shows itself by naming nothing but Mozilla/5.0.
    """
    if after < TOO_SOON or not agent.strip() or agent.strip() == _APPLE_PREFETCH:
        return Kind.MACHINE
    if _PROXIES.search(agent):
        return Kind.PROXY
    return Kind.MACHINE if _MACHINES.search(agent) else Kind.PROGRAM


@dataclass(frozen=True, slots=True)
class Hint:
    """When the pixel of a mail was first fetched, and by the most telling kind of reader."""

    at: datetime
    kind: str


def hints(mails: Iterable[OutgoingMail]) -> dict[int, Hint]:
    """By mail; one query."""
    order = (Kind.PROGRAM, Kind.PROXY, Kind.MACHINE)
    found: dict[int, Hint] = {}
    rows = MailOpen.objects.filter(mail__in=[mail.pk for mail in mails if mail.open_token])
    for row in sorted(rows.order_by("at"), key=lambda row: order.index(Kind(row.kind))):
        found.setdefault(row.mail_id, Hint(row.at, row.kind))
    return found


class Tap:
    """Lets so many through a minute for each caller; one for each process, forgotten with it."""

    def __init__(self, most: int, *, callers: int = 2000) -> None:
        self._most, self._callers = most, callers
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def lets_through(self, caller: str, now: float | None = None) -> bool:
        """Whether this one is within the limit; counts it."""
        now = time.monotonic() if now is None else now
        began, count = self._seen.pop(caller, (now, 0))
        if now - began >= 60:
            began, count = now, 0
        self._seen[caller] = (began, count + 1)
        while len(self._seen) > self._callers:
            self._seen.popitem(last=False)
        return count < self._most
