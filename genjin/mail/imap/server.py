"""A mailbox on an IMAP server: RFC 3501 with UIDPLUS, MOVE, CONDSTORE and QRESYNC where they are offered."""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from imap_tools.utils import encode_folder

from genjin.mail import connecting, problems
from genjin.mail.connecting import explained
from genjin.mail.imap import roles
from genjin.mail.imap.mailbox import DELETED, Changes, Fetched, Listed, Opened
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed

_UID = re.compile(rb"\bUID (\d+)")
_FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(
    rb'\bINTERNALDATE "\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
_MONTHS = {
    name.encode(): number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_DAYS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
BROKEN_QRESYNC = (".mail.me.com", ".icloud.com")
"""Servers whose QRESYNC forgets messages that are gone."""
STORED_FLAGS = {"seen": "\\Seen", "answered": "\\Answered", "flagged": "\\Flagged", DELETED: "\\Deleted"}


class ImapMailbox:
    """One signed-in connection."""

    def __init__(self, account: MailAccount) -> None:
        self._place = {"host": account.imap_host, "port": account.imap_port}
        self._box = connecting.open_imap(account)
        self._client: Any = self._box.client
        self._can = {str(name).upper() for name in self._client.capabilities}
        self._counts, self._vanishes, self._uid_next = False, False, 1
        with self._explained():
            self._enable(account.imap_host)

    def _enable(self, host: str) -> None:
        for name in ("QRESYNC", "CONDSTORE"):
            if name == "QRESYNC" and host.endswith(BROKEN_QRESYNC):
                continue
            if name in self._can and "ENABLE" in self._can:
                with contextlib.suppress(imaplib.IMAP4.error):
                    status, _data = self._client.enable(name)
                    if status == "OK":
                        self._counts, self._vanishes = True, name == "QRESYNC"
                        return

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(**self._place):
            yield

    def folders(self) -> Sequence[Listed]:
        """All folders that can be opened."""
        with self._explained():
            found = [(one.name, one.delim, one.flags) for one in self._box.folder.list()]
        return roles.listed(found)

    def open(self, path: str, *, to_write: bool = False) -> Opened:
        """Make this folder the one that UIDs are of; without `to_write` nothing in it can be changed."""
        with self._explained():
            name = encode_folder(path)
            status, data = self._client.select(name.decode("ascii"), readonly=not to_write)
            if status != "OK":
                raise Failed(problems.FOLDER, **self._place, folder=path, answer=_text(data))
            count = int(data[0] or 0)
            validity, after = self._code("UIDVALIDITY"), self._code("UIDNEXT")
            if after is None:
                after = self._last_uid() + 1 if count else 1
            self._uid_next = after
            modseq = self._code("HIGHESTMODSEQ") if self._counts else None
        return Opened(validity or 1, after, count, modseq, self._vanishes and modseq is not None)

    def _code(self, name: str) -> int | None:
        _name, data = self._client.response(name)
        value = data[-1] if data else None
        return int(value) if value and value.isdigit() else None

    def _last_uid(self) -> int:
        found = [_number(_UID, line) for line in self._uid("FETCH", "*", "(UID)")]
        return max((uid for uid in found if uid), default=0)

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        status, data = self._client.uid(command, *arguments)
        if status != "OK":
            raise imaplib.IMAP4.error(_text(data))
        return [line for line in data if line is not None]

    def uids(self, low: int, high: int, since: date | None = None) -> Sequence[int]:
        """The UIDs of a range, ascending; with `since` only what the server got on that day or later."""
        query = [f"UID {low}:{high}"]
        if since is not None:
            query.append(f"SINCE {since.day}-{_DAYS[since.month - 1]}-{since.year}")
        with self._explained():
            lines = self._uid("SEARCH", *query)
        return sorted(uid for line in lines for uid in map(int, line.split()) if low <= uid <= high)

    def sizes(self, uids: Sequence[int]) -> Mapping[int, int]:
        """Bytes of each message, as the server says."""
        with self._explained():
            lines = self._uid("FETCH", compact(uids), "(UID RFC822.SIZE)")
        return {uid: _number(_SIZE, line) for line in lines if (uid := _number(_UID, line))}

    def fetch(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """The messages that are still there, without marking them as read."""
        with self._explained():
            lines = self._uid("FETCH", compact(uids), "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        found = []
        for place, line in enumerate(lines):
            if not isinstance(line, tuple):
                continue
            # What a server tells after the literal stands in the next item.
            after = lines[place + 1] if place + 1 < len(lines) else b""
            told = line[0] + b" " + (after if isinstance(after, bytes) else b"")
            uid = _number(_UID, told)
            if uid:
                found.append(Fetched(uid, line[1], _flags_of(told), _arrived(told)))
        return found

    def flags(self, low: int, high: int) -> Mapping[int, frozenset[str]]:
        """The flags of all messages of a range."""
        with self._explained():
            return _all_flags(self._uid("FETCH", f"{low}:{high}", "(UID FLAGS)"), low, high)

    def changes(self, modseq: int) -> Changes:
        """Flags that changed after that count, and where the server tells so, what vanished."""
        how = f"(CHANGEDSINCE {modseq}{' VANISHED' if self._vanishes else ''})"
        with self._explained():
            self._client.response("VANISHED")  # told already
            flags = _all_flags(self._uid("FETCH", "1:*", "(UID FLAGS)", how), 1, 1 << 62)
            _name, data = self._client.response("VANISHED")
        vanished = [uid for line in data or () if line for uid in expanded(line, self._uid_next)]
        return Changes(flags, vanished)

    def set_flag(self, uids: Sequence[int], flag: str, *, is_set: bool) -> None:
        """Set or clear a flag."""
        with self._explained():
            for part in _parts(uids):
                sign = "+" if is_set else "-"
                self._uid("STORE", compact(part), f"{sign}FLAGS.SILENT", f"({STORED_FLAGS[flag]})")

    def move(self, uids: Sequence[int], target: str) -> None:
        """Move messages to another folder; never expunges what somebody else marked as deleted."""
        name = encode_folder(target).decode("ascii")
        with self._explained():
            for part in _parts(uids):
                if "MOVE" in self._can:
                    imaplib.Commands.setdefault("MOVE", ("SELECTED",))
                    self._uid("MOVE", compact(part), name)
                    continue
                self._uid("COPY", compact(part), name)
                self._uid("STORE", compact(part), "+FLAGS.SILENT", "(\\Deleted)")
                if "UIDPLUS" in self._can:
                    self._uid("EXPUNGE", compact(part))

    def append(self, path: str, raw: bytes, flags: Sequence[str], at: datetime) -> None:
        """Put a message into a folder."""
        told = " ".join(STORED_FLAGS[flag] for flag in flags)
        with self._explained():
            status, data = self._client.append(
                encode_folder(path).decode("ascii"), f"({told})", at.astimezone(UTC), raw
            )
            if status != "OK":
                raise imaplib.IMAP4.error(_text(data))

    def close(self) -> None:
        """End the connection."""
        connecting.close(self._box)


def compact(uids: Sequence[int]) -> str:
    """UIDs as IMAP writes them: 1:3,7."""
    ranges: list[list[int]] = []
    for uid in sorted(uids):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in ranges)


def expanded(line: bytes, below: int = 1 << 32) -> Iterator[int]:
    """The UIDs of an untagged VANISHED: `(EARLIER) 1:3,7`; servers may name numbers that never were."""
    for part in line.decode("ascii", "replace").replace("(EARLIER)", "").strip().split(","):
        low, _, high = part.partition(":")
        if low.strip().isdigit():
            yield from range(int(low), min(int(high or low) + 1, below))


def _parts(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), 500):
        yield uids[start : start + 500]


def _text(data: Sequence[Any]) -> str:
    return " ".join(line.decode("utf-8", "replace") for line in data or () if isinstance(line, bytes))


def _number(pattern: re.Pattern[bytes], line: Any) -> int:
    found = pattern.search(line[0] if isinstance(line, tuple) else line)
    return int(found[1]) if found else 0


def _flags_of(line: bytes) -> frozenset[str]:
    found = _FLAGS.search(line)
    return _flags(found[1]) if found else frozenset()


@lru_cache(maxsize=1_000)
def _flags(told: bytes) -> frozenset[str]:
    """One value for all messages of equal flags: there may be 200,000."""
    return frozenset(flag.decode("ascii", "replace").lstrip("\\").lower() for flag in told.split())


def _all_flags(lines: Sequence[Any], low: int, high: int) -> dict[int, frozenset[str]]:
    told = ((_number(_UID, line), line) for line in lines if isinstance(line, bytes))
    return {uid: _flags_of(line) for uid, line in told if low <= uid <= high}


def _arrived(line: bytes) -> datetime | None:
    found = _ARRIVED.search(line)
    if not found:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == b"-" else offset)
        moment = datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=zone
        )
        return moment.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None
