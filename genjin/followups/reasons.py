"""Why something is owed, in the reader's language: every code of the rules as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from genjin.customers.models import Contact
from genjin.followups import chain_words, money_words, offer_words, order_words, sequence_names
from genjin.followups.reasons_daily import picked_today
from genjin.followups.reasons_orders import order_node_due
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.rules.duties import NoticeKind, Rule, WorkClass
from genjin.web.templatetags.web import day as day_text

RULES: dict[str, Any] = {
    Rule.NEXT_STEP: gettext_lazy("Next step"),
    Rule.REMINDER: gettext_lazy("Reminder"),
    Rule.FIRST_CONTACT: gettext_lazy("Make the first contact"),
    Rule.NO_NEXT_STEP: gettext_lazy("Decide on the next step"),
    Rule.RHYTHM: gettext_lazy("Get in touch again"),
    Rule.TRACKING: gettext_lazy("Follow up the unanswered mail"),
    Rule.TRACKING_CALL: gettext_lazy("Call: the mail stayed unanswered"),
    Rule.BOUNCE: gettext_lazy("Find another address or call"),
    Rule.CONTACT_DATA: gettext_lazy("Find a phone number"),
    Rule.SEQUENCE: gettext_lazy("Step of a sequence"),
    Rule.AFTERSALES: gettext_lazy("After the shipment"),
    Rule.RECAP: gettext_lazy("Write down in a mail what was said"),
    Rule.PROMISE: gettext_lazy("Keep a promise"),
    Rule.DAILY: gettext_lazy("Daily follow-up"),
    Rule.ANSWER: gettext_lazy("Answer the mail"),
    Rule.PAYMENT: gettext_lazy("Ask for the payment"),
    Rule.LETTER_OF_CREDIT: gettext_lazy("Keep the date of the L/C"),
    **order_words.RULES,
    **offer_words.RULES,
    Rule.ORDER_NODE: gettext_lazy("See to the next node of an order"),
}
"""What a duty is called when nobody gave it words."""

CLASSES: dict[int, Any] = {
    WorkClass.COMPLAINT: gettext_lazy("Promises and complaints"),
    WorkClass.APPOINTMENT: gettext_lazy("At a fixed time"),
    WorkClass.FIRST_RESPONSE: gettext_lazy("First answers"),
    WorkClass.ORDER_NODE: gettext_lazy("Orders and shipments"),
    WorkClass.ANSWER: gettext_lazy("Mails to write"),
    WorkClass.TRACKING: gettext_lazy("Follow up"),
    WorkClass.DAILY: gettext_lazy("Today's 2 + 2"),
    WorkClass.CADENCE: gettext_lazy("Keep in touch"),
    WorkClass.QUOTATION: gettext_lazy("Quotations"),
    WorkClass.CARE: gettext_lazy("Gaps to close"),
}
"""The classes of C-07 in plain words, in their order."""

NOTICES: dict[str, Any] = {
    NoticeKind.OVERDUE: gettext_lazy("Overdue"),
    NoticeKind.OVERDUE_MANAGER: gettext_lazy("Overdue in your team"),
    NoticeKind.AT_RISK: gettext_lazy("At risk"),
    NoticeKind.FIRST_CONTACT_MISSED: gettext_lazy("First contact missed"),
    **chain_words.NOTICES,
    NoticeKind.DELEGATED_SETTLED: gettext_lazy("What you handed over is settled"),
    **order_words.NOTICES,
}


@dataclass(frozen=True)
class Names:
    """The names of people and contacts that reasons mention; loaded once for a page."""

    people: Mapping[int, str] = field(default_factory=dict)
    contacts: Mapping[int, str] = field(default_factory=dict)
    sequences: Mapping[str, str] = field(default_factory=dict)

    def person(self, pk: Any) -> str:
        """Who it was; the system where nobody is named."""
        return self.people.get(pk) or _("the system")

    def contact(self, pk: Any) -> str:
        """The name of a contact."""
        return self.contacts.get(pk) or _("the contact")

    def sequence(self, key: str) -> str:
        """The name of a sequence."""
        return self.sequences.get(key) or str(chain_words.SEQUENCES.get(key, key))


def people_in(reasons: Iterable[Mapping[str, Any]]) -> set[int]:
    """Ids of the people whom these reasons mention."""
    return {pk for reason in reasons for name in ("by_id", "owner_id") if (pk := reason["params"].get(name))}


def names_for(reasons: Collection[Mapping[str, Any]], known: Mapping[int, User] | None = None) -> Names:
    """Names that these reasons need, in at most three queries; people who are `known` are not read again."""
    people = people_of(people_in(reasons), known)
    contacts: set[int] = set()
    sequences: set[str] = set()
    for reason in reasons:
        for name, value in reason["params"].items():
            if name == "contact_id" and value:
                contacts.add(value)
            elif name == "sequence":
                sequences.add(value)
    return Names(
        {pk: str(user) for pk, user in people.items()},
        dict(Contact.objects.filter(pk__in=contacts).values_list("pk", "name")) if contacts else {},
        sequence_names.of(sequences),
    )


def render(reason: Mapping[str, Any], names: Names) -> str:
    """One reason (`{"code", "params"}`) as a short sentence without full stop."""
    return SENTENCES[reason["code"]](reason["params"], names)


def render_all(reasons: Iterable[Mapping[str, Any]], names: Names) -> list[str]:
    """Several of them."""
    return [render(reason, names) for reason in reasons]


def _day(value: str) -> str:
    return day_text(date.fromisoformat(value))


def _next_step(p: Mapping[str, Any], names: Names) -> str:
    return _("set by %(who)s on %(day)s") % {"who": names.person(p["by_id"]), "day": _day(p["written_on"])}


def _reminder(p: Mapping[str, Any], names: Names) -> str:
    return _("reminder by %(who)s of %(day)s") % {
        "who": names.person(p["by_id"]),
        "day": _day(p["written_on"]),
    }


def _first_contact(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "new since %(day)s, first contact within %(count)d working day",
        "new since %(day)s, first contact within %(count)d working days",
        p["workdays"],
    ) % {"day": _day(p["since"]), "count": p["workdays"]}


def _no_next_step(p: Mapping[str, Any], names: Names) -> str:
    return _("no next step since %(day)s") % {"day": _day(p["since"])}


def _no_next_step_again(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "dismissed on %(day)s, asked again after %(count)d day: still no next step",
        "dismissed on %(day)s, asked again after %(count)d days: still no next step",
        p["days"],
    ) % {"day": _day(p["dismissed_on"]), "count": p["days"]}


def _rhythm_of_class(p: Mapping[str, Any], names: Names) -> str:
    rhythm = ngettext(
        "purchase class %(letter)s: at least every %(count)d day",
        "purchase class %(letter)s: at least every %(count)d days",
        p["days"],
    ) % {"letter": p["value_class"], "count": p["days"]}
    return _with_last(rhythm, p["last_on"])


def _rhythm_of_customer(p: Mapping[str, Any], names: Names) -> str:
    rhythm = ngettext("own rhythm: every %(count)d day", "own rhythm: every %(count)d days", p["days"]) % {
        "count": p["days"]
    }
    if p["until"]:
        rhythm = _("%(what)s until %(day)s") % {"what": rhythm, "day": _day(p["until"])}
    return _because(_with_last(rhythm, p["last_on"]), p["why"])


def _with_last(rhythm: str, last_on: str | None) -> str:
    if last_on is None:
        return _("%(rhythm)s · never followed up yet") % {"rhythm": rhythm}
    return _("%(rhythm)s · last on %(day)s") % {"rhythm": rhythm, "day": _day(last_on)}


def _because(what: str, why: str | None) -> str:
    return _("%(what)s (%(why)s)") % {"what": what, "why": why} if why else what


def _postponed(p: Mapping[str, Any], names: Names) -> str:
    what = _("postponed by %(who)s on %(day)s to %(until)s") % {
        "who": names.person(p["by_id"]),
        "day": _day(p["on"]),
        "until": _day(p["until"]),
    }
    return _because(what, p["why"])


def _paused(p: Mapping[str, Any], names: Names) -> str:
    what = _("not to be contacted before %(until)s; was planned for %(day)s") % {
        "until": _day(p["until"]),
        "day": _day(p["planned"]),
    }
    return _because(what, p["why"])


def _moved(p: Mapping[str, Any], names: Names) -> str:
    return _("%(day)s is no working day") % {"day": _day(p["planned"])}


def _after_go_live(p: Mapping[str, Any], names: Names) -> str:
    return _("from before the start on %(day)s") % {"day": _day(p["go_live_on"])}


def _stands_in(p: Mapping[str, Any], names: Names) -> str:
    return _("in place of %(who)s") % {"who": names.person(p["owner_id"])}


def _outside_hours(p: Mapping[str, Any], names: Names) -> str:
    return _("outside the hours of %(who)s") % {"who": names.contact(p["contact_id"])}


def _no_answer(p: Mapping[str, Any], names: Names) -> str:
    params = {"day": _day(p["sent_on"]), "number": p["attempt"], "most": p["most"]}
    if p["most"] is None:
        return _("mail of %(day)s unanswered · attempt %(number)d, until there is an order") % params
    if p["attempt"] > p["most"]:
        return _("mail of %(day)s unanswered · attempt %(number)d, as no video call was made") % params
    return _("mail of %(day)s unanswered · attempt %(number)d of %(most)d") % params


def _call_required(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "mail of %(day)s unanswered: after %(count)d attempt by mail a call is compulsory",
        "mail of %(day)s unanswered: after %(count)d attempts by mail a call is compulsory",
        p["mails"],
    ) % {"day": _day(p["sent_on"]), "count": p["mails"]}


def _bounced(p: Mapping[str, Any], names: Names) -> str:
    return _("the mail to %(who)s came back on %(day)s") % {
        "who": names.contact(p["contact_id"]),
        "day": _day(p["bounced_on"]),
    }


def _recap(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "after the call with %(who)s on %(day)s, within %(count)d hour",
        "after the call with %(who)s on %(day)s, within %(count)d hours",
        p["hours"],
    ) % {"who": names.contact(p["contact_id"]), "day": _day(p["called_on"]), "count": p["hours"]}


def _no_phone(p: Mapping[str, Any], names: Names) -> str:
    return _("important, and nobody there can be called; since %(day)s") % {"day": _day(p["since"])}


def _no_phone_again(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "dismissed on %(day)s, asked again after %(count)d day: still no number",
        "dismissed on %(day)s, asked again after %(count)d days: still no number",
        p["days"],
    ) % {"day": _day(p["dismissed_on"]), "count": p["days"]}


def _answer_owed(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "a mail of %(day)s waits for your answer",
        "%(count)d mails wait for your answer, the first of %(day)s",
        p["count"],
    ) % {"day": _day(p["since"]), "count": p["count"]}


def _call_now(p: Mapping[str, Any], names: Names) -> str:
    return _("first mail of an important customer: better call at once")


def _in_vain(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "nobody answered on %(day)s", "nobody answered on %(count)d days, last on %(day)s", p["count"]
    ) % {"day": _day(p["last_on"]), "count": p["count"]}


def _change_sender(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "%(count)d mail from %(sender)s stayed unanswered: try another mailbox",
        "%(count)d mails from %(sender)s stayed unanswered: try another mailbox",
        p["count"],
    ) % {"count": p["count"], "sender": p["sender"]}


def _no_number(p: Mapping[str, Any], names: Names) -> str:
    return _("no number to call")


def _away(p: Mapping[str, Any], names: Names) -> str:
    return _("away until %(day)s, says an automatic answer") % {"day": _day(p["until"])}


def _delegated(p: Mapping[str, Any], names: Names) -> str:
    what = _("handed over by %(who)s on %(day)s") % {"who": names.person(p["by_id"]), "day": _day(p["on"])}
    return _because(what, p["why"])


def _delegated_settled(p: Mapping[str, Any], names: Names) -> str:
    params = {"who": names.person(p["owner_id"]), "day": _day(p["on"])}
    return _because(_("settled: what you handed to %(who)s on %(day)s") % params, p["why"])


def _overdue(p: Mapping[str, Any], names: Names) -> str:
    return ngettext(
        "due on %(day)s with %(who)s, overdue for %(count)d working day",
        "due on %(day)s with %(who)s, overdue for %(count)d working days",
        p["workdays"],
    ) % {"day": _day(p["due_on"]), "who": names.person(p["owner_id"]), "count": p["workdays"]}


def _first_contact_missed(p: Mapping[str, Any], names: Names) -> str:
    return _("first contact by %(who)s was due on %(day)s") % {
        "who": names.person(p["owner_id"]),
        "day": _day(p["due_on"]),
    }


SENTENCES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "NEXT_STEP_SET": _next_step,
    "REMINDER_SET": _reminder,
    "FIRST_CONTACT_OWED": _first_contact,
    "NO_NEXT_STEP": _no_next_step,
    "NO_NEXT_STEP_AGAIN": _no_next_step_again,
    "RHYTHM_OF_CLASS": _rhythm_of_class,
    "RHYTHM_OF_CUSTOMER": _rhythm_of_customer,
    "NO_ANSWER": _no_answer,
    "CALL_REQUIRED": _call_required,
    "BOUNCED": _bounced,
    "RECAP_OWED": _recap,
    "PICKED_TODAY": picked_today,
    "NO_PHONE": _no_phone,
    "NO_PHONE_AGAIN": _no_phone_again,
    "ANSWER_OWED": _answer_owed,
    "ORDER_NODE_DUE": order_node_due,
    "CALL_NOW": _call_now,
    "CALLED_IN_VAIN": _in_vain,
    "CHANGE_SENDER": _change_sender,
    "NO_NUMBER": _no_number,
    "AWAY": _away,
    "POSTPONED": _postponed,
    "HELD_BY_PAUSE": _paused,
    "MOVED_TO_WORKDAY": _moved,
    "AFTER_GO_LIVE": _after_go_live,
    "STANDS_IN_FOR": _stands_in,
    "DELEGATED": _delegated,
    "DELEGATED_SETTLED": _delegated_settled,
    "OUTSIDE_THEIR_HOURS": _outside_hours,
    "OVERDUE": _overdue,
    "FIRST_CONTACT_MISSED": _first_contact_missed,
    **chain_words.SENTENCES,
    **money_words.SENTENCES,
    **order_words.SENTENCES,
    **offer_words.SENTENCES,
}
"""Every code of `genjin.rules.duties.REASONS` (a test compares)."""
