"""Money that is due and dates of letters of credit in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.rules.duties import Rule
from genjin.rules.payments import EXPIRY, PRESENTATION, SHIPMENT
from genjin.sales.models import PaymentPlanLine
from genjin.sales.money_words import money
from genjin.web.templatetags.web import day as day_text

_DATES: dict[str, Any] = {
    SHIPMENT: gettext_lazy("Ship before the L/C's latest shipment date"),
    PRESENTATION: gettext_lazy("Present the documents of the L/C"),
    EXPIRY: gettext_lazy("The L/C expires soon"),
}
_ASKING: dict[str, Any] = {
    "payment.DEPOSIT": gettext_lazy("Ask for the deposit"),
    "payment.BALANCE": gettext_lazy("Remind of the balance"),
    "payment.DEMURRAGE": gettext_lazy("Balance open: help to avoid demurrage"),
    "payment.OVERDUE": gettext_lazy("Ask for the overdue payment"),
}


def duty_name(duty: Mapping[str, Any]) -> str:
    """What a duty about money is called; empty for other duties."""
    params = duty["reason"]["params"]
    if duty["rule"] == Rule.PAYMENT:
        return str(_ASKING[params["template"].removesuffix("_FORMAL")])
    if duty["rule"] == Rule.LETTER_OF_CREDIT:
        return str(_DATES[params["date_of"]])
    return ""


def _payment_due(p: Mapping[str, Any], names: Any) -> str:
    return _("%(part)s of %(order)s: %(amount)s, due on %(day)s") % {
        "part": PaymentPlanLine.Kind(p["kind"]).label,
        "order": p["order"],
        "amount": money(Decimal(p["amount"]), p["currency"]),
        "day": day_text(date.fromisoformat(p["due_on"])),
    }


def _lc_date(p: Mapping[str, Any], names: Any) -> str:
    texts = {
        SHIPMENT: _("L/C %(number)s of %(order)s: ship by %(day)s"),
        PRESENTATION: _("L/C %(number)s of %(order)s: present the documents by %(day)s"),
        EXPIRY: _("L/C %(number)s of %(order)s: expires on %(day)s"),
    }
    day = day_text(date.fromisoformat(p["day"]))
    return texts[p["date_of"]] % {"number": p["letter"], "order": p["order"], "day": day}


SENTENCES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "PAYMENT_DUE": _payment_due,
    "LC_DATE": _lc_date,
}
