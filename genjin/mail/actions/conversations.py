"""What lists are made of: each thread as each folder shows it, always what the copies in the folder say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

_SLICE = 300
_MADE = """
INSERT INTO mail_conversation
    (folder_id, thread_id, last_at, last_message_id, count, unread, is_flagged, has_attachments)
SELECT folder_id, thread_id, date, message_id, number, unread, flagged, attached FROM (
    SELECT c.folder_id, c.thread_id, m.date, m.id AS message_id,
        COUNT(*) OVER w AS number,
        SUM(CASE WHEN c.is_read THEN 0 ELSE 1 END) OVER w AS unread,
        MAX(CASE WHEN c.is_flagged THEN 1 ELSE 0 END) OVER w = 1 AS flagged,
        MAX(CASE WHEN m.has_attachments THEN 1 ELSE 0 END) OVER w = 1 AS attached,
        ROW_NUMBER() OVER (PARTITION BY c.thread_id ORDER BY m.date DESC, m.id DESC) AS place
    FROM mail_messagecopy c JOIN mail_message m ON m.id = c.message_id
    WHERE c.folder_id = %s AND c.gone_at IS NULL AND c.thread_id IN ({marks})
    WINDOW w AS (PARTITION BY c.thread_id)
) AS found WHERE place = 1
ON CONFLICT (folder_id, thread_id) DO UPDATE SET last_at = excluded.last_at,
    last_message_id = excluded.last_message_id, count = excluded.count, unread = excluded.unread,
    is_flagged = excluded.is_flagged, has_attachments = excluded.has_attachments
"""
_EMPTY = """
DELETE FROM mail_conversation WHERE folder_id = %s AND thread_id IN ({marks}) AND NOT EXISTS (
    SELECT 1 FROM mail_messagecopy c WHERE c.folder_id = mail_conversation.folder_id
        AND c.thread_id = mail_conversation.thread_id AND c.gone_at IS NULL)
"""
_UNREAD = """
UPDATE mail_mailfolder SET unread = (SELECT COALESCE(SUM(v.unread), 0) FROM mail_conversation v
    WHERE v.folder_id = mail_mailfolder.id AND v.unread > 0) WHERE id IN ({marks})
"""


@transaction.atomic
def refresh(*, pairs: Iterable[tuple[int, int]]) -> None:
    """Make the conversations of these (folder, thread) and the folders' unread counts what the copies say."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for folder_id, thread_id in pairs:
        wanted[folder_id].add(thread_id)
    with connection.cursor() as cursor:
        for folder_id in sorted(wanted):
            ids = sorted(wanted[folder_id])
            for start in range(0, len(ids), _SLICE):
                part = ids[start : start + _SLICE]
                marks = ", ".join(["%s"] * len(part))
                for statement in (_MADE, _EMPTY):
                    cursor.execute(statement.replace("{marks}", marks), [folder_id, *part])
        if wanted:
            marks = ", ".join(["%s"] * len(wanted))
            cursor.execute(_UNREAD.replace("{marks}", marks), sorted(wanted))


@transaction.atomic
def forget_folder(*, folder_id: int) -> None:
    """Take all conversations off a folder whose copies are gone together."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mail_conversation WHERE folder_id = %s", [folder_id])
        cursor.execute("UPDATE mail_mailfolder SET unread = 0 WHERE id = %s", [folder_id])
