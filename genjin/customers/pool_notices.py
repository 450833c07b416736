"""What people are told of the public pool: a return that is coming, one that happened, a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from genjin.customers.models import Customer
from genjin.notifications import kinds
from genjin.people.models import User
from genjin.rules.pool import ReturnCode
from genjin.web.templatetags.web import day

RETURNED = "customers.returned"


def register_all() -> None:
    """Put the kinds on the register."""
    kinds.register(
        kinds.Kind(kinds.RETURN_COMING, gettext_lazy("Customer about to return to the pool"), _coming)
    )
    kinds.register(kinds.Kind(RETURNED, gettext_lazy("Customer returned to the pool by rule"), _returned))
    kinds.register(
        kinds.Kind(
            kinds.CLAIMED, gettext_lazy("Former customer claimed"), lambda one: _claimed([one])[0], _claimed
        )
    )


RULE_NOTES = {
    ReturnCode.NO_FOLLOW_UP: gettext_noop("By rule: no follow-up for too long"),
    ReturnCode.NO_ORDER: gettext_noop("By rule: no order for too long"),
}
"""What the journal keeps as the reason; as Genjin itself wrote it, it is translated when read."""


def reason(code: str) -> str:
    """Why a customer returns by rule, as the end of a sentence."""
    if code == ReturnCode.NO_ORDER:
        return _("no order for too long")
    return _("no follow-up for too long")


def pool_text(customer: Customer) -> str:
    """When a customer returns by rule and why, or why it is kept; empty when there is nothing to say."""
    if customer.owner_id is None:
        return ""
    if customer.pool_locked:
        return _("Kept from the public pool: %(why)s") % {"why": customer.pool_note}
    if customer.returns_on is None:
        return ""
    said = _("Returns to the public pool on %(day)s: %(reason)s.")
    return said % {"day": day(customer.returns_on), "reason": reason(customer.return_code)}


def _coming(params: Mapping[str, Any]) -> str:
    return _("%(customer)s returns to the public pool on %(day)s: %(reason)s.") % {
        "customer": params["customer"],
        "day": day(date.fromisoformat(params["on"])),
        "reason": reason(params["code"]),
    }


def _returned(params: Mapping[str, Any]) -> str:
    return _("%(customer)s has returned to the public pool: %(reason)s.") % {
        "customer": params["customer"],
        "reason": reason(params["code"]),
    }


def _claimed(params: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    people = User.objects.in_bulk({one["by"] for one in params})
    said = _("%(name)s has claimed %(customer)s, which was yours.")
    return [said % {"name": people.get(one["by"], ""), "customer": one["customer"]} for one in params]
