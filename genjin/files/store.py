"""Where the bytes of files lie: by SHA-256, each content once, in a folder or in an S3-compatible store.

The rest of the product knows `Store` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from genjin.files.bucket import BucketStore, Unreachable
from genjin.files.folder import CHUNK, FolderStore, Received, TooLarge

__all__ = ("CHUNK", "BucketStore", "FolderStore", "Received", "Store", "TooLarge", "Unreachable", "current")


class Store(Protocol):
    """What a store of files can do. Contents never change; their name is their SHA-256 (hex).

    `open` raises FileNotFoundError for what is gone; all raise `Unreachable` if nobody can tell.
    """

    def receive(self, stream: BinaryIO, *, limit: int) -> Received: ...
    def keep(self, received: Received) -> None: ...
    def discard(self, received: Received) -> None: ...
    def open(self, sha256: str) -> BinaryIO: ...
    def remove(self, sha256: str) -> None: ...
    def has(self, sha256: str, size: int) -> bool: ...
    def contents(self) -> Iterator[tuple[str, float]]: ...
    def forget_unfinished(self, before: float) -> int: ...
    def keep_all(self, contents: Mapping[str, bytes]) -> set[str]: ...


def current() -> Store:
    """The store of this instance."""
    return (
        _bucket(settings.FILES, tuple(settings.S3.items()), folder(), alone=False)
        if settings.FILES
        else folder()
    )


def folder() -> FolderStore:
    """The folder of this instance: its store, or where files lie on their way to the bucket."""
    return FolderStore(Path(settings.DATA) / "files")


def bucket(place: str) -> BucketStore:
    """The bucket of a place like s3://bucket/prefix, without what still lies in the folder."""
    return _bucket(place, tuple(settings.S3.items()), folder(), alone=True)


@lru_cache(maxsize=4)
def _bucket(
    place: str, access: tuple[tuple[str, str], ...], near: FolderStore, *, alone: bool
) -> BucketStore:
    return BucketStore(place, dict(access), near, alone=alone)
