"""Storing what arrived: raw bytes become messages, threads, copies and filings, each content once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from genjin.mail.arrivals import Arrival, Stored
from genjin.mail.models import MailAccount, MailFolder


def store(
    *, account: MailAccount, folder: MailFolder | None, items: Sequence[Arrival], at: datetime
) -> list[Stored]:
    """Keep these messages, in the order given; what is known already gets another copy at most.

    Parses outside of the transaction, then writes in one. Without a folder (an own mail that was just sent)
    no copy is made: it comes when the mail is found in a folder.
    """
    raise NotImplementedError
