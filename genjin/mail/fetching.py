"""Fetching in slices: the next ones are fetched and taken apart while the last one is stored.

Two threads do it, one that has the connection and one that has what came; neither touches the database. Of
a long mailbox a second process takes the messages apart (`store.apart`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from genjin.mail import problems
from genjin.mail.arrivals import Arrival
from genjin.mail.imap.mailbox import Fetched, Mailbox
from genjin.mail.own import Ours
from genjin.mail.problems import Failed
from genjin.mail.store.apart import Reader
from genjin.mail.store.parsing import Parsed

SLICE = 150
"""Messages stored in one transaction."""
SLICE_BYTES = 4 * 1024 * 1024
LARGEST = 120 * 1024 * 1024
"""Bytes beyond which a message is left on the server."""
SIZES = 4
"""Slices whose sizes are asked for at once."""
TOO_LARGE, NOT_GIVEN, NOT_STORED = "too_large", "not_given", "not_stored"
"""Codes of messages that could not be read."""

_Given = tuple[list[Fetched], dict[int, str]]
"""Messages as the server gave them, and why others could not be had."""


@dataclass(frozen=True)
class Got:
    """A slice as it came: messages taken apart, what could not be had by UID, what our own fault was."""

    parsed: list[Parsed]
    own: Ours
    failed: Mapping[int, str] = field(default_factory=dict)
    errors: Sequence[Exception] = ()


@dataclass(frozen=True)
class Coming:
    """A slice on its way: the UIDs that it is about, those that are fetched, and both steps."""

    uids: list[int]
    wanted: list[int]
    fetched: Future[_Given] | None = None
    got: Future[Got] | None = None


class Fetching:
    """What is asked of one open mailbox, by one thread at a time."""

    def __init__(self, box: Mailbox, slice_: int = SLICE) -> None:
        self.box, self.slice = box, slice_
        self.reader = Reader()
        self._asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail-fetch")
        self._parsing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail-parse")
        self._broken: Failed | None = None

    def close(self) -> None:
        """End the threads and the second process; the connection stays open."""
        for threads in (self._asking, self._parsing):
            threads.shutdown(cancel_futures=True)
        self.reader.end()

    def slices(self, uids: Sequence[int], *, newest_first: bool = False) -> Iterator[list[int]]:
        """UIDs in slices, each ascending, of limited number and bytes."""
        ordered = list(reversed(uids)) if newest_first else list(uids)
        step = self.slice * SIZES
        several = [ordered[start : start + step] for start in range(0, len(ordered), step)]
        asked = [self._asking.submit(self.box.sizes, several[0])] if several else []
        for place, part in enumerate(several):
            sizes = asked[place].result()
            if place + 1 < len(several):
                # Stands before the messages of this part, so that it is known when they are through.
                asked.append(self._asking.submit(self.box.sizes, several[place + 1]))
            yield from self._cut(part, sizes)

    def _cut(self, uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
        part: list[int] = []
        size = 0
        for uid in uids:
            if part and (len(part) == self.slice or size + sizes.get(uid, 0) > SLICE_BYTES):
                yield sorted(part)
                part, size = [], 0
            part.append(uid)
            size += sizes.get(uid, 0)
        if part:
            yield sorted(part)

    def begin(self, uids: list[int], wanted: list[int], uid_validity: int, own: Ours, at: datetime) -> Coming:
        """Have a slice fetched (only the `wanted` of it) and taken apart; nobody waits for it yet."""
        if not wanted:
            return Coming(uids, wanted)
        fetched = self._asking.submit(self._fetched, wanted)
        got = self._parsing.submit(self._taken_apart, fetched, uid_validity, own, at)
        return Coming(uids, wanted, fetched, got)

    @staticmethod
    def drop(coming: Sequence[Coming]) -> None:
        """Forget slices on their way; what has begun is waited for, as it uses the connection."""
        for one in coming:
            for step in (one.got, one.fetched):
                if step is not None and not step.cancel():
                    step.exception()

    def _taken_apart(
        self,
        fetched: Future[_Given],
        uid_validity: int,
        own: Ours,
        at: datetime,
    ) -> Got:
        messages, failed = fetched.result()
        items = [Arrival(one.raw, one.uid, uid_validity, one.flags, one.arrived_at) for one in messages]
        found = self.reader.take_apart(items, own.addresses, at)
        failed |= {items[place].uid: NOT_STORED for place in found.failed}
        return Got(found.parsed, own, failed, list(found.failed.values()))

    def _fetched(self, uids: list[int]) -> _Given:
        """Messages, and why others cannot be had; by halves where one of them makes the server refuse."""
        if self._broken is not None:
            raise self._broken
        try:
            return self._given(uids)
        except Failed as error:
            self._broken = error
            raise

    def _given(self, uids: list[int]) -> _Given:
        if len(uids) == 1 and self.box.sizes(uids).get(uids[0], 0) > LARGEST:
            return [], {uids[0]: TOO_LARGE}
        try:
            return list(self.box.fetch(uids)), {}
        except Failed as error:
            if error.code == problems.LOST and len(uids) == 1:
                # Here the connection breaks again and again: leave it out and go on next time.
                return [], {uids[0]: NOT_GIVEN}
            if error.code != problems.PROTOCOL:
                raise
            if len(uids) == 1:
                return [], {uids[0]: NOT_GIVEN}
        middle = len(uids) // 2
        first, second = self._given(uids[:middle]), self._given(uids[middle:])
        return first[0] + second[0], first[1] | second[1]
