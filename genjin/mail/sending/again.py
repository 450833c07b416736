"""What is looked at again when a mail is sent: author, owner, answers that came, suppression (design 3)."""

from __future__ import annotations

from datetime import timedelta

from genjin.mail import delays
from genjin.mail.actions.outbox import UNDO_FOR
from genjin.mail.checking_out import suppressed
from genjin.mail.models import Message, OutgoingMail, OutgoingRecipient

_SOON = timedelta(seconds=5)


def question(mail: OutgoingMail) -> str:
    """The code of what a person must decide first; "" when nothing stands against it.

    Only mails that were to be sent later can be overtaken by an answer or by another owner. One that was
    accepted by some recipients already goes on to the others.
    """
    if mail.sent_at is not None:
        return ""
    if not mail.author.is_active:
        return delays.AUTHOR_LEFT
    if not _is_scheduled(mail):
        return ""
    if mail.customer is not None and mail.customer.owner_id != mail.queued_owner_id:
        return delays.OTHER_OWNER
    return delays.ANSWERED if _was_answered(mail) else ""


def must_not_be_mailed(mail: OutgoingMail) -> list[str]:
    """The recipients still to be tried who are on the suppression list by now."""
    states = (OutgoingRecipient.State.WAITING, OutgoingRecipient.State.TEMPORARY)
    return sorted(suppressed(mail.recipients.filter(state__in=states).values_list("address", flat=True)))


def _is_scheduled(mail: OutgoingMail) -> bool:
    if mail.queued_at is None or mail.send_at is None:
        return False
    return mail.send_at > mail.queued_at + UNDO_FOR + _SOON


def _was_answered(mail: OutgoingMail) -> bool:
    """Whether a person outside wrote since it was queued: in its thread, or one of its recipients at all."""
    written = Message.objects.filter(
        direction=Message.Direction.IN, verdict=Message.Verdict.HUMAN, arrived_at__gt=mail.queued_at
    )
    if mail.thread_id is not None and written.filter(thread=mail.thread_id).exists():
        return True
    addressed = [address.lower() for _name, address in mail.to]
    return written.filter(from_address__in=addressed).exists()
