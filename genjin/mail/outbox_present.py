"""How mails on their way are told: on the outbox page, and in the conversations to which they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.mail import delays
from genjin.mail.checking_out import own_words
from genjin.mail.failures import Failure, failures, refusals
from genjin.mail.models import Message, OutgoingMail, OutgoingRecipient
from genjin.mail.opening import Hint, hints
from genjin.mail.sending import evidence
from genjin.people.requests import Request

REACHED = {
    "DOT": gettext_lazy(
        "The whole mail was handed over, then the connection ended before the server's answer."
    ),
    "ACCEPTED": gettext_lazy("The server took the mail."),
}
PROOFS = {
    evidence.IN_MAILBOX: gettext_lazy("It was found in a mailbox of yours: it did leave."),
    evidence.ANSWERED: gettext_lazy("It was answered: it did leave."),
}
LONGEST = 2_000
"""Characters that are shown of a mail which is no message yet."""
State, Result = OutgoingMail.State, OutgoingRecipient.State


@dataclass
class Line:
    """One mail on its way, uncertain, or not sent to everybody."""

    mail: OutgoingMail
    to: str
    reason: str = ""
    """Why it waits; of an uncertain mail the server's last words."""
    when: datetime | None = None
    asks: bool = False
    may_take_back: bool = False
    failed: list[Failure] = field(default_factory=list)
    reached: str = ""
    proof: str = ""
    opened: Hint | None = None

    @property
    def is_uncertain(self) -> bool:
        """Whether somebody must say if it arrived."""
        return self.mail.state == State.UNCERTAIN

    @property
    def text(self) -> str:
        """Its own words, without quotation and signature."""
        return own_words(self.mail).strip()[:LONGEST]

    @property
    def is_sent(self) -> bool:
        """Whether it went to everybody, so that there is nothing to tell."""
        return self.mail.state == State.SENT

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to take back, to hurry or to stop."""
        return self.mail.state == State.WAITING


def lines(mails: Sequence[OutgoingMail], request: Request) -> list[Line]:
    """Each mail as people are told of it; their recipients are there already."""
    known = evidence.of_mails([mail for mail in mails if mail.state == State.UNCERTAIN])
    found = [_uncertain(mail, known[mail.pk]) if mail.pk in known else _line(mail, request) for mail in mails]
    opened = hints(mails) if any(mail.open_token for mail in mails) else {}
    for line in found:
        line.opened = opened.get(line.mail.pk)
    return found


def of_conversation(thread_id: int, request: Request) -> list[Line]:
    """What was written here in a conversation, on its way or sent; at most four queries."""
    rows = OutgoingMail.objects.visible_to(request.user).filter(thread=thread_id, deleted_at=None)
    rows = rows.exclude(state__in=[State.DRAFT, State.CANCELLED]).prefetch_related("recipients")
    return lines(list(rows.select_related("account", "author").order_by("queued_at", "pk")), request)


def bounced(messages: Iterable[Message]) -> dict[int, list[Failure]]:
    """By sent message of a conversation, whom it did not reach as bounces in it say; no query.

    A bounce tells of the newest mail before it that went to the address; clocks may differ.
    """
    found: dict[int, list[Failure]] = defaultdict(list)
    shown = list(messages)
    sent = [
        (one, {person.address.lower() for person in one.participants.all()})
        for one in shown
        if one.direction == Message.Direction.OUT
    ]
    for notice in shown:
        for failure in failures(notice):
            tried = [one for one, people in sent if failure.address.lower() in people]
            before = [one for one in tried if one.date <= notice.date] or tried[:1]
            if before and failure.is_hard:
                found[before[-1].pk].append(failure)
    return dict(found)


def _line(mail: OutgoingMail, request: Request) -> Line:
    is_waiting = mail.state == State.WAITING
    reason = delays.sentence(delays.HELD if request.instance.is_held else mail.delay, mail.delay_details)
    if mail.state == State.SENDING:
        reason = _("It is being sent at this moment.")
    return Line(
        mail, names(mail), reason=reason if mail.state in (State.WAITING, State.SENDING) else "",
        when=mail.try_at if is_waiting else mail.changed_at, asks=is_waiting and mail.delay in delays.ASKS,
        may_take_back=is_waiting and mail.author_id == request.user.pk and mail.sent_at is None,
        failed=refusals(mail),
    )  # fmt: skip


def _uncertain(mail: OutgoingMail, known: evidence.Evidence) -> Line:
    return Line(
        mail, names(mail, Result.UNCERTAIN), when=mail.claimed_at,
        reached=str(REACHED.get(known.reached, REACHED["DOT"])), reason=known.answer,
        proof=str(PROOFS.get(known.proof, "")),
    )  # fmt: skip


def names(mail: OutgoingMail, state: str = "") -> str:
    """To whom it goes, in a few words; with a state only those in it."""
    rows: Sequence[Any] = [row for row in mail.recipients.all() if not state or row.state == state]
    found = [row.name or row.address for row in rows]
    more = len(found) - 3
    shown = _(", ").join(found[:3])
    return shown if more < 1 else _("%(names)s and %(count)d more") % {"names": shown, "count": more}
