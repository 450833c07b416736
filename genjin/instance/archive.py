"""The one file of a backup: a gzipped tar whose last member lists every other with size and SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from genjin.instance.lasting import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 512 * 2**20
TOP_LEVEL = frozenset({"database.sqlite3", "database.dump", "files", "keys"})
BLOCK = 2**20


class Damaged(Exception):
    """The archive is not what was written; the text says what is wrong, in one sentence."""


class _Hashing:
    """Reads on from a stream and digests what passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


@dataclass
class Writer:
    """Adds members to an open archive; `members` is what the manifest will say of them."""

    tar: tarfile.TarFile
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, file: Path, name: str) -> None:
        """Append a file under this name; FileNotFoundError if it has gone."""
        with file.open("rb") as stream:
            self.add_stream(stream, name)

    def add_stream(self, stream: IO[bytes], name: str) -> None:
        """Append what an open file holds."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(stream.fileno()).st_size, 0o600
        hashing = _Hashing(stream)
        self.tar.addfile(info, hashing)
        self.members[name] = {"size": hashing.size, "sha256": hashing.digest.hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Append the manifest."""
        text = json.dumps({"format": FORMAT, **manifest, "members": self.members}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self.tar.addfile(info, io.BytesIO(text))


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """A new archive beside its final name (mode 0600); moved there only after it was read back whole."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            stream.flush()
            os.fsync(stream.fileno())
        verify(part)
        part.rename(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def verify(file: Path) -> dict[str, Any]:
    """Read the whole archive against its manifest, which is returned; Damaged if anything differs."""
    return _walk(file, None)


def unpack(file: Path, into: Path) -> dict[str, Any]:
    """Write the members below an empty folder while verifying; use nothing before this returns."""
    return _walk(file, into)


def _walk(file: Path, into: Path | None) -> dict[str, Any]:
    manifest: dict[str, Any] | None = None
    found: dict[str, dict[str, Any]] = {}
    try:
        with gzip.open(file) as whole:
            with tarfile.open(fileobj=whole, mode="r|") as tar:
                for info in tar:
                    stream = tar.extractfile(info) if info.isreg() else None
                    if stream is None or manifest is not None or info.name in found:
                        raise Damaged(f"The archive holds something that no backup has: {info.name[:100]}.")
                    if info.name == MANIFEST:
                        manifest = json.loads(stream.read(LARGEST_MANIFEST))
                    else:
                        found[info.name] = _take(stream, info.name, into)
            while whole.read(BLOCK):  # to the end, where gzip keeps its own checksum
                pass
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, RecursionError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Damaged(f"The archive cannot be read to its end ({type(error).__name__}).") from error
    return _compare(manifest, found)


def _take(stream: IO[bytes], name: str, into: Path | None) -> dict[str, Any]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or path.parts[0] not in TOP_LEVEL:
        raise Damaged(f"The archive holds something that no backup has: {name[:100]}.")
    hashing = _Hashing(stream)
    if into is None:
        while hashing.read(BLOCK):
            pass
    else:
        target = into / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while block := hashing.read(BLOCK):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
    return {"size": hashing.size, "sha256": hashing.digest.hexdigest()}


def _compare(manifest: Any, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if not isinstance(manifest, dict) or not isinstance(manifest.get("members"), dict):
        raise Damaged("The archive has no list of its contents; it is not a whole backup of Genjin.")
    if manifest.get("format") != FORMAT:
        raise Damaged("The archive was written by a version of Genjin that this one does not understand.")
    promised = manifest["members"]
    for name in sorted(promised.keys() | found.keys()):
        if promised.get(name) != found.get(name):
            raise Damaged(f"The archive is damaged: {name} is not what was backed up.")
    return manifest
