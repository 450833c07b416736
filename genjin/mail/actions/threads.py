"""Threads that turn out to be one, and the columns of threads that follow from their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from genjin.mail.models import (
    Conversation,
    Filing,
    Handling,
    MailThread,
    Message,
    MessageCopy,
    OutgoingMail,
    ThreadKey,
    Tracking,
)

_SLICE = 400


@transaction.atomic
def join(*, kept_id: int, gone_id: int, at: datetime) -> None:
    """Take everything of one thread into another; what was private stays so. Conversations are made anew."""
    from genjin.mail.actions import conversations

    gone = MailThread.objects.get(pk=gone_id)
    folders = set(Conversation.objects.filter(thread=gone_id).values_list("folder_id", flat=True))
    Conversation.objects.filter(thread=gone_id).delete()
    for model in (Message, MessageCopy, Filing, OutgoingMail):
        model._base_manager.filter(thread_id=gone_id).update(thread_id=kept_id)
    _join_trackings(kept_id, gone_id, at)
    taken = Handling.objects.filter(thread=kept_id).values_list("account_id", flat=True)
    Handling.objects.filter(thread=gone_id, account__in=list(taken)).delete()
    Handling.objects.filter(thread=gone_id).update(thread_id=kept_id)
    known = ThreadKey.objects.filter(thread_id=kept_id).values_list("key", flat=True)
    keys = list(ThreadKey.objects.filter(thread_id=gone_id).exclude(key__in=list(known)[:500]))
    ThreadKey.objects.filter(thread_id=gone_id).delete()
    ThreadKey.objects.bulk_create(
        [ThreadKey(key=row.key, thread_id=kept_id) for row in keys], ignore_conflicts=True
    )
    if gone.is_private:
        MailThread.objects.filter(pk=kept_id).update(is_private=True, private_by=gone.private_by_id)
    gone.delete()
    conversations.refresh(pairs=[(folder_id, kept_id) for folder_id in sorted(folders)])


def _join_trackings(kept_id: int, gone_id: int, at: datetime) -> None:
    """Of two that run, the one of the newer mail goes on."""
    active = list(
        Tracking.objects.filter(thread__in=(kept_id, gone_id), state=Tracking.State.ACTIVE)
        .select_related("message").order_by("message__date", "pk")
    )  # fmt: skip
    for older in active[:-1]:
        Tracking.objects.filter(pk=older.pk).update(
            state=Tracking.State.COMPLETED, ended_at=at, reason="Joined with another conversation"
        )
    Tracking.objects.filter(thread=gone_id).update(thread_id=kept_id)


def refresh(*, ids: Sequence[int]) -> None:
    """Set the columns of threads that follow from their messages; what machines send is no last word."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE mail_mailthread SET count = s.n, first_at = s.first_at, last_at = s.last_at, "  # noqa: S608
                "last_in_at = s.last_in, last_out_at = s.last_out FROM (SELECT thread_id, COUNT(*) AS n, "
                "MIN(date) AS first_at, MAX(date) AS last_at, "
                "MAX(CASE WHEN direction = 'IN' AND verdict = 'HUMAN' THEN date END) AS last_in, "
                "MAX(CASE WHEN direction = 'OUT' AND verdict = 'HUMAN' THEN date END) AS last_out "
                f"FROM mail_message WHERE thread_id IN ({marks}) GROUP BY thread_id) AS s "
                "WHERE mail_mailthread.id = s.thread_id",
                part,
            )


def rename(*, subjects: dict[int, tuple[str, str]]) -> None:
    """Give threads the subject, and its folded form, of a message that came to be their first."""
    for pk, (subject, key) in sorted(subjects.items()):
        MailThread.objects.filter(pk=pk).update(subject=subject[:300], subject_key=key[:120])
