"""What other folders do when a mail that was written for one of their duties has left.

A listener that fails takes nothing back of the mail: it was sent, and stays a message of its conversation.
What the listener had begun is undone alone and tried again by a job until it succeeds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from genjin.customers.actions.refusal import Refused
from genjin.instance import errors
from genjin.mail.models import Message, OutgoingMail

logger = logging.getLogger(__name__)

Listener = Callable[[OutgoingMail, Message, datetime], None]
_listeners: dict[str, Listener] = {}


def listen(prefix: str, listener: Listener) -> None:
    """Have a function called for sent mails whose `about` begins so, in the transaction that files them.

    What it writes is kept with it or not at all. It may raise `Refused` when what the mail was about does not
    want it any more: then nothing follows.
    """
    _listeners[prefix] = listener


def sent(mail: OutgoingMail, message: Message, at: datetime) -> None:
    """Tell whoever waits for it that a mail has left; whoever cannot hear it now is told again by a job."""
    try:
        tell(mail, message, at)
    except Exception as error:
        errors.report(error, process="worker", place=__name__)
        from genjin.mail.sending.jobs import tell_again

        tell_again.enqueue(mail.pk)


def tell(mail: OutgoingMail, message: Message, at: datetime) -> None:
    """Tell everybody, or nobody when one of them fails."""
    try:
        with transaction.atomic():
            for prefix, listener in _listeners.items():
                if mail.about.startswith(prefix):
                    listener(mail, message, at)
    except Refused as refusal:  # cancelled or gone meanwhile
        logger.warning("Nothing follows from the sent mail %s: %s", mail.pk, type(refusal).__name__)
