"""What can be found out about a mail of which nobody knows whether the server took it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from genjin.mail.actions import claims
from genjin.mail.models import Message, OutgoingMail
from genjin.mail.sending import finishing

ASKED_FOR = timedelta(days=3)
SENT_ASKED_FOR = timedelta(minutes=15)
"""How long the provider is asked: what it saves by itself is there within seconds."""
IN_MAILBOX = "found in a mailbox"
ANSWERED = "answered"
IN_SENT = "found in the Sent folder"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an uncertain mail; `proof` is empty while nothing proves that it left."""

    reached: str
    """How far the dialogue came."""
    answer: str
    """The server's last words."""
    proof: str = ""


def of_mails(mails: Iterable[OutgoingMail]) -> dict[int, Evidence]:
    """What the database knows, by mail; two queries however many there are."""
    rows = list(mails)
    ids = {mail.message_id: mail.pk for mail in rows}
    found = set(Message.objects.filter(message_id__in=ids).values_list("message_id", flat=True))
    replies = set(Message.objects.filter(in_reply_to__in=ids).values_list("in_reply_to", flat=True))
    known = {}
    for mail in rows:
        proof = IN_MAILBOX if mail.message_id in found else ""
        proof = proof or (ANSWERED if mail.message_id in replies else "")
        known[mail.pk] = Evidence(mail.reached, mail.answer, proof)
    return known


def look_for(account_id: int, *, at: datetime) -> int:
    """Settle uncertain mails of an account that can be found somewhere; returns how many.

    A copy in a mailbox of ours or an answer proves that it left. So does the Sent folder of a provider that
    saves by itself; where we save, we do so only after the record.
    """
    rows = OutgoingMail.objects.filter(
        account=account_id, state=OutgoingMail.State.UNCERTAIN, changed_at__gt=at - ASKED_FOR
    )
    uncertain = list(rows.select_related("account"))
    known = of_mails(uncertain)
    settled = 0
    for mail in uncertain:
        proof = known[mail.pk].proof
        saves_itself = mail.account is not None and not mail.account.saves_sent
        is_fresh = mail.claimed_at is not None and mail.claimed_at > at - SENT_ASKED_FOR
        if not proof and saves_itself and is_fresh and finishing.is_in_sent(mail):
            proof = IN_SENT
        if proof:
            settled += claims.prove_sent(mail_id=mail.pk, proof=proof, at=at)
    return settled
