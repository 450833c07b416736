"""Storing what arrived: raw bytes become messages, threads, copies and filings, each content once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from genjin.mail import index, raw
from genjin.mail.actions import conversations, filing, flags, health, threads, tracking
from genjin.mail.arrivals import Arrival, Stored
from genjin.mail.models import FlagChange, MailAccount, MailFolder, Message, MessageCopy, OutgoingMail
from genjin.mail.own import Ours, ours
from genjin.mail.store import rows
from genjin.mail.store.apart import take_apart
from genjin.mail.store.parsing import Parsed
from genjin.mail.store.threads import Slice
from genjin.records import bulk

_LOCK = 0x6D61696C
_COPY = (
    "id", "message_id", "thread_id", "account_id", "folder_id", "uid_validity", "uid", "is_read",
    "is_answered", "is_flagged", "is_draft", "gone_at", "added_at",
)  # fmt: skip


def store(
    *, account: MailAccount, folder: MailFolder | None, items: Sequence[Arrival], at: datetime
) -> list[Stored]:
    """Keep these messages, in the order given; what is known already gets another copy at most.

    Parses outside of the transaction, then writes in one, so give it slices of 100 to 200. Storing the same
    twice changes nothing. Without a folder (an own mail that was just sent) no copy is made: it comes when
    the mail is found in a folder.
    """
    own = ours()
    found = take_apart(items, own.addresses, at)
    for error in found.failed.values():
        raise error
    return write(account=account, folder=folder, parsed=found.parsed, own=own, at=at)


def write(
    *, account: MailAccount, folder: MailFolder | None, parsed: Sequence[Parsed], own: Ours, at: datetime
) -> list[Stored]:
    """Keep messages that were taken apart already; everything else as `store`."""
    if not parsed:
        return []
    raw.keep_bytes(_unknown(parsed))
    with transaction.atomic():
        return _Writing(account, folder, own, at).run(parsed)


def _unknown(parsed: Sequence[Parsed]) -> dict[str, raw.Packed]:
    """The contents whose bytes must still be put before the rows that name them."""
    waiting = [item for item in parsed if item.packed.content is not None]
    if not waiting:
        return {}
    rows_ = Message.objects.filter(content_key__in=list({item.content_key for item in waiting}))
    known = set(rows_.values_list("content_key", flat=True))
    return {item.packed.sha256: item.packed for item in waiting if item.content_key not in known}


class _Writing:
    """One slice while it is written, inside its transaction."""

    def __init__(self, account: MailAccount, folder: MailFolder | None, own: Ours, at: datetime) -> None:
        self.account, self.folder, self.own, self.at = account, folder, own, at
        self.files = folder is None or folder.role not in filing.NOT_FILED_FROM

    def run(self, parsed: Sequence[Parsed]) -> list[Stored]:
        _take_turn()
        known = self._known(parsed)
        late = self._first_seen([pk for pk, _thread in known.values()])
        new: dict[str, Parsed] = {}
        for item in parsed:
            if item.content_key not in known:
                new.setdefault(item.content_key, item)
        fresh = list(new.values())
        self._insert(fresh)
        self._resolve(parsed, known, new)
        pairs, further = self._copy(parsed)
        threads.refresh(ids=[item.thread_id for item in fresh])
        conversations.refresh(pairs=pairs)
        fresh_ids = {item.pk for item in fresh}
        index.put([(item.pk, item.searched) for item in parsed if item.pk in fresh_ids | further])
        filed = self._file(fresh, late)
        stored = [_stored(item, item.pk in fresh_ids, filed.get(item.pk, ())) for item in parsed]
        self._tell([replace(one, is_new=True) for one in stored if one.is_new or one.message_id in late])
        return stored

    def _known(self, parsed: Sequence[Parsed]) -> dict[str, tuple[int, int]]:
        """(message, thread) of the contents that are stored, and of own mails that the provider changed."""
        rows_ = Message.objects.filter(content_key__in=[item.content_key for item in parsed])
        known = {key: (pk, thread) for key, pk, thread in rows_.values_list("content_key", "pk", "thread_id")}
        sent = {
            item.header_id: item.content_key
            for item in parsed
            if item.direction == Message.Direction.OUT and item.header_id and item.content_key not in known
        }
        if sent:
            mails = OutgoingMail.objects.filter(
                message_id__in=list(sent), account=self.account, sent_as__isnull=False
            )
            for header_id, pk, thread in mails.values_list("message_id", "sent_as_id", "sent_as__thread_id"):
                known[sent[header_id]] = (pk, thread)
        return known

    def _insert(self, fresh: list[Parsed]) -> None:
        if fresh:
            found = Slice(fresh, self.own.addresses, self.at)
            found.place()
            rows.insert(fresh, self.at)
            threads.refresh(ids=found.joined)

    @staticmethod
    def _resolve(parsed: Sequence[Parsed], known: dict[str, tuple[int, int]], new: dict[str, Parsed]) -> None:
        for item in parsed:
            first = new.get(item.content_key)
            if first is not None:
                item.pk, item.thread_id = first.pk, first.thread_id
            else:
                item.pk, item.thread_id = known[item.content_key]

    def _copy(self, parsed: Sequence[Parsed]) -> tuple[set[tuple[int, int]], set[int]]:
        """Write the copies; the (folder, thread) touched, and messages that are new to the mailbox."""
        folder = self.folder
        if folder is None:
            return set(), set()
        validity = {item.arrival.uid_validity for item in parsed}
        uids = [item.arrival.uid for item in parsed]
        there = set(
            MessageCopy.objects.filter(folder=folder, uid_validity__in=validity, uid__in=uids)
            .values_list("uid_validity", "uid")
        )  # fmt: skip
        wanted: dict[tuple[int, int], Parsed] = {}
        for item in parsed:
            place = (item.arrival.uid_validity, item.arrival.uid)
            if place not in there:
                wanted.setdefault(place, item)
        ids = [item.pk for item in wanted.values()]
        had = set(
            MessageCopy.objects.filter(message__in=ids, account=self.account)
            .values_list("message_id", flat=True)
        )  # fmt: skip
        values = [
            (
                pk, item.pk, item.thread_id, self.account.pk, folder.pk, *place,
                "seen" in item.arrival.flags, "answered" in item.arrival.flags,
                "flagged" in item.arrival.flags, "draft" in item.arrival.flags, None, self.at,
            )
            for pk, (place, item) in zip(
                bulk.next_ids(MessageCopy, len(wanted)), wanted.items(), strict=True
            )
        ]  # fmt: skip
        bulk.insert_plain(MessageCopy, _COPY, values)
        self._carry_changes([item.pk for item in wanted.values() if item.pk in had])
        return {(folder.pk, item.thread_id) for item in wanted.values()}, set(ids) - had

    def _carry_changes(self, message_ids: Sequence[int]) -> None:
        """Changes that wait for copies which the folder numbered anew go on to the new ones."""
        waiting = FlagChange.objects.filter(
            copy__message__in=message_ids, copy__folder=self.folder, copy__gone_at__isnull=False
        ).exclude(what=FlagChange.What.MOVE)
        for change in waiting.select_related("copy"):
            new = MessageCopy.objects.filter(
                message=change.copy.message_id, folder=self.folder, gone_at__isnull=True
            ).first()
            if new is not None:
                FlagChange.objects.filter(copy=new, what=change.what).delete()
                FlagChange.objects.filter(pk=change.pk).update(copy=new)

    def _file(self, fresh: Sequence[Parsed], late: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """To whom each message was filed."""
        if not self.files:
            return {}
        # What we sent first: an answer to it in the same slice is filed by it.
        ids = [item.pk for item in sorted(fresh, key=lambda item: item.date)]
        return filing.file_by_address(message_ids=[*ids, *sorted(late)], ours=self.own, at=self.at)

    def _first_seen(self, ids: Sequence[int]) -> set[int]:
        """Of known messages those that lay only where mail is no fact until this folder got them.

        A copy of our own (somebody moved it here) stands for the one that is found now.
        """
        if not ids or not self.files or self.folder is None:
            return set()
        copies = MessageCopy.objects.filter(message__in=ids).exclude(uid_validity=flags.OWN)
        seen = copies.exclude(folder__role__in=filing.NOT_FILED_FROM).values_list("message_id", flat=True)
        return set(copies.values_list("message_id", flat=True)) - set(seen)

    def _tell(self, arrived: Sequence[Stored]) -> None:
        if self.files and arrived:
            health.note(stored=arrived, at=self.at)
            tracking.arrived(stored=arrived, at=self.at)


def _take_turn() -> None:
    """Who stores waits for who stores: two mailboxes may hold the same message. Released with the commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _stored(item: Parsed, is_new: bool, customer_ids: tuple[int, ...]) -> Stored:
    return Stored(
        message_id=item.pk,
        thread_id=item.thread_id,
        is_new=is_new,
        direction=item.direction,
        verdict=item.verdict,
        date=item.date,
        arrived_at=item.arrived_at,
        from_address=item.from_address,
        header_id=item.header_id,
        in_reply_to=item.in_reply_to,
        references=item.references,
        returns_on=item.returns_on,
        bounced=item.bounce,
        customer_ids=customer_ids,
        outside=item.outside,
    )
