"""Mail goes along when two customers, or two contacts of one, become one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.mail.models import AddressRule, Filing, OutgoingMail, Tracking
from genjin.records.merge_actions import rows
from genjin.records.merging import CONTACT, register


def register_all() -> None:
    """Put what hangs on a customer in this folder on the register."""
    register(rows(Filing, alike=("message_id",), label=_("Mails"), order=70))
    register(rows(AddressRule, order=71))
    register(rows(OutgoingMail, order=72))
    register(rows(Tracking, order=73))
    register(rows(Filing, "contact", label=_("Mails"), order=70, of=CONTACT))
    register(rows(AddressRule, "contact", order=71, of=CONTACT))
    register(rows(Tracking, "contact", order=73, of=CONTACT))
