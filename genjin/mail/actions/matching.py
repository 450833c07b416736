"""What a restored or copied instance writes once Sent folders were asked: what left does not leave again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from genjin.instance.models import Instance
from genjin.mail import delays
from genjin.mail.actions import tracking
from genjin.mail.actions.outbox import make_recipients, settle
from genjin.mail.actions.writing import tell
from genjin.mail.models import Message, OutgoingMail, OutgoingRecipient

State, Result = OutgoingMail.State, OutgoingRecipient.State
WOULD_LEAVE = (State.WAITING, State.SENDING)
"""States from which a mail leaves by itself once the instance is released."""
ASKED_ABOUT = (State.DRAFT, *WOULD_LEAVE, State.UNCERTAIN)


@transaction.atomic
def found_sent(*, mail_id: int, at: datetime) -> bool:
    """Settle a mail that lies in a Sent folder or a mailbox: it left after the backup was made."""
    rows = OutgoingMail.objects.select_for_update(of=("self",)).select_related("author")
    mail = rows.filter(pk=mail_id, state__in=ASKED_ABOUT).first()
    if mail is None:
        return False
    before = mail.state
    if before == State.DRAFT:
        make_recipients(mail)
    unknown = (Result.WAITING, Result.TEMPORARY, Result.UNCERTAIN)
    mail.recipients.filter(state__in=unknown).update(state=Result.ACCEPTED, at=at)
    mail.sent_at = mail.sent_at or min(at, mail.send_at or mail.queued_at or mail.changed_at)
    mail.is_copied, mail.matched_at, mail.claimed_by = True, at, ""
    settle(mail, at=at)
    message = Message.objects.filter(message_id=mail.message_id).order_by("pk").first()
    if message is not None and mail.sent_as_id is None and mail.raw_id is None:
        mail.sent_as, mail.thread_id = message, message.thread_id
        mail.save(update_fields=["sent_as", "thread"])
        tracking.sent(mail=mail, message=message, at=at)
    tell(mail, "confirm", by=None, at=at, changes={"state": (before, mail.state)})
    return True


@transaction.atomic
def not_found(*, mail_ids: Iterable[int], at: datetime) -> None:
    """Note of mails that the Sent folder was asked and does not have them: they leave after the release."""
    OutgoingMail.objects.filter(pk__in=list(mail_ids), state__in=ASKED_ABOUT).update(matched_at=at)


@transaction.atomic
def not_asked(*, mail_ids: Iterable[int], details: Mapping[str, Any], at: datetime) -> None:
    """Let mails whose Sent folder cannot be asked wait for a person: they may have left already."""
    rows = OutgoingMail.objects.select_for_update().filter(pk__in=list(mail_ids), state__in=WOULD_LEAVE)
    for mail in rows:
        mail.state, mail.claimed_by = State.WAITING, ""
        mail.delay, mail.delay_details, mail.try_at = delays.RESTORED, dict(details), None
        mail.matched_at, mail.changed_at, mail.version = at, at, mail.version + 1
        mail.save()


def unmatched(instance: Instance) -> Any:
    """The mails that would leave after a release although nobody looked whether they did already."""
    rows = OutgoingMail.objects.filter(state__in=WOULD_LEAVE)
    if instance.held_reason not in (Instance.Reason.RESTORED, Instance.Reason.COPIED):
        return rows.none()
    return rows.exclude(matched_at__gte=instance.held_since)


def stands_against_release(instance: Instance) -> list[str]:
    """Why the instance must not be released yet, in words."""
    count = unmatched(instance).count()
    if not count:
        return []
    return [
        ngettext(
            "%(n)d mail in the outbox was not matched with the Sent folder yet.",
            "%(n)d mails in the outbox were not matched with the Sent folders yet.",
            count,
        )
        % {"n": count}
    ]
