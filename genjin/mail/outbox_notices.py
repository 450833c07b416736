"""What people are told about their mails on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.notifications.kinds import Kind, register

FAILED = "mail.failed"
UNCERTAIN = "mail.uncertain"
HELD_BACK = "mail.held_back"


def _values(p: Mapping[str, Any]) -> dict[str, str]:
    return {
        "subject": p.get("subject") or _("(no subject)"),
        "addresses": _(", ").join(p.get("addresses", ())),
    }


def _failed(p: Mapping[str, Any]) -> str:
    return _("“%(subject)s” did not reach %(addresses)s") % _values(p)


def _uncertain(p: Mapping[str, Any]) -> str:
    return _("Nobody knows whether “%(subject)s” was sent to %(addresses)s: please decide") % _values(p)


def _held_back(p: Mapping[str, Any]) -> str:
    return _("“%(subject)s” to %(addresses)s waits for your decision") % _values(p)


def register_all() -> None:
    """Put the kinds on the register."""
    register(Kind(FAILED, gettext_lazy("A mail could not be sent"), _failed, order=60))
    register(Kind(UNCERTAIN, gettext_lazy("It is uncertain whether a mail was sent"), _uncertain, order=61))
    register(Kind(HELD_BACK, gettext_lazy("A mail waits for a decision"), _held_back, order=62))
