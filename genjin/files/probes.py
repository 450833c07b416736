"""What the operator's commands are told of a store that lies outside of the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.core.management import CommandError

from genjin.files import store
from genjin.instance import backup, doctor
from genjin.instance.conditions import BAD, OK, WARN, Finding


def register_all() -> None:
    """Called once by this folder's AppConfig."""
    doctor.register(reachable)
    backup.register_elsewhere(elsewhere)


def reachable(at: datetime) -> Iterator[Finding]:
    """Whether the bucket takes, gives and deletes; nothing where files lie in the data folder."""
    if not settings.FILES:
        return
    try:
        store.bucket(settings.FILES).look()
    except (store.Unreachable, FileNotFoundError) as error:
        yield Finding("files", BAD, f"The store of files {settings.FILES} cannot be used: {error}.")
        return
    yield Finding("files", OK, f"The store of files {settings.FILES} takes, gives and deletes.")
    if any(islice(store.folder().contents(), 1)):
        yield Finding("files", WARN, "Some files still lie in the data folder; run “genjin files move”.")


class _Elsewhere:
    def __init__(self, keeper: store.BucketStore) -> None:
        self.keeper, self.place = keeper, keeper.place

    def names(self) -> set[str]:
        try:
            return {sha256 for sha256, _put_at in self.keeper.contents()}
        except store.Unreachable as error:
            raise _refusal(error) from error

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.keeper.open(sha256)
        except store.Unreachable as error:
            raise _refusal(error) from error


def elsewhere() -> backup.Elsewhere | None:
    """The bucket of this instance, for the backup."""
    try:
        return _Elsewhere(store.bucket(settings.FILES)) if settings.FILES else None
    except store.Unreachable as error:
        raise _refusal(error) from error


def _refusal(error: store.Unreachable) -> CommandError:
    return CommandError(f"The store of files {settings.FILES} cannot be used: {error}.")
