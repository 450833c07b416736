"""What people are told of mail: an address that does not exist, a mailbox that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail import problems
from genjin.notifications.kinds import Kind, register

BOUNCED = "mail.bounced"
ACCOUNT_BROKEN = "mail.account_broken"


def _bounced(params: Mapping[str, Any]) -> str:
    """`addresses`: those that a bounce named."""
    return _("Mail cannot be delivered: %(addresses)s does not exist") % {
        "addresses": ", ".join(params["addresses"])
    }


def _broken(params: Mapping[str, Any]) -> str:
    """`address` of the mailbox; `code` and `details` of the problem."""
    return _("The mailbox %(address)s is not read any more. %(why)s") % {
        "address": params["address"],
        "why": problems.sentence(params["code"], params.get("details")),
    }


def register_all() -> None:
    """Put the kinds on the register."""
    register(Kind(BOUNCED, gettext_lazy("Mail bounced"), _bounced, order=20))
    register(Kind(ACCOUNT_BROKEN, gettext_lazy("Mailbox does not work"), _broken, order=25))
