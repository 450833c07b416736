"""When mails to an address go unanswered: perhaps they do not arrive, and another mailbox does (000-39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from genjin.mail.models import MailAccount, Message, OutgoingMail, Participant, Tracking
from genjin.policy.queries import effective
from genjin.rules.senders import silent_sender

SETTING = "other_sender_after_unanswered"
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Hint:
    """How many tracked mails to whom went unanswered, and the mailboxes that were not tried yet."""

    address: str
    count: int
    others: list[MailAccount]


def hint(mail: OutgoingMail, accounts: Sequence[MailAccount]) -> Hint | None:
    """What the writer of a mail is told, of these mailboxes of his; None where nothing speaks for a change.

    Counted are tracked mails to the first recipient since he last wrote; at most three queries.
    """
    address = mail.to[0][1].lower() if mail.to else ""
    if not address or mail.account is None or len(accounts) < 2:
        return None
    written = Message.objects.filter(
        direction=Message.Direction.IN, verdict=Message.Verdict.HUMAN, from_address=address
    )
    last = written.order_by("-date").values_list("date", flat=True).first()
    went = Participant.objects.filter(address=address, role=Participant.Role.TO).order_by("-message")
    since = Q(date__gt=last) if last is not None else Q()
    tracked = Tracking.objects.filter(state__in=[Tracking.State.ACTIVE, Tracking.State.COMPLETED])
    sent = Message.objects.filter(
        since, pk__in=went.values("message")[:_LOOKED_AT], direction=Message.Direction.OUT,
        thread__trackings__in=tracked, date__gte=F("thread__trackings__started_with__date"),
    )  # fmt: skip
    rows = sent.order_by("date", "pk").distinct().values_list("date", "pk", "from_address")
    senders = [sender for _date, _pk, sender in rows]
    silent = silent_sender(senders, effective(mail.author_id).number(SETTING))
    others = [one for one in accounts if one.address.lower() not in senders]
    if silent != mail.account.address.lower() or not others:
        return None
    return Hint(address, len(senders), others)
