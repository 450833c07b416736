"""Sequences, chains after shipments and promises in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from genjin.rules.duties import NoticeKind, Rule
from genjin.rules.promised import PromiseKind
from genjin.web.templatetags.web import day as day_text

SEQUENCES: dict[str, Any] = {
    "lead_response": gettext_lazy("Lead response"),
    "nurture": gettext_lazy("Nurture"),
    "closing": gettext_lazy("Closing"),
    "wake_up": gettext_lazy("Wake-up"),
}
"""The sequences that come with the policy."""
STEPS: dict[str, Any] = {
    "CALL_BACK": gettext_lazy("Call back"),
    "MATERIAL": gettext_lazy("Send material after the call"),
    "SECOND_CALL": gettext_lazy("Call a second time"),
    "INTRODUCTION": gettext_lazy("Introduce firm and products"),
    "CALL_AFTER_INTRODUCTION": gettext_lazy("Call about the introduction"),
    "CHECK": gettext_lazy("Ask whether interest has changed"),
    "MONTHLY_MAIL": gettext_lazy("Monthly mail"),
    "REVIEW": gettext_lazy("Judge anew"),
    "CALL_BACK_OR_RECAP": gettext_lazy("Call back, or sum up the talk"),
    "MEETING": gettext_lazy("Arrange a meeting"),
    "SUMMARY_MAIL": gettext_lazy("Sum up the meeting"),
    "CALL_AFTER_SUMMARY": gettext_lazy("Call to close"),
    "FIND_CAUSE": gettext_lazy("Find out why orders stopped"),
    "CALL_DORMANT": gettext_lazy("Call and listen"),
    "NEW_PROPOSAL": gettext_lazy("Propose something new"),
    "MANAGER_STEPS_IN": gettext_lazy("The manager steps in"),
    "CONCESSION": gettext_lazy("Offer a concession"),
    "SHIPPING_ADVICE": gettext_lazy("Send the shipping advice"),
    "ETA_NOTICE": gettext_lazy("Tell the arrival, prepare clearance"),
    "BALANCE_CALL": gettext_lazy("Balance open: call, so that no demurrage arises"),
    "ARRIVAL": gettext_lazy("Ask: cleared, received, intact?"),
    "FEEDBACK": gettext_lazy("Ask how it sells; quality form"),
    "PRICE_LIST": gettext_lazy("Send the latest prices"),
    "AFTER_ARRIVAL": gettext_lazy("Ask how things are"),
    "STOCK_CHECK": gettext_lazy("Ask whether the goods are in stock"),
    "TESTIMONIAL": gettext_lazy("Ask for a testimonial video"),
}
"""What the steps are called that come with the policy; a firm's own are shown as it wrote them."""
PROMISES: dict[str, Any] = {
    PromiseKind.FIRST_RESPONSE: gettext_lazy("First answer to an inquiry"),
    PromiseKind.ASKED_FOR_CALL: gettext_lazy("Call back: it was asked for"),
    PromiseKind.COMPLAINT_REPLY: gettext_lazy("First reply to a complaint"),
    PromiseKind.COMPLAINT_SOLUTION: gettext_lazy("Solution of a complaint"),
}
NOTICES: dict[str, Any] = {
    NoticeKind.PROMISE_WARNED: gettext_lazy("A promise is soon due"),
    NoticeKind.PROMISE_MISSED: gettext_lazy("A promise was missed"),
    NoticeKind.PROMISE_ESCALATED: gettext_lazy("A promise was missed in your team"),
}
MANAGERS_NOTICES = (NoticeKind.PROMISE_ESCALATED,)


def step_name(purpose: str) -> str:
    """What a step is called."""
    return str(STEPS.get(purpose, purpose))


def duty_name(duty: Mapping[str, Any]) -> str:
    """What a duty of a chain or a promise is called; empty for other duties."""
    params = duty["reason"]["params"]
    if duty["rule"] in (Rule.SEQUENCE, Rule.AFTERSALES):
        return step_name(params["step"])
    if duty["rule"] == Rule.PROMISE:
        return str(PROMISES[params["what"]])
    return ""


def _day(value: str) -> str:
    return day_text(date.fromisoformat(value))


def _moment(value: str) -> str:
    """A day with the time in the reader's zone."""
    at = timezone.localtime(datetime.fromisoformat(value))
    return f"{day_text(at.date())} {date_format(at, 'H:i')}"


def _step_of_sequence(p: Mapping[str, Any], names: Any) -> str:
    return _("%(sequence)s: step %(number)d of %(count)d, since %(day)s") % {
        "sequence": names.sequence(p["sequence"]),
        "number": p["number"],
        "count": p["count"],
        "day": _day(p["began_on"]),
    }


def _after_shipment(p: Mapping[str, Any], names: Any) -> str:
    shipped = _("shipped on %(day)s") % {"day": _day(p["shipped_on"])}
    if p["eta"] is None:
        return shipped
    return _("%(shipped)s, arrives on %(day)s") % {"shipped": shipped, "day": _day(p["eta"])}


def _overtaken(p: Mapping[str, Any], names: Any) -> str:
    return _("was due on %(day)s, its time is over: do it now or skip it") % {"day": _day(p["planned"])}


def _free_time(p: Mapping[str, Any], names: Any) -> str:
    days, rate = p["days"], p["rate"]
    if days is None:
        return _("demurrage %(rate)s a day") % {"rate": rate}
    free = ngettext("%(count)d free day", "%(count)d free days", days) % {"count": days}
    return _("%(free)s, then %(rate)s a day") % {"free": free, "rate": rate} if rate else free


def _not_to_press(p: Mapping[str, Any], names: Any) -> str:
    return _("not known to be in stock: do not press for the next order yet")


def _promised(p: Mapping[str, Any], names: Any) -> str:
    return _("waiting since %(when)s") % {"when": _moment(p["since"])}


def _on_duty(p: Mapping[str, Any], names: Any) -> str:
    return _("outside the hours of %(who)s") % {"who": names.person(p["owner_id"])}


def _promise_due(p: Mapping[str, Any], names: Any) -> str:
    return _("%(what)s by %(who)s, due on %(when)s") % {
        "what": PROMISES[p["what"]],
        "who": names.person(p["owner_id"]),
        "when": _moment(p["due_at"]),
    }


SENTENCES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "STEP_OF_SEQUENCE": _step_of_sequence,
    "STEP_AFTER_SHIPMENT": _after_shipment,
    "OVERTAKEN": _overtaken,
    "FREE_TIME": _free_time,
    "NOT_TO_PRESS": _not_to_press,
    "PROMISED": _promised,
    "ON_DUTY_FOR": _on_duty,
    "PROMISE_DUE": _promise_due,
}
