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
CONSENT_ASKED = "mail.consent_asked"
CONSENT_GIVEN = "mail.consent_given"


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


def _consent_asked(params: Mapping[str, Any]) -> str:
    """`by` whom, and `why`."""
    return _("%(who)s asks to stop the tracking of a customer of the highest grade: %(why)s") % {
        "who": params["by"],
        "why": params["why"],
    }


def _consent_given(params: Mapping[str, Any]) -> str:
    """`by` whom."""
    return _("%(who)s agreed: the tracking has ended") % {"who": params["by"]}


def register_all() -> None:
    """Put the kinds on the register."""
    register(Kind(BOUNCED, gettext_lazy("Mail bounced"), _bounced, order=20))
    register(Kind(ACCOUNT_BROKEN, gettext_lazy("Mailbox does not work"), _broken, order=25))
    register(
        Kind(
            CONSENT_ASKED,
            gettext_lazy("Asked to stop a tracking"),
            _consent_asked,
            right="manage_team",
            order=27,
        )
    )
    register(Kind(CONSENT_GIVEN, gettext_lazy("Tracking may stop"), _consent_given, order=28))
