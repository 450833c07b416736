"""Filing mail to customers (归档): by its addresses, by hand, and again once an address is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from genjin.customers.actions.contacts import create_contact
from genjin.customers.actions.interactions import refresh_summaries
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.customers.normalise import email
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.filing import Decision, Directory, Head, decide
from genjin.mail.models import AddressRule, Filing, MailFolder, Message, MessageCopy, Participant
from genjin.mail.own import Ours, ours
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules import interactions
from genjin.rules.duplicates.contacts import company_domain

How, Role, Direction = Filing.How, Participant.Role, Message.Direction
NOT_FILED_FROM = frozenset((MailFolder.Role.DRAFTS, MailFolder.Role.JUNK))
"""Roles of folders whose mail is no fact: it was not sent, or nobody looked at it yet."""
_RECIPIENTS = (Role.TO, Role.CC, Role.BCC)
_ROWS = 400
_FILING = (
    "id", "message_id", "thread_id", "customer_id", "contact_id", "how", "date", "direction",
    "counts_as_contact", "filed_at", "filed_by_id",
)  # fmt: skip


def file_by_address(*, message_ids: Sequence[int], ours: Ours, at: datetime) -> dict[int, tuple[int, ...]]:
    """File stored messages to whom their addresses belong; gives the customers of each, old and new.

    Adds only: what a person or an earlier address decided stays. In the transaction of the caller; of
    messages that answer each other the earlier ones must come first.
    """
    filed: dict[int, tuple[int, ...]] = {}
    for part in _parts(message_ids):
        filed |= _file_part(part, ours, at)
    return filed


def _file_part(ids: Sequence[int], ours: Ours, at: datetime) -> dict[int, tuple[int, ...]]:
    found = Message.objects.filter(pk__in=ids).values(
        "id", "thread_id", "direction", "verdict", "from_address", "in_reply_to", "message_id", "date",
        "bounce",
    )  # fmt: skip
    rows: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in found}
    people = _recipients_of(ids)
    addresses = {row["from_address"] for row in rows.values()}
    addresses.update(address for told in people.values() for address in told)
    addresses.update(one["address"] for row in rows.values() for one in row["bounce"])
    directory = Directory(addresses, ours)
    existing: dict[int, set[int]] = defaultdict(set)
    for pk, customer_id in Filing.objects.filter(message__in=ids).values_list("message_id", "customer_id"):
        existing[pk].add(customer_id)
    sent = _customers_of_sent([row["in_reply_to"] for row in rows.values() if row["in_reply_to"]])
    new: list[tuple[dict[str, Any], Decision]] = []
    for pk in ids:
        row = rows[pk]
        head = Head(
            direction=row["direction"],
            verdict=row["verdict"],
            sender=row["from_address"],
            recipients=people.get(pk, ()),
            bounced=[one["address"] for one in row["bounce"]],
            answered=sorted(sent.get(row["in_reply_to"], ())) if not existing[pk] else (),
        )
        for decision in decide(head, directory):
            if decision.customer_id not in existing[pk]:
                existing[pk].add(decision.customer_id)
                new.append((row, decision))
        if row["direction"] == Direction.OUT and row["message_id"]:
            sent[row["message_id"]].update(existing[pk])
    _insert(new, by=None, at=at)
    return {pk: tuple(sorted(customers)) for pk, customers in existing.items() if customers}


def _insert(new: Sequence[tuple[dict[str, Any], Decision]], *, by: User | None, at: datetime) -> None:
    """Store filings, count the contacts of their customers anew and have them decided again."""
    values = [
        (
            pk, row["id"], row["thread_id"], one.customer_id, one.contact_id, one.how, row["date"],
            row["direction"], one.counts_as_contact, at, by.pk if by else None,
        )
        for pk, (row, one) in zip(bulk.next_ids(Filing, len(new)), new, strict=True)
    ]  # fmt: skip
    bulk.insert_plain(Filing, _FILING, values)
    _concern({one.customer_id for _row, one in new}, at)


def _concern(customer_ids: Iterable[int], at: datetime) -> None:
    ids = set(customer_ids)
    if ids:
        refresh_summaries(ids)
        journal.mark_customers(ids, at=at)


def _recipients_of(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Participant.objects.filter(message__in=ids, role__in=_RECIPIENTS).order_by("pk")
    for pk, address in rows.values_list("message_id", "address"):
        if address:
            found[pk].append(address)
    return found


def _customers_of_sent(header_ids: Iterable[str]) -> dict[str, set[int]]:
    """The customers to whom our mails with these Message-IDs are filed."""
    found: dict[str, set[int]] = defaultdict(set)
    wanted = sorted(set(header_ids))
    for part in _parts(wanted):
        rows = Filing.objects.filter(message__message_id__in=part, direction=Direction.OUT)
        for header_id, customer_id in rows.values_list("message__message_id", "customer_id"):
            found[header_id].add(customer_id)
    return found


@transaction.atomic
def file_messages(
    *,
    message_ids: Sequence[int],
    customer_id: int,
    by: User,
    at: datetime,
    contact_id: int | None = None,
    remember: bool = True,
) -> int:
    """File messages to a customer by hand; returns how many were not filed there yet.

    `remember`: the mail of the same addresses goes there from now on, and what came before follows in the
    background. Raises `Refused` for messages or a customer that the person does not see.
    """
    customer = _seen_customer(customer_id, by)
    if (
        contact_id is not None
        and not Contact.objects.alive().filter(pk=contact_id, customer=customer).exists()
    ):
        raise Refused(_("This person does not belong to the customer."))
    rows = _seen_messages(message_ids, by)
    own = ours()
    there = set(
        Filing.objects.filter(message__in=list(rows), customer=customer).values_list("message_id", flat=True)
    )
    new = [(row, _by_hand(row, customer_id, contact_id)) for pk, row in rows.items() if pk not in there]
    _insert(new, by=by, at=at)
    _tell("file", [row for row, _one in new], customer, by=by, at=at)
    if remember:
        addresses = _speakers(list(rows), own)
        _set_rules(addresses, customer_id, contact_id, by=by, at=at)
        _refile_later(addresses)
    return len(new)


def _by_hand(row: dict[str, Any], customer_id: int, contact_id: int | None) -> Decision:
    inbound = row["direction"] == Direction.IN
    counts = interactions.counts(interactions.Kind.EMAIL, inbound=inbound).contact
    human = row["verdict"] == Message.Verdict.HUMAN
    return Decision(customer_id, contact_id, str(How.HAND), counts and human)


@transaction.atomic
def unfile_messages(
    *, message_ids: Sequence[int], customer_id: int, by: User, at: datetime, remember: bool = False
) -> int:
    """Take messages off a customer; returns how many were there.

    `remember`: mail of the same addresses is filed to nobody by itself from now on.
    """
    customer = _seen_customer(customer_id, by)
    rows = _seen_messages(message_ids, by)
    filed = Filing.objects.filter(message__in=list(rows), customer=customer)
    gone = [rows[pk] for pk in filed.values_list("message_id", flat=True)]
    filed.delete()
    _tell("unfile", gone, customer, by=by, at=at)
    if remember:
        _set_rules(_speakers(list(rows), ours()), None, None, by=by, at=at)
    _concern({customer_id}, at)
    return len(gone)


@transaction.atomic
def set_address(
    *, address: str, customer_id: int | None, by: User, at: datetime, contact_id: int | None = None
) -> None:
    """Say whose the mail of an address is (None: nobody's); all of it follows in the background."""
    wanted = email(address)
    if "@" not in wanted or wanted in ours().addresses:
        raise Refused({"address": _("This is not the address of somebody outside.")})
    if customer_id is not None:
        _seen_customer(customer_id, by)
    _set_rules([wanted], customer_id, contact_id, by=by, at=at)
    _refile_later([wanted])


@transaction.atomic
def add_contact(*, address: str, name: str, customer_id: int, by: User, at: datetime) -> Contact:
    """Make a person of a customer of an unknown address; the mail that waits for it is filed at once."""
    _seen_customer(customer_id, by)
    wanted = email(address)
    row = {
        "customer_id": customer_id,
        "name": name.strip() or wanted.partition("@")[0],
        "points": [{"kind": ContactPoint.Kind.EMAIL, "value": address}],
    }
    contact = create_contact(row=row, by=by, at=at)
    AddressRule.objects.filter(address=wanted).exclude(customer=customer_id).delete()
    file_by_address(message_ids=waiting_of([wanted]), ours=ours(), at=at)
    return contact


@transaction.atomic
def refile(*, address: str, at: datetime, after: int = 0) -> int:
    """File a slice of the mail of an address anew by what holds now; the id it ended with, 0 when done.

    What was filed by the address goes where the address belongs now; by hand, message by message, stays.
    """
    rows = Participant.objects.filter(address=address, message__gt=after).order_by("message_id")
    ids = list(rows.values_list("message_id", flat=True).distinct()[:_ROWS])
    if not ids:
        return 0
    own = ours()
    now = {hit.customer_id for hit in Directory([address], own).of(address)}
    rule = AddressRule.objects.filter(address=address).first()
    if rule is not None:
        stale = Filing.objects.filter(message__in=ids, filed_by__isnull=True).exclude(customer__in=now)
        # Only what this address brought there: others in the same head may belong elsewhere.
        others = set(
            Participant.objects.filter(message__in=ids).exclude(address=address)
            .values_list("address", flat=True)
        )  # fmt: skip
        directory = Directory(others, own)
        kept = {hit.customer_id for other in others for hit in directory.of(other)}
        stale = stale.exclude(customer__in=kept)
        concerned = set(stale.values_list("customer_id", flat=True))
        stale.delete()
        _concern(concerned, at)
    file_by_address(message_ids=_counting(ids), ours=own, at=at)
    return ids[-1] if len(ids) == _ROWS else 0


@transaction.atomic
def recount(*, message: Message, at: datetime) -> None:
    """Decide anew whether a message counts as contact with the customers to whom it is filed."""
    people = _recipients_of([message.pk])
    head = Head(message.direction, message.verdict, message.from_address, people.get(message.pk, ()))
    directory = Directory([head.sender, *head.recipients], ours())
    speaks = {one.customer_id for one in decide(head, directory) if one.counts_as_contact}
    is_human = message.verdict == Message.Verdict.HUMAN
    rows = list(Filing.objects.filter(message=message).order_by("pk"))
    for row in rows:
        by_hand = row.how in (How.HAND, How.THREAD) and is_human
        Filing.objects.filter(pk=row.pk).update(counts_as_contact=by_hand or row.customer_id in speaks)
    _concern({row.customer_id for row in rows}, at)


def file_waiting(*, customer_ids: Sequence[int], ours: Ours, at: datetime) -> int:
    """File stored mail of the addresses and domains of these customers; returns how many messages it has.

    Each slice is a transaction of its own.
    """
    ids = waiting_of(_addresses_of(customer_ids, ours))
    for part in _parts(ids):
        with transaction.atomic():
            file_by_address(message_ids=part, ours=ours, at=at)
    return len(ids)


def _addresses_of(customer_ids: Sequence[int], ours: Ours) -> list[str]:
    """The addresses of these customers' people, and all that were seen in mail under their own domains."""
    points = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, contact__customer__in=list(customer_ids),
        contact__deleted_at__isnull=True,
    )  # fmt: skip
    found = set(points.values_list("normalised", flat=True))
    sites = Customer.objects.alive().filter(pk__in=list(customer_ids)).values_list("website", flat=True)
    domains = {company_domain(one) for one in (*found, *sites)} - ours.domains - {""}
    for domain in sorted(domains):
        seen = Participant.objects.filter(
            Q(address__endswith=f"@{domain}") | Q(address__endswith=f".{domain}")
        )
        found.update(seen.order_by().values_list("address", flat=True).distinct())
    return sorted(found)


