"""What mail adds to the rail, the palette and the search for records."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from genjin.mail import finding
from genjin.web.navigation import Entry, Hit, register_entry, register_finder
from genjin.web.templatetags.web import day


def register_all() -> None:
    """The inbox, and mails among what Ctrl-K finds."""
    register_entry(
        Entry(
            "mail", _("Mail"), "mail:inbox", "mail", order=20, badge="mail:badge", phone=True,
            keywords="inbox email 邮件 收件箱",
        )
    )  # fmt: skip
    register_finder("mail", _("Mail"), _find, order=60)


def _find(request: HttpRequest, words: str, limit: int) -> Iterable[Hit]:
    found = finding.find(
        request.user,  # type: ignore[arg-type]
        words,
        today=timezone.localdate(request.now),  # type: ignore[attr-defined]
        zone=timezone.get_current_timezone(),
        everywhere=True,
        size=limit,
    )
    return [
        Hit(
            label=row.subject or row.from_name or row.from_address,
            href=reverse("mail:message", args=[row.pk]),
            icon="mail",
            note=f"{row.from_name or row.from_address} · {day(row.date)}",
        )
        for row in found.messages
    ]
