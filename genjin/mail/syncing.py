"""Reading a mailbox: what is new first, then flags and what is gone, then further back, slice by slice.

Every slice is kept before the next one is asked for: it may be killed at any moment and goes on from there.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q

from genjin.instance import errors
from genjin.mail import problems
from genjin.mail.actions import accounts_state as state
from genjin.mail.actions import flags
from genjin.mail.actions.storing import write
from genjin.mail.fetching import NOT_STORED, SLICE, TOO_LARGE, Coming, Fetching
from genjin.mail.imap.mailbox import Mailbox, Opened
from genjin.mail.imap.opening import open_mailbox
from genjin.mail.models import FlagChange, MailAccount, MailFolder, MessageCopy
from genjin.mail.own import Ours, ours
from genjin.mail.problems import Failed
from genjin.mail.store.parsing import Parsed

logger = logging.getLogger(__name__)

Role = MailFolder.Role
ORDER = (Role.INBOX, Role.SENT, Role.OTHER, Role.ARCHIVE, Role.DRAFTS, Role.JUNK, Role.TRASH)
AHEAD = 2
"""Slices that may be on their way while one is stored."""
WORTH = 1_500
"""With fewer messages a second process would be ready when they are read."""
UNDO_FOR = timedelta(seconds=10)
"""As long as that a move is offered to be taken back; the server is told afterwards."""
HOLD_EVERY = 15.0
"""Seconds between renewals of the lease, which lasts much longer."""
WINDOW = 5_000
"""UIDs asked for at once: an answer about 200,000 would not fit a line of the protocol."""
RECENT = 2_000
"""UIDs whose flags are read at every turn where the server does not count changes."""
FIRST_ROUND = 300
"""Messages of each folder that are read before any folder is read further."""
ATTEMPTS = 5
"""How often a message that could not be fetched is asked for again."""
_END = (1 << 32) - 1


@dataclass
class Report:
    """What one run did; `has_more`: it was stopped before the end."""

    found: int = 0
    stored: int = 0
    known: int = 0
    failed: list[dict[str, object]] = field(default_factory=list)
    gone: int = 0
    has_more: bool = False
    has_undoable: bool = False
    """Moves made here were not told to the server yet, as they may still be taken back."""
    is_busy: bool = False
    problem: str = ""
    details: dict[str, object] = field(default_factory=dict)


def sync(
    account_id: int,
    *,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
    seconds: float | None = None,
    is_held: bool = False,
) -> Report:
    """Read a mailbox for at most so many seconds (None: to its end). Never raises for the server's faults.

    `is_held`: nothing is written back to the server.
    """
    owner = state.owner_name()
    report = Report()
    account = MailAccount.objects.alive().filter(pk=account_id).first()
    if account is None or account.state == MailAccount.State.PAUSED:
        return report
    if not state.claim(account_id=account_id, owner=owner):
        report.is_busy = True
        return report
    ends = time.monotonic() + seconds if seconds is not None else None
    try:
        run = Run(account, owner, clock, should_stop, ends, report)
        run.read(writes=not is_held)
        state.note_success(account=account, at=clock(), is_complete=not report.has_more)
    except Failed as error:
        report.problem, report.details = error.code, dict(error.details)
        state.note_failure(account=account, code=error.code, details=report.details, at=clock())
        logger.warning("Account %s could not be read: %s", account.pk, error.code)
    finally:
        state.release(account_id=account_id, owner=owner)
    return report


class Run:
    """One turn of reading an account that this process holds."""

    def __init__(
        self,
        account: MailAccount,
        owner: str,
        clock: Callable[[], datetime],
        should_stop: Callable[[], bool],
        ends: float | None,
        report: Report,
    ) -> None:
        self.account, self.owner, self.clock = account, owner, clock
        self._should_stop, self._ends = should_stop, ends
        self.report = report
        self.box: Mailbox
        self.fetching: Fetching
        self._held_at = time.monotonic()

    def read(self, *, writes: bool) -> None:
        """The whole turn."""
        self.box = open_mailbox(self.account)
        # Smaller after each failure in a row: a message on which the connection breaks is found so.
        self.fetching = Fetching(self.box, max(1, SLICE >> (3 * self.account.failures)))
        try:
            folders = state.note_folders(account=self.account, listed=self.box.folders(), at=self.clock())
            folders = sorted((row for row in folders if row.is_synced), key=lambda row: ORDER.index(row.role))
            if writes:
                self._push(folders)
            for folder in folders:
                if self._is_over():
                    return
                self._update(folder)
            if sum(folder.left for folder in folders) > WORTH:
                self.fetching.reader.begin()
            for most in (FIRST_ROUND, None):
                for folder in folders:
                    self._fill(folder, most)
                    if self._is_over():
                        return
        finally:
            self.fetching.close()
            self.box.close()
            self._count()

    def _is_over(self) -> bool:
        if self._should_stop() or (self._ends is not None and time.monotonic() > self._ends):
            self.report.has_more = True
        return self.report.has_more

    def _hold(self) -> None:
        if time.monotonic() - self._held_at < HOLD_EVERY:
            return
        self._held_at = time.monotonic()
        if not state.renew(account_id=self.account.pk, owner=self.owner):
            raise Failed(problems.LOST, answer="another process reads this mailbox")

    def _count(self) -> None:
        folders = MailFolder.objects.filter(account=self.account, is_synced=True, gone_at__isnull=True)
        copies = MessageCopy.objects.filter(folder__in=folders, gone_at__isnull=True).count()
        for path, failed in folders.values_list("path", "failed_uids"):
            self.report.failed += [{"folder": path, "uid": uid, "code": code} for uid, code, _n in failed]
        self.report.found = copies + len(self.report.failed)
        self.report.known = copies - self.report.stored

    # --- what changed

    def _update(self, folder: MailFolder) -> None:
        """New mail, flags and what is gone, as far as the folder was read."""
        opened = self.box.open(folder.path)
        if folder.uid_validity != opened.uid_validity or folder.filled_down_to is None:
            state.renumber(folder=folder, opened=opened, at=self.clock())
            return
        came = self._fetch_new(folder, opened)
        if self.report.has_more:
            return
        self._again(folder)
        self._follow(folder, opened, came)
        values = {"on_server": opened.count, "read_at": self.clock()}
        if opened.modseq is not None:
            values["modseq"] = opened.modseq
        state.note_progress(folder=folder, **values)

    def _fetch_new(self, folder: MailFolder, opened: Opened) -> int:
        came = 0
        if opened.uid_next <= folder.known_up_to + 1:
            return 0
        for low in range(folder.known_up_to + 1, opened.uid_next, WINDOW):
            high = min(low + WINDOW, opened.uid_next) - 1
            uids = self.box.uids(low, high)
            with closing(self._through(folder, self.fetching.slices(uids))) as stored:
                for part in stored:
                    came += len(part)
                    state.note_progress(folder=folder, known_up_to=part[-1])
                    if self._is_over():
                        return came
            state.note_progress(folder=folder, known_up_to=high)
        return came

    def _again(self, folder: MailFolder) -> None:
        """Ask once more for messages that could not be had, as servers are ill at times."""
        due = [uid for uid, code, attempts in folder.failed_uids if attempts < ATTEMPTS and code != TOO_LARGE]
        with closing(self._through(folder, ([uid] for uid in due[:20]))) as stored:
            for _uids in stored:
                pass

    def _follow(self, folder: MailFolder, opened: Opened, came: int) -> None:
        counts = opened.modseq is not None and folder.modseq is not None
        if counts and opened.modseq != folder.modseq:
            changes = self.box.changes(folder.modseq or 0)
            state.note_flags(folder=folder, flags=dict(changes.flags))
            self.report.gone += state.note_gone(folder=folder, uids=changes.vanished, at=self.clock())
        elif not counts:
            for low, high in self._flag_ranges(folder):
                state.note_flags(folder=folder, flags=dict(self.box.flags(low, high)))
        if not opened.tells_vanished and opened.count != folder.on_server + came:
            self._compare(folder)

    def _flag_ranges(self, folder: MailFolder) -> Iterator[tuple[int, int]]:
        """The newest messages, and one window of the others, another one every five minutes."""
        if not folder.known_up_to:
            return
        recent = max(1, folder.known_up_to - RECENT + 1)
        yield recent, folder.known_up_to
        windows = (recent - 1 + WINDOW - 1) // WINDOW
        if windows:
            low = 1 + (int(self.clock().timestamp()) // 300 % windows) * WINDOW
            yield low, min(low + WINDOW, recent) - 1

    def _compare(self, folder: MailFolder) -> None:
        """Find what is gone by asking for all UIDs."""
        for low in range(folder.filled_down_to or 1, folder.known_up_to + 1, WINDOW):
            high = min(low + WINDOW - 1, folder.known_up_to)
            there = set(self.box.uids(low, high))
            copies = MessageCopy.objects.filter(
                folder=folder,
                uid_validity=folder.uid_validity or 0,
                uid__range=(low, high),
                gone_at__isnull=True,
            )
            gone = set(copies.values_list("uid", flat=True)) - there
            self.report.gone += state.note_gone(folder=folder, uids=gone, at=self.clock())

    # --- further back

    def _fill(self, folder: MailFolder, most: int | None) -> None:
        """Read older mail, the newest of it first; with `most` no more than a beginning."""
        begin = folder.filled_down_to
        if begin is None or begin <= 1 or (most is not None and begin <= folder.known_up_to):
            return
        self.box.open(folder.path)
        taken, window = 0, WINDOW
        while folder.filled_down_to and folder.filled_down_to > 1:
            high = folder.filled_down_to - 1
            low = max(1, high - window + 1)
            uids = self.box.uids(low, high, self.account.sync_from)
            wanted = uids if most is None else uids[-(most - taken) :]
            slices = self.fetching.slices(wanted, newest_first=True)
            with closing(self._through(folder, slices)) as stored:
                for part in stored:
                    taken += len(part)
                    state.note_progress(folder=folder, filled_down_to=part[0])
                    if self._is_over() or (most is not None and taken >= most):
                        return
            state.note_progress(folder=folder, filled_down_to=low)
            # Where most numbers are of messages long gone, or too old, go in larger steps.
            window = WINDOW if uids else window * 4

    # --- storing

    def _through(self, folder: MailFolder, slices: Iterable[list[int]]) -> Generator[list[int], None, None]:
        """Store slices in their order and give each that is stored; the next ones come meanwhile."""
        waiting: deque[Coming] = deque()
        try:
            for uids in slices:
                waiting.append(self._begin(folder, uids))
                if len(waiting) > AHEAD:
                    yield self._take(folder, waiting.popleft())
            while waiting:
                yield self._take(folder, waiting.popleft())
        finally:
            Fetching.drop(waiting)

    def _begin(self, folder: MailFolder, uids: list[int]) -> Coming:
        have = MessageCopy.objects.filter(
            folder=folder, uid_validity=folder.uid_validity or 0, uid__in=uids, gone_at__isnull=True
        )
        wanted = sorted(set(uids) - set(have.values_list("uid", flat=True)))
        return self.fetching.begin(uids, wanted, folder.uid_validity or 1, ours(), self.clock())

    def _take(self, folder: MailFolder, coming: Coming) -> list[int]:
        """Store one slice when it came; a message that fails does so alone."""
        self._hold()
        if coming.got is not None:
            got = coming.got.result()
            for error in got.errors:
                errors.report(error, process="worker", place="mail.store")
            stored, refused = self._stored(folder, got.parsed, got.own)
            self.report.stored += stored
            self._note_failed(folder, coming.wanted, {**got.failed, **refused})
        return coming.uids

    def _stored(self, folder: MailFolder, parsed: list[Parsed], own: Ours) -> tuple[int, dict[int, str]]:
        try:
            stored = write(account=self.account, folder=folder, parsed=parsed, own=own, at=self.clock())
        except (DatabaseError, ValueError, TypeError, ArithmeticError, LookupError) as error:
            if isinstance(error, DatabaseError) and "locked" in str(error):
                raise
            if len(parsed) == 1:
                errors.report(error, process="worker", place="mail.store")
                return 0, {parsed[0].arrival.uid: NOT_STORED}
            middle = len(parsed) // 2
            one, two = self._stored(folder, parsed[:middle], own), self._stored(folder, parsed[middle:], own)
            return one[0] + two[0], one[1] | two[1]
        return sum(one.is_new for one in stored), {}

    def _note_failed(self, folder: MailFolder, tried: Sequence[int], failed: dict[int, str]) -> None:
        before = {uid: (code, attempts) for uid, code, attempts in folder.failed_uids}
        after = {uid: told for uid, told in before.items() if uid not in tried}
        for uid, code in failed.items():
            after[uid] = (code, before.get(uid, ("", 0))[1] + 1)
        if after != before:
            rows = [[uid, code, attempts] for uid, (code, attempts) in sorted(after.items())]
            state.note_progress(folder=folder, failed_uids=rows)

    # --- telling the server

    def _push(self, folders: Sequence[MailFolder]) -> None:
        """Tell the server what was changed here; what it refuses is tried again at other turns."""
        fresh = Q(what=FlagChange.What.MOVE, made_at__gt=self.clock() - UNDO_FOR)
        waiting = FlagChange.objects.filter(account=self.account)
        self.report.has_undoable = waiting.filter(fresh).exists()
        for folder in folders:
            changes = list(
                waiting.exclude(fresh).filter(
                    # What was moved here has left its folder already, before the server knows.
                    Q(copy__gone_at__isnull=True) | Q(what=FlagChange.What.MOVE),
                    copy__folder=folder,
                ).select_related("copy", "target").order_by("pk")[:2_000]
            )  # fmt: skip
            if not changes:
                continue
            opened = self.box.open(folder.path, to_write=True)
            changes = [one for one in changes if one.copy.uid_validity == opened.uid_validity]
            for group in _grouped(changes):
                try:
                    self._tell(folder, group)
                except Failed as error:
                    if error.code != problems.PROTOCOL:
                        raise
                    state.note_refused(changes=group)

    def _tell(self, folder: MailFolder, group: list[FlagChange]) -> None:
        uids = [one.copy.uid for one in group]
        first = group[0]
        if first.what == FlagChange.What.MOVE:
            if first.target is not None and first.target_id != folder.pk:
                self.box.move(uids, first.target.path)
                state.note_told(changes=group)
                for change in group:
                    flags.settle_move(copy_id=change.copy_id)
                self.report.gone += state.note_gone(folder=folder, uids=uids, at=self.clock())
            return
        self.box.set_flag(uids, _FLAGS[first.what], is_set=first.is_set)
        state.note_told(changes=group)


_FLAGS: dict[str, str] = {
    FlagChange.What.READ: "seen",
    FlagChange.What.FLAGGED: "flagged",
    FlagChange.What.ANSWERED: "answered",
}


def _grouped(changes: Sequence[FlagChange]) -> list[list[FlagChange]]:
    """Changes that can be told in one command, flags before moves."""
    groups: dict[tuple[bool, str, bool, int], list[FlagChange]] = {}
    for one in changes:
        is_move = one.what == FlagChange.What.MOVE
        groups.setdefault((is_move, one.what, one.is_set, one.target_id or 0), []).append(one)
    return [groups[key] for key in sorted(groups)]
