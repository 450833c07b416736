"""Raw messages taken apart slice by slice: here, or of long mailboxes by a second process beside this one.

The other process has no database. It is sent raw messages, puts their bytes into the store of files and
answers with what is in them. If it cannot start, ends or is too slow, messages are taken apart here, with the
same function and the same outcome.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from genjin.instance import beside
from genjin.mail import raw
from genjin.mail.arrivals import Arrival
from genjin.mail.store.parsing import Parsed, parse

PATIENCE = 60.0
"""Seconds until a slice must be answered."""
_START = "from genjin.mail.store import apart; apart.serve()"
"""Without the tables of the models, which would take a second and fifty megabytes."""
_READY = "ready"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Slice:
    """Messages that were taken apart, and those (by their place among the arrivals) of which it failed."""

    parsed: list[Parsed]
    failed: Mapping[int, Exception]


def take_apart(items: Sequence[Arrival], own: frozenset[str], at: datetime) -> Slice:
    """Compress and parse messages; nothing is written. One that fails does so alone."""
    parsed: list[Parsed] = []
    failed: dict[int, Exception] = {}
    # Compressing leaves the interpreter to others: a second processor does it meanwhile.
    with ThreadPoolExecutor(max_workers=1) as compressing:
        packed = compressing.map(raw.pack, [item.raw for item in items])
        for place, (item, one) in enumerate(zip(items, packed, strict=True)):
            try:
                parsed.append(parse(item, one, own, at))
            except (ValueError, TypeError, ArithmeticError, LookupError) as error:
                failed[place] = error
    return Slice(parsed, failed)


class Reader:
    """Takes slices apart, one after the other; with `begin` in the other process as soon as that is ready."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False

    def begin(self) -> None:
        """Start the other process, where there is a processor for it; nobody waits for its start."""
        if self._process is None and beside.has_two_processors():
            try:
                self._process = beside.start(_START)
                assert self._process.stdin is not None
                beside.send(self._process.stdin, str(settings.DATA))
            except OSError as error:
                self._give_up(error)

    def take_apart(self, items: Sequence[Arrival], own: frozenset[str], at: datetime) -> Slice:
        """As the function of this name; the bytes of what the other process took apart are stored already."""
        if self._is_there():
            try:
                return self._asked(items, own, at)
            except (beside.Ended, OSError, pickle.PickleError) as error:
                self._give_up(error)
        return take_apart(items, own, at)

    def _is_there(self) -> bool:
        if self._process is None or self._is_ready:
            return self._is_ready
        assert self._process.stdout is not None
        if beside.has_answered(self._process.stdout):
            try:
                self._is_ready = beside.received(self._process.stdout, PATIENCE) == _READY
            except beside.Ended as error:
                self._give_up(error)
        return self._is_ready

    def _asked(self, items: Sequence[Arrival], own: frozenset[str], at: datetime) -> Slice:
        assert self._process is not None and self._process.stdin and self._process.stdout
        beside.send(self._process.stdin, (list(items), own, at))
        found: Slice = beside.received(self._process.stdout, PATIENCE)
        arrivals = {(item.uid_validity, item.uid): item for item in items}
        for one in found.parsed:
            one.arrival = arrivals[one.arrival.uid_validity, one.arrival.uid]
        return found

    def _give_up(self, error: Exception) -> None:
        logger.warning("Taking mail apart beside ended: %s", error)
        self.end()

    def end(self) -> None:
        """Have the other process gone."""
        if self._process is not None:
            beside.end(self._process)
        self._process, self._is_ready = None, False


# --- in the other process


def serve() -> None:
    """Answer slices from standard input until it ends."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(beside.Ended, BrokenPipeError):
        settings.DATA = _next(source)
        beside.send(target, _READY)
        while True:
            items, own, at = _next(source)
            beside.send(target, _answer(items, own, at))


def _next(source: Any) -> Any:
    return beside.received(source, None)


def _answer(items: Sequence[Arrival], own: frozenset[str], at: datetime) -> Slice:
    found = take_apart(items, own, at)
    # Of a message that is known with other traces of transport these bytes are too many: they are swept.
    raw.keep_bytes({one.packed.sha256: one.packed for one in found.parsed})
    for one in found.parsed:
        one.packed = replace(one.packed, content=None)
        one.arrival = replace(one.arrival, raw=b"")
    return found
