"""Files in a folder of this machine, by the SHA-256 of their content."""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from genjin.instance.lasting import sync_folder

HEAD = 4096
CHUNK = 256 * 1024


class TooLarge(Exception):
    """More bytes than allowed; `limit` says how many are."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True)
class Received:
    """Bytes that arrived and lie safely on disk, not yet part of the store; `head` are the first ones."""

    path: Path
    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True)
class FolderStore:
    """Files under `<folder>/ab/cd/<sha256>`, readable by their owner only (mode 0600)."""

    folder: Path

    @property
    def address(self) -> str:
        """Which place this is."""
        return str(self.folder)

    @property
    def incoming(self) -> Path:
        """Where bytes lie while they arrive."""
        return self.folder / "incoming"

    def path(self, sha256: str) -> Path:
        """Where that content lies. Raises ValueError for anything that is not a digest."""
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            raise ValueError("not the name of a content")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def receive(self, stream: BinaryIO, *, limit: int) -> Received:
        """Write the stream to disk while hashing it; raises `TooLarge`, leaving nothing behind."""
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.incoming)  # mode 0600
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with os.fdopen(handle, "wb") as target:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(limit)
                    head = head or chunk[:HEAD]
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Received(Path(name), digest.hexdigest(), size, head)

    def keep(self, received: Received) -> None:
        """Make it part of the store; a content that is there already only becomes young again.

        What was received stays until `discard`, so that it can be kept once more.
        """
        target = self.path(received.sha256)
        if target.exists():
            os.utime(target)
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        again = received.path.with_name(f"{received.path.name}.{secrets.token_hex(4)}")
        try:
            again.hardlink_to(received.path)
        except OSError:  # a file system without links
            shutil.copyfile(received.path, again)
        again.replace(target)
        sync_folder(target.parent)

    def discard(self, received: Received) -> None:
        """Forget what arrived."""
        received.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes; FileNotFoundError when they are gone."""
        return self.path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Delete a content; nothing happens if it is gone."""
        self.path(sha256).unlink(missing_ok=True)

    def has(self, sha256: str, size: int) -> bool:
        """Whether the content is there, whole as far as its size tells."""
        try:
            return self.path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def contents(self) -> Iterator[tuple[str, float]]:
        """Every content with the time (seconds since 1970) at which it was last put."""
        for path in self.folder.glob("??/??/*"):
            try:
                yield path.name, path.stat().st_mtime
            except FileNotFoundError:  # removed meanwhile
                continue

    def forget_unfinished(self, before: float) -> int:
        """Delete what a crash left half received before that time; returns how many."""
        old = [path for path in self.incoming.glob("*") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def keep_all(self, contents: Mapping[str, bytes]) -> set[str]:
        """Put many small contents by their SHA-256; they outlast a power cut when this returns.

        Written first and made safe together: one wait for the disk instead of one for each. Gives those that
        were there already; they only become young again.
        """
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        there: set[str] = set()
        for sha256, content in contents.items():
            target = self.path(sha256)
            # One that a power cut left half written has another size.
            if self.has(sha256, len(content)):
                os.utime(target)
                there.add(sha256)
                continue
            temporary = self.incoming / f"{sha256}.{secrets.token_hex(4)}"
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            try:
                temporary.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                temporary.replace(target)
        if len(there) < len(contents):
            _sync_all(self.folder)
        return there


def _sync_all(folder: Path) -> None:
    """Make all that was written to the file system of this folder outlast a power cut."""
    syncfs = getattr(_libc(), "syncfs", None)
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs is None or syncfs(handle) != 0:
            os.sync()
    finally:
        os.close(handle)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
