"""What other folders do when a mail that was written for one of their duties has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from genjin.mail.models import Message, OutgoingMail

Listener = Callable[[OutgoingMail, Message, datetime], None]
_listeners: dict[str, Listener] = {}


def listen(prefix: str, listener: Listener) -> None:
    """Have a function called for sent mails whose `about` begins so, in the transaction that files them."""
    _listeners[prefix] = listener


def sent(mail: OutgoingMail, message: Message, at: datetime) -> None:
    """Tell whoever waits for it that a mail has left."""
    for prefix, listener in _listeners.items():
        if mail.about.startswith(prefix):
            listener(mail, message, at)
