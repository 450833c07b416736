"""When mails go unanswered perhaps they do not arrive: another of one's mailboxes may (000-39)."""

from __future__ import annotations

from collections.abc import Sequence


def silent_sender(senders: Sequence[str], most: int) -> str | None:
    """The mailbox from which the last `most` mails went, all unanswered, the first of them included.

    `senders` are their addresses, the oldest first; an unknown one is empty and speaks for nothing.
    """
    last = set(senders[-most:])
    return last.pop() or None if len(senders) >= most and len(last) == 1 else None
