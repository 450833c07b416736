"""Declines and the next order in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from genjin.rules.duties import NoticeKind, Rule
from genjin.rules.reorder import LOW_STOCK, NOW_SOLD, STILL_COMING
from genjin.web.templatetags.web import day as day_text

RULES: dict[str, Any] = {
    Rule.DECLINE_CAUSE: gettext_lazy("Find out why the order fell"),
    Rule.DECLINE_MEASURE: gettext_lazy("Do something against the decline"),
    Rule.REORDER: gettext_lazy("Speak of the next order"),
}
NOTICES: dict[str, Any] = {
    NoticeKind.DECLINE_AGAIN: gettext_lazy("Orders fall again"),
    NoticeKind.DECLINE_LATE: gettext_lazy("Orders keep falling"),
}


def measure_name(measure: str) -> str:
    """What fell."""
    names = {
        "KINDS": pgettext("of an order", "kinds"),
        "QUANTITY": pgettext("of an order", "quantity"),
        "AMOUNT": pgettext("of an order", "amount"),
    }
    return names.get(measure, measure)


def _day(value: str | None) -> str:
    return day_text(date.fromisoformat(value)) if value else ""


def _declined(p: Mapping[str, Any], names: Any) -> str:
    percent = p["percent"].lstrip("-").rstrip("0").rstrip(".")
    what = _("order %(order)s: %(measure)s down by %(percent)s %%") % {
        "order": p["order"],
        "measure": measure_name(p["measure"]),
        "percent": percent,
    }
    if p["level"] < 2:
        return what
    row = ngettext("%(count)d time in a row", "%(count)d times in a row", p["level"]) % {"count": p["level"]}
    return f"{what} · {row}"


def _moment(p: Mapping[str, Any], names: Any) -> str:
    last = _("last order on %(day)s") % {"day": _day(p["last_on"])}
    if p["why"] == LOW_STOCK:
        low = _("the stock is down to what they want to keep")
        return f"{last} · {low}"
    if p["why"] == NOW_SOLD:
        sold = _("nearly everything is sold")
        return f"{last} · {sold}"
    expected = _("next one expected about %(day)s, %(from)s to %(until)s") % {
        "day": _day(p["expected_on"]),
        "from": _day(p["from_on"]),
        "until": _day(p["until_on"]),
    }
    if p["why"] == STILL_COMING:
        there = _("now that the goods have arrived")
        return f"{last} · {expected} · {there}"
    return f"{last} · {expected}"


def _again(p: Mapping[str, Any], names: Any) -> str:
    return _("order %(order)s of %(who)s: %(count)d declines in a row") % {
        "order": p["order"],
        "who": names.person(p["owner_id"]),
        "count": p["level"],
    }


SENTENCES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "ORDER_DECLINED": _declined,
    "REORDER_MOMENT": _moment,
    "DECLINED_AGAIN": _again,
}
