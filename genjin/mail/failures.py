"""Who was not reached and why, in words: from what a bounce says, or a server in the dialogue."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail.models import Message, OutgoingMail, OutgoingRecipient
from genjin.rules.letters.bounce_causes import bounced
from genjin.rules.letters.facts import Cause

Verdict, Result = Message.Verdict, OutgoingRecipient.State
CAUSES = {
    Cause.USER_UNKNOWN: gettext_lazy("this mailbox does not exist"),
    Cause.HOST_UNKNOWN: gettext_lazy("the domain does not exist or takes no mail"),
    Cause.MOVED: gettext_lazy("the mailbox has moved"),
    Cause.NOT_ACCEPTING: gettext_lazy("the server takes no mail at all"),
    Cause.MAILBOX_FULL: gettext_lazy("the mailbox is full"),
    Cause.SUSPENDED: gettext_lazy("the mailbox is switched off"),
    Cause.FILTERED: gettext_lazy("the recipient's settings refuse it"),
    Cause.BLOCKED: gettext_lazy("their server refuses ours (block list or reputation)"),
    Cause.AUTHENTICATION: gettext_lazy("our domain failed their check (SPF, DKIM or DMARC)"),
    Cause.SPAM: gettext_lazy("it was taken for spam"),
    Cause.VIRUS: gettext_lazy("it was taken for a virus"),
    Cause.POLICY: gettext_lazy("a rule of their server refuses it"),
    Cause.SENDER_REFUSED: gettext_lazy("our address is refused"),
    Cause.CONTENT: gettext_lazy("its content was refused"),
    Cause.TOO_BIG: gettext_lazy("it was too big"),
    Cause.TOO_MANY: gettext_lazy("too many mails in a short time"),
    Cause.RELAY_DENIED: gettext_lazy("the server does not take mail for this address"),
    Cause.EXPIRED: gettext_lazy("given up after many attempts"),
    Cause.DELAYED: gettext_lazy("not delivered yet, the server keeps trying"),
    Cause.NETWORK: gettext_lazy("the server could not be reached"),
    Cause.SERVER: gettext_lazy("their server has trouble of its own"),
}


@dataclass(frozen=True)
class Failure:
    """One address that a bounce names."""

    address: str
    why: str
    is_hard: bool
    code: str
    said: str


def failures(message: Message) -> list[Failure]:
    """What a bounce says, in words."""
    if message.verdict != Verdict.BOUNCE:
        return []
    return [
        Failure(
            address=str(one.get("address") or _("an address that the server does not name")),
            why=_why(str(one.get("cause"))),
            is_hard=one.get("kind") == "HARD",
            code=str(one.get("code", "")),
            said=str(one.get("text", "")),
        )
        for one in message.bounce
        if isinstance(one, dict)
    ]


def refusals(mail: OutgoingMail) -> list[Failure]:
    """Whom a mail that we sent did not reach for good; its recipients are there already."""
    return [
        _refusal(row) for row in mail.recipients.all() if row.state in (Result.REFUSED, Result.SUPPRESSED)
    ]


def _refusal(row: OutgoingRecipient) -> Failure:
    if row.state == Result.SUPPRESSED:
        return Failure(row.address, _("it is on the suppression list"), True, "", "")
    code = str(row.code or "")
    found = bounced(row.address, row.answer, "", code)
    return Failure(row.address, _why(str(found.cause)), True, code, row.answer)


def _why(cause: str) -> str:
    known = {str(one): text for one, text in CAUSES.items()}
    return str(known.get(cause, _("no reason given")))
