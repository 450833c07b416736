"""The demo's mailboxes: folders on this machine (Maildir) behind the same interface as a server's."""

from __future__ import annotations

import contextlib
import json
import mailbox
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from genjin.mail import problems
from genjin.mail.imap import roles
from genjin.mail.imap.mailbox import Changes, Fetched, Listed, Opened
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed

_LETTERS = {"seen": "S", "answered": "R", "flagged": "F", "draft": "D", "deleted": "T"}
_NUMBERS = "genjin-uids.json"


class MaildirMailbox:
    """A Maildir++ below the data folder; a file beside the messages keeps their UIDs."""

    def __init__(self, account: MailAccount) -> None:
        self._root = Path(settings.DATA) / account.maildir
        if not account.maildir or not self._root.resolve().is_relative_to(Path(settings.DATA).resolve()):
            raise Failed(problems.MAILDIR)
        try:
            self._box = mailbox.Maildir(self._root, create=True)
        except OSError as error:
            raise Failed(problems.MAILDIR) from error
        self._folder: mailbox.Maildir = self._box
        self._keys: dict[int, str] = {}

    def folders(self) -> Sequence[Listed]:
        """The inbox and the folders in it."""
        names = ["INBOX", *sorted(self._box.list_folders())]
        return roles.listed([(name, ".", ()) for name in names])

    def _get(self, path: str) -> mailbox.Maildir:
        if path == "INBOX":
            return self._box
        try:
            return self._box.get_folder(path)
        except mailbox.NoSuchMailboxError as error:
            raise Failed(problems.FOLDER, folder=path) from error

    def open(self, path: str, *, to_write: bool = False) -> Opened:
        """Make this folder the one that UIDs are of; messages that came get their numbers."""
        self._folder = self._get(path)
        known = self._numbers()
        keys = sorted(self._folder.keys(), key=self._age)
        fresh = [key for key in keys if key not in known["uids"]]
        for key in fresh:
            known["uids"][key] = known["next"]
            known["next"] += 1
        there = set(keys)
        gone = [key for key in known["uids"] if key not in there]
        for key in gone:
            del known["uids"][key]
        if fresh or gone:
            self._write(known)
        self._keys = {uid: key for key, uid in known["uids"].items()}
        return Opened(1, known["next"], len(keys))

    def _age(self, key: str) -> tuple[float, str]:
        with contextlib.suppress(OSError, KeyError):
            return self._path(key).stat().st_mtime, key
        return 0.0, key

    def _path(self, key: str) -> Path:
        return self._base() / str(self._folder._lookup(key))  # type: ignore[attr-defined]

    def _base(self) -> Path:
        return Path(self._folder._path)

    def _numbers(self) -> dict[str, Any]:
        try:
            known: dict[str, Any] = json.loads((self._base() / _NUMBERS).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            known = {"next": 1, "uids": {}}
        return known

    def _write(self, known: object) -> None:
        target = self._base() / _NUMBERS
        beside = target.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(target)

    def uids(self, low: int, high: int, since: date | None = None) -> Sequence[int]:
        """The UIDs of a range, ascending."""
        found = [uid for uid in sorted(self._keys) if low <= uid <= high]
        if since is None:
            return found
        begin = datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp()
        return [uid for uid in found if self._age(self._keys[uid])[0] >= begin]

    def sizes(self, uids: Sequence[int]) -> Mapping[int, int]:
        """Bytes of each message."""
        found = {}
        for uid in uids:
            with contextlib.suppress(OSError, KeyError):
                found[uid] = self._path(self._keys[uid]).stat().st_size
        return found

    def fetch(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """The messages that are still there."""
        found = []
        for uid in uids:
            key = self._keys.get(uid, "")
            with contextlib.suppress(OSError, KeyError):
                raw = self._folder.get_bytes(key)
                arrived = datetime.fromtimestamp(self._path(key).stat().st_mtime, UTC)
                found.append(Fetched(uid, raw, self._flags_of(key), arrived))
        return found

    def _flags_of(self, key: str) -> frozenset[str]:
        letters = self._path(key).name.rpartition(":2,")[2] if ":2," in self._path(key).name else ""
        return frozenset(name for name, letter in _LETTERS.items() if letter in letters)

    def flags(self, low: int, high: int) -> Mapping[int, frozenset[str]]:
        """The flags of all messages of a range."""
        found = {}
        for uid, key in self._keys.items():
            if low <= uid <= high:
                with contextlib.suppress(OSError, KeyError):
                    found[uid] = self._flags_of(key)
        return found

    def changes(self, modseq: int) -> Changes:
        """Nothing counts changes here."""
        return Changes(self.flags(1, 1 << 62))

    def set_flag(self, uids: Sequence[int], flag: str, *, is_set: bool) -> None:
        """Set or clear a flag."""
        for uid in uids:
            with contextlib.suppress(OSError, KeyError):
                key = self._keys[uid]
                message = self._folder.get_message(key)
                message.set_subdir("cur")
                if is_set:
                    message.add_flag(_LETTERS[flag])
                else:
                    message.remove_flag(_LETTERS[flag])
                at = self._path(key).stat().st_mtime
                self._folder[key] = message
                os.utime(self._path(key), (at, at))

    def move(self, uids: Sequence[int], target: str) -> None:
        """Move messages to another folder."""
        to = self._get(target)
        for uid in uids:
            with contextlib.suppress(OSError, KeyError):
                to.add(self._folder.get_message(self._keys[uid]))
                self._folder.remove(self._keys[uid])

    def append(self, path: str, raw: bytes, flags: Sequence[str], at: datetime) -> None:
        """Put a message into a folder, which is made if need be."""
        folder = self._box if path == "INBOX" else self._box.add_folder(path)
        message = mailbox.MaildirMessage(raw)
        message.set_subdir("cur")
        message.set_flags("".join(_LETTERS[flag] for flag in flags))
        message.set_date(at.timestamp())
        folder.add(message)

    def close(self) -> None:
        """Nothing stays open."""
