"""`genjin files move`: all files from one store to the other; stopped anywhere, it goes on where it was."""

from __future__ import annotations

import argparse
import hashlib
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management import CommandError

from genjin.files import store

AT_ONCE, SLICE = 8, 200
Place = store.FolderStore | store.BucketStore


class _Damaged(Exception):
    """The original is not what its name says."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """move, --from and --keep."""
    parser.add_argument("what", choices=("move",), help="bring all files to where GENJIN_FILES says")
    parser.add_argument("--from", dest="source", metavar="PLACE", help="“folder” or s3://bucket/prefix")
    parser.add_argument("--keep", action="store_true", help="leave the originals where they are")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Moves and says how many."""
    try:
        source, target = _places(options.source or ("folder" if settings.FILES else ""))
        moved, damaged = move(source, target, keep=options.keep)
    except store.Unreachable as error:
        raise CommandError(f"The S3 store cannot be used: {error}. What was moved stays moved.") from error
    except OSError as error:
        raise CommandError(f"The files could not be moved on: {error.strerror or error}.") from error
    sentences = [f"{moved} files were moved and read back without a fault."]
    if damaged:
        sentences.append(f"{damaged} files are damaged where they lie; they were left there.")
    return {"ok": not damaged, "moved": moved, "damaged": damaged, "sentences": sentences}


def _places(said: str) -> tuple[Place, Place]:
    """Source and target; CommandError where they cannot be told or are one."""
    here: Place = store.bucket(settings.FILES) if settings.FILES else store.folder()
    if said == "folder":
        there: Place = store.folder()
    elif said.startswith("s3://") and said != "s3://":
        there = store.bucket(said)
    else:
        raise CommandError("Say where the files lie: --from folder or --from s3://bucket/prefix.")
    if there.address == here.address:
        raise CommandError("The files lie there already; GENJIN_FILES says where they shall go.")
    return there, here


def move(source: Place, target: Place, *, keep: bool) -> tuple[int, int]:
    """Copy each content, read the copy back, then remove the original unless `keep`.

    Gives how many were moved and how many are damaged.
    """
    counts = {"moved": 0, "damaged": 0, "gone": 0}
    names = (sha256 for sha256, _put_at in source.contents())
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        while part := list(islice(names, SLICE)):
            for outcome in pool.map(lambda sha256: _move_one(source, target, sha256, keep=keep), part):
                counts[outcome] += 1
    return counts["moved"], counts["damaged"]


def _move_one(source: Place, target: Place, sha256: str, *, keep: bool) -> str:
    try:
        _copy(source, target, sha256)
    except FileNotFoundError:  # swept meanwhile
        return "gone"
    except _Damaged:
        return "damaged"
    with target.open(sha256) as copy:
        digest = hashlib.sha256()
        while chunk := copy.read(store.CHUNK):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise store.Unreachable("it gives back other bytes than were put")
    if not keep:
        source.remove(sha256)
    return "moved"


def _copy(source: Place, target: Place, sha256: str) -> None:
    near = store.folder()
    with source.open(sha256) as stream:
        received = near.receive(stream, limit=2**63)
    try:
        if received.sha256 != sha256:
            raise _Damaged
        if not target.has(sha256, received.size):
            target.keep(received)
    finally:
        near.discard(received)
