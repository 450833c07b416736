"""What the rules know of conversations in which the customer wrote last, for one and for a thousand alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db.models import F, QuerySet

from genjin.mail.models import Filing, Handling, Message
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import ReceivedMail, WaitingFact

HISTORY = timedelta(days=7)
"""What is older when it comes here is history that a new mailbox brought, not a mail that waits."""
MOST = 5
"""Conversations of one customer, the newest: more are one task all the same."""


def waiting(
    customer_ids: Collection[int], since: datetime, at: datetime | None = None
) -> Mapping[int, list[WaitingFact]]:
    """By customer, in at most two queries; private conversations are nobody's duty. With `at` as of then.

    A mail of ours counts as the answer when it is filed to the customer too: what is passed on to a factory
    in the same conversation is none.
    """
    talks: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in _FILED(at is not None, ids=customer_ids, since=since, at=at):
        talks[row[0], row[1]].append(row)
    found: dict[int, list[WaitingFact]] = defaultdict(list)
    for (customer_id, thread_id), rows in talks.items():
        fact = _fact(thread_id, rows)
        if fact is not None and len(found[customer_id]) < MOST:
            found[customer_id].append(fact)
    known = {pk: facts for pk, facts in found.items() if facts}
    return _assigned(known) if known else known


def _filed(as_of: bool) -> QuerySet[Filing, Any]:
    rows = Filing.objects.filter(
        customer_id__among=Given("ids"), date__gte=Given("since"), counts_as_contact=True,
        thread__is_private=False,
    )  # fmt: skip
    if as_of:
        rows = rows.filter(date__lte=Given("at"), filed_at__lte=Given("at"))
    columns = ("customer_id", "thread_id", "message_id", "contact_id", "direction", "date", "filed_at")
    return rows.order_by(F("date").desc(), F("pk").desc()).values_list(*columns)


_FILED = Prepared(_filed)


def _fact(thread_id: int, rows: Sequence[Any]) -> WaitingFact | None:
    """What came since our last mail, `rows` beginning with the newest."""
    newest = list(takewhile(lambda row: row[4] == Message.Direction.IN, rows))
    fresh = [row for row in newest if row[6] - row[5] <= HISTORY]
    if not fresh:
        return None
    return WaitingFact(
        thread_id=thread_id,
        mails=tuple(ReceivedMail(row[2], row[5]) for row in fresh),
        contact_id=next((row[3] for row in fresh if row[3] is not None), None),
    )


def _assigned(found: Mapping[int, list[WaitingFact]]) -> Mapping[int, list[WaitingFact]]:
    """The same with whoever looks after it in a shared mailbox."""
    threads = {fact.thread_id for facts in found.values() for fact in facts}
    holders = dict(_HOLDERS(threads=threads))
    if not holders:
        return found
    return {
        pk: [
            WaitingFact(
                thread_id=fact.thread_id, mails=fact.mails, contact_id=fact.contact_id,
                owner_id=holders.get(fact.thread_id),
            )
            for fact in facts
        ]
        for pk, facts in found.items()
    }  # fmt: skip


_HOLDERS = Prepared(
    lambda: (
        Handling.objects.filter(
            thread_id__among=Given("threads"), assigned_to__is_active=True, account__is_shared=True
        )
        .order_by("assigned_at", "pk")
        .values_list("thread_id", "assigned_to_id")
    )
)
