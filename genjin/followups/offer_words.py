"""The validity of offers in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.rules.duties import Rule
from genjin.sales.models import Offer
from genjin.web.templatetags.web import day as day_text

RULES: dict[str, Any] = {
    Rule.OFFER_ENDING: gettext_lazy("Follow up the offer before its validity ends"),
    Rule.OFFER_ENDED: gettext_lazy("Renew the offer or write it off"),
}


def _validity(p: Mapping[str, Any], names: Any) -> str:
    return _("%(kind)s %(number)s, sent on %(sent)s, valid until %(day)s") % {
        "kind": Offer.Kind(p["offer_kind"]).label,
        "number": p["offer"],
        "sent": day_text(date.fromisoformat(p["sent_on"])),
        "day": day_text(date.fromisoformat(p["valid_until"])),
    }


SENTENCES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {"OFFER_VALIDITY": _validity}
