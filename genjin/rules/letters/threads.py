"""Which thread a message belongs to: by references, then by subject, people and days together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from genjin.rules.letters.facts import LetterFacts
from genjin.rules.letters.subjects import normalised_subject, says_forward, says_reply

WITHIN = timedelta(days=30)
"""How far apart two messages may lie that only subject and people bind."""
_TOO_COMMON = frozenset(
    (
        *(
            "hello",
            "hi",
            "inquiry",
            "enquiry",
            "quotation",
            "quote",
            "order",
            "new order",
            "price",
            "price list",
            "rfq",
        ),
        *(
            "request for quotation",
            "invoice",
            "payment",
            "offer",
            "samples",
            "sample",
            "catalog",
            "catalogue",
            "test",
        ),
        *(
            "no subject",
            "(no subject)",
            "询价",
            "报价",
            "订单",
            "您好",
            "你好",
            "询盘",
            "发票",
            "付款",
            "样品",
        ),
        *("无主题", "(无主题)", "anfrage", "angebot", "bestellung", "demande de prix", "devis", "cotización"),
        *("cotizacion", "orçamento"),
    )
)
Key = TypeVar("Key")


class Why(StrEnum):
    """What binds a message to its thread."""

    REFERENCE = "REFERENCE"
    RETURNED = "RETURNED"
    """A bounce or report encloses a message of the thread."""
    SUBJECT = "SUBJECT"
    """The same subject among the same people within days."""
    NEW = "NEW"


@dataclass(frozen=True, slots=True)
class Thread(Generic[Key]):
    """A thread that a message might belong to."""

    key: Key
    message_ids: frozenset[str]
    """Ids of its messages, and of those they refer to."""
    subject: str
    """Of its newest message, as written."""
    participants: frozenset[str]
    """Addresses of all its messages in lower case, those of our own mailboxes left out."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Choice(Generic[Key]):
    """The thread chosen (None: a new one) and why."""

    key: Key | None
    why: Why


def ids_to_look_up(letter: LetterFacts) -> tuple[str, ...]:
    """The message ids to look for, nearest first: replied to, references backwards, then enclosed."""
    returned = letter.returned.get("message-id", ())
    enclosed = tuple(f"<{value.strip().strip('<>')}>" for value in returned if value.strip())
    return tuple(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references), *enclosed)))


def choose_thread(letter: LetterFacts, threads: Iterable[Thread[Key]]) -> Choice[Key]:
    """The thread of a message among candidates.

    References win, the nearest first. Without a known one the subject decides, if it says reply (or is
    long enough to be no chance), somebody outside takes part in both and at most 30 days lie between.
    """
    known = list(threads)
    enclosed = set(ids_to_look_up(letter)) - set(letter.in_reply_to) - set(letter.references)
    for wanted in ids_to_look_up(letter):
        holding = [thread for thread in known if wanted in thread.message_ids]
        if holding:
            newest = max(holding, key=lambda thread: thread.last_at)
            return Choice(newest.key, Why.RETURNED if wanted in enclosed else Why.REFERENCE)
    fitting = [thread for thread in known if _fits(letter, thread)]
    if fitting:
        return Choice(max(fitting, key=lambda thread: thread.last_at).key, Why.SUBJECT)
    return Choice(None, Why.NEW)


def _fits(letter: LetterFacts, thread: Thread[Key]) -> bool:
    subject = normalised_subject(letter.subject)
    if not subject or subject != normalised_subject(thread.subject) or says_forward(letter.subject):
        return False
    replies = says_reply(letter.subject)
    if not replies and (subject in _TOO_COMMON or len(subject) < 8):
        return False
    if letter.references and not replies:
        return False  # it belongs to a conversation that we do not have
    outside = {*letter.from_, *letter.recipients} - letter.own_addresses
    if not outside & thread.participants:
        return False
    if letter.sent_at is None:
        return replies
    return thread.first_at - WITHIN <= letter.sent_at <= thread.last_at + WITHIN
