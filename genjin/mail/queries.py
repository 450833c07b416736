"""Reads of mail for pages and other folders; every one starts at what the person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from genjin.customers.models import Customer
from genjin.mail.models import (
    Filing,
    Handling,
    MailAccount,
    MailFolder,
    MailThread,
    Message,
    MessageCopy,
    MessagePart,
    Participant,
    Tracking,
)
from genjin.people.models import User

MOST_MESSAGES = 100
"""Of a longer conversation the newest are shown."""
RECENT = 6


def unread_count(user: User) -> int:
    """Unread mails in the inboxes that the person reads; one query."""
    folders = MailFolder.objects.filter(
        account__in=MailAccount.objects.visible_to(user), role=MailFolder.Role.INBOX, gone_at__isnull=True
    )
    return sum(folders.values_list("unread", flat=True))


@dataclass
class ThreadCustomers:
    """To whom a conversation is filed: customers the reader may see, and the owners of those he may not."""

    seen: list[Customer] = field(default_factory=list)
    of_colleagues: list[str] = field(default_factory=list)

    @property
    def is_unfiled(self) -> bool:
        """Whether it belongs to nobody yet."""
        return not self.seen and not self.of_colleagues

    def first(self, address: str) -> Customer | None:
        """The customer to show beside a mail of that sender: his own company before those in copy."""
        host = address.rpartition("@")[2]
        own = (
            one for one in self.seen if one.domain and (host == one.domain or host.endswith(f".{one.domain}"))
        )
        return next(own, self.seen[0] if self.seen else None)


def customers_of(thread_ids: Collection[int], user: User) -> dict[int, ThreadCustomers]:
    """The customers of conversations; three queries."""
    found: dict[int, ThreadCustomers] = defaultdict(ThreadCustomers)
    pairs = list(
        Filing.objects.filter(thread__in=thread_ids)
        .values_list("thread_id", "customer_id")
        .distinct()
        .order_by()
    )
    ids = {customer for _thread, customer in pairs}
    if not ids:
        return found
    rows = Customer.objects.visible_to(user).filter(pk__in=ids).select_related("country", "owner")
    seen = {row.pk: row for row in rows}
    hidden = ids - seen.keys()
    owners = dict(Customer.objects.filter(pk__in=hidden).values_list("pk", "owner") if hidden else ())
    names = (
        {row.pk: str(row) for row in User.objects.filter(pk__in=set(owners.values()) - {None})}
        if owners
        else {}
    )
    for thread, customer in sorted(pairs):
        if customer in seen:
            found[thread].seen.append(seen[customer])
        else:
            found[thread].of_colleagues.append(names.get(owners.get(customer), ""))
    return found


def handlings_of(thread_ids: Collection[int], accounts: Iterable[int]) -> dict[int, Handling]:
    """Who looks after conversations of these shared mailboxes; one query."""
    rows = Handling.objects.filter(thread__in=thread_ids, account__in=list(accounts))
    return {row.thread_id: row for row in rows.select_related("assigned_to").order_by("pk")}


def tracked(thread_ids: Collection[int]) -> set[int]:
    """The conversations whose newest mail awaits an answer."""
    rows = Tracking.objects.filter(thread__in=thread_ids, state=Tracking.State.ACTIVE)
    return set(rows.values_list("thread_id", flat=True))


def recipients_of(message_ids: Collection[int]) -> dict[int, str]:
    """The first recipient of messages, by name or address; one query."""
    found: dict[int, str] = {}
    rows = Participant.objects.filter(message__in=message_ids, role=Participant.Role.TO).order_by("-position")
    for pk, name, address in rows.values_list("message_id", "name", "address"):
        found[pk] = name or address
    return found


@dataclass
class Read:
    """A conversation as one person may see it."""

    thread: MailThread
    messages: list[Message]
    copies: dict[int, list[MessageCopy]]
    customers: ThreadCustomers
    older: int = 0
    """How many older messages are left out."""

    @property
    def customer(self) -> Customer | None:
        """The customer beside it: that of the newest message from outside."""
        received = (one for one in reversed(self.messages) if one.direction == Message.Direction.IN)
        newest = next(received, None)
        return self.customers.first(newest.from_address if newest else "")

    @property
    def mine(self) -> list[MessageCopy]:
        """All copies in the reader's mailboxes."""
        return [copy for rows in self.copies.values() for copy in rows]


def conversation(thread_id: int, user: User) -> Read | None:
    """The messages of a conversation that the person may see, oldest first; None without any."""
    rows = Message.objects.visible_to(user).filter(thread=thread_id)
    newest = list(
        rows.order_by("-date", "-pk")
        .select_related("thread", "raw")
        .prefetch_related(
            Prefetch("participants", Participant.objects.order_by("position", "pk")),
            Prefetch("parts", MessagePart.objects.order_by("position")),
        )[: MOST_MESSAGES + 1]
    )
    if not newest:
        return None
    older = rows.count() - MOST_MESSAGES if len(newest) > MOST_MESSAGES else 0
    messages = newest[:MOST_MESSAGES][::-1]
    thread = messages[-1].thread
    return Read(
        thread=thread,
        messages=messages,
        copies=copies_of([row.pk for row in messages], user),
        customers=customers_of([thread_id], user)[thread_id],
        older=older,
    )


def copies_of(message_ids: Collection[int], user: User) -> dict[int, list[MessageCopy]]:
    """The copies of messages in the mailboxes that the person reads; one query."""
    found: dict[int, list[MessageCopy]] = defaultdict(list)
    rows = MessageCopy.objects.filter(
        message__in=message_ids, gone_at__isnull=True, account__in=MailAccount.objects.visible_to(user)
    )
    for copy in rows.select_related("folder", "account").order_by("pk"):
        found[copy.message_id].append(copy)
    return found


def copies_in(thread_ids: Sequence[int], user: User, folder_ids: Collection[int] | None = None) -> list[int]:
    """Ids of the copies of whole conversations, in these folders or in all that the person reads."""
    rows = MessageCopy.objects.filter(
        thread__in=thread_ids, gone_at__isnull=True, account__in=MailAccount.objects.visible_to(user)
    )
    if folder_ids is not None:
        rows = rows.filter(folder__in=folder_ids)
    return list(rows.order_by("-message__date").values_list("pk", flat=True))


def is_senders(message: Message, copies: Iterable[MessageCopy]) -> bool:
    """Whether the reader has it from the mailbox that sent it, and so may know its hidden recipients."""
    return message.direction == Message.Direction.OUT and any(
        message.from_address in (copy.account.address.lower(), *copy.account.aliases) for copy in copies
    )


def mails_of_customer(customer_id: int, user: User, *, limit: int = RECENT) -> list[Filing]:
    """The newest mails of a customer that the person may see; one query."""
    rows = Filing.objects.visible_to(user).filter(customer=customer_id)
    return list(rows.select_related("message").order_by("-date", "-pk")[:limit])
