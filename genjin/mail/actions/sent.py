"""What a sent mail changes in the mailbox: who was blind-copied is kept, the answered mail is marked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from genjin.mail.models import (
    FlagChange,
    Message,
    MessageCopy,
    OutgoingMail,
    OutgoingRecipient,
    Participant,
)
from genjin.people.models import User


@transaction.atomic
def blind_copied(*, message: Message, mail: OutgoingMail) -> int:
    """Keep with the message who was blind-copied, for readers of the sender's mailbox; how many are new."""
    known = set(
        Participant.objects.filter(message=message, role=Participant.Role.BCC).values_list(
            "address", flat=True
        )
    )
    rows = OutgoingRecipient.objects.filter(mail=mail, role="BCC").exclude(address__in=known).order_by("pk")
    fresh = [
        Participant(
            message=message, role=Participant.Role.BCC, position=number, name=row.name, address=row.address
        )
        for number, row in enumerate(rows)
    ]
    Participant.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def answered(*, mail: OutgoingMail, by: User, at: datetime) -> int:
    """Mark the answered mail as answered in the sender's mailbox and have the server told; how many."""
    if mail.answers_id is None or mail.kind != OutgoingMail.Kind.REPLY:
        return 0
    copies = list(
        MessageCopy.objects.filter(
            message=mail.answers_id, account=mail.account_id, gone_at=None, is_answered=False
        )
    )
    MessageCopy.objects.filter(pk__in=[copy.pk for copy in copies]).update(is_answered=True)
    changes = [
        FlagChange(
            copy=copy, account_id=copy.account_id, what=FlagChange.What.ANSWERED, is_set=True, made_at=at,
            made_by=by,
        )
        for copy in copies
    ]  # fmt: skip
    FlagChange.objects.bulk_create(
        changes,
        update_conflicts=True,
        unique_fields=["copy", "what"],
        update_fields=["is_set", "made_at", "made_by"],
    )
    from genjin.mail import jobs

    jobs.tell_later(copy.account_id for copy in copies)
    return len(copies)