def waiting_of(addresses: Sequence[str]) -> list[int]:
    """Messages with one of these addresses in their head that lie where mail is filed, the oldest first."""
    ids: set[int] = set()
    for part in _parts(sorted(addresses)):
        rows = Participant.objects.filter(address__in=part).exclude(role=Role.REPLY_TO)
        ids.update(rows.values_list("message_id", flat=True))
    return _counting(sorted(ids))


def _counting(ids: Sequence[int]) -> list[int]:
    """Of these messages those that lie, or were sent, where mail is filed; in the order of their dates."""
    found: list[tuple[datetime, int]] = []
    for part in _parts(ids):
        copies = MessageCopy.objects.filter(message__in=part)
        hidden = set(
            copies.filter(folder__role__in=NOT_FILED_FROM).values_list("message_id", flat=True)
        ) - set(copies.exclude(folder__role__in=NOT_FILED_FROM).values_list("message_id", flat=True))
        rows = Message.objects.filter(pk__in=set(part) - hidden)
        found += rows.values_list("date", "pk")
    return [pk for _date, pk in sorted(found)]


def _seen_customer(customer_id: int, by: User) -> Customer:
    customer = Customer.objects.visible_to(by).filter(pk=customer_id).first()
    if customer is None:
        raise Refused(_("There is no such customer."))
    return customer


