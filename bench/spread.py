"""Pure computing over all processors: batches of rows in, lists of rows out, in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from typing import Any

BATCH = 2_000
AHEAD = 4
"""Batches that wait for each process."""


def spread(
    work: Callable[..., list[Any]], rows: Iterable[Any], *given: Any, in_processes: bool
) -> Iterator[Any]:
    """What `work(batch, *given)` gives for all batches of the rows, one after the other.

    `work` is a function of a module; it asks no database.
    """
    batches = _batches(rows)
    if not in_processes:
        for batch in batches:
            yield from work(batch, *given)
        return
    count = os.cpu_count() or 1
    # Not forked: a copy of this process would share its connection.
    with get_context("spawn").Pool(count, initializer=_begin) as pool:
        waiting: deque[AsyncResult[list[Any]]] = deque()
        for batch in batches:
            waiting.append(pool.apply_async(work, (batch, *given)))
            if len(waiting) > AHEAD * count:
                yield from waiting.popleft().get()
        for last in waiting:
            yield from last.get()


def _begin() -> None:
    import django

    django.setup()


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    found = iter(rows)
    while batch := list(islice(found, BATCH)):
        yield batch