def _seen_messages(ids: Sequence[int], by: User) -> dict[int, dict[str, Any]]:
    """Messages that the person may read, locked in order; `Refused` when one is not among them."""
    wanted = sorted(set(ids))
    seen = Message.objects.visible_to(by).filter(pk__in=wanted).order_by("pk")
    rows: dict[int, dict[str, Any]] = {
        row["id"]: dict(row)
        for row in seen.values("id", "thread_id", "direction", "verdict", "date", "subject", "from_address")
    }
    if len(rows) != len(wanted):
        raise Refused(_("There is no such mail."))
    return rows


def _speakers(ids: Sequence[int], own: Ours) -> list[str]:
    """The addresses that messages are about: who wrote to us; of our own mails, to whom they went first."""
    found: set[str] = set()
    for pk, direction, sender in Message.objects.filter(pk__in=ids).values_list(
        "pk", "direction", "from_address"
    ):
        if direction == Direction.IN:
            found.add(sender)
        else:
            to = Participant.objects.filter(message=pk, role=Role.TO).order_by("pk")
            outside = (one for one in to.values_list("address", flat=True) if one not in own.addresses)
            found.update(list(outside)[:1])
    return sorted(found - {""} - own.addresses)


def _set_rules(
    addresses: Sequence[str], customer_id: int | None, contact_id: int | None, *, by: User, at: datetime
) -> None:
    for address in addresses:
        AddressRule.objects.update_or_create(
            address=address,
            defaults={"customer_id": customer_id, "contact_id": contact_id, "set_at": at, "set_by": by},
        )


def _refile_later(addresses: Sequence[str]) -> None:
    from genjin.mail import jobs

    for address in addresses:
        jobs.refile_address.enqueue(address)


def _tell(verb: str, rows: Sequence[dict[str, Any]], customer: Customer, *, by: User, at: datetime) -> None:
    journal.record(
        by=by,
        at=at,
        written=[
            Written(
                verb, "mail.message", row["id"], title=row["subject"], customer_id=customer.pk,
                personal_title=True,
            )
            for row in rows
        ],
    )  # fmt: skip


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _ROWS):
        yield list(values[start : start + _ROWS])
