"""Background work on the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from genjin.jobs import declare
from genjin.records import registry
from genjin.search import actions

SLICE = 200
"""Records of one job: few, as their documents are one write transaction (SQLite has one writer at a time)."""


@declare.job(priority=-1)
def index(kind: str, ids: list[int]) -> None:
    """Brings the documents of these records up to date."""
    actions.index_records(kind, ids)


@contextmanager
def indexed_later() -> Iterator[None]:
    """What is written inside is found some seconds later: jobs see to it, enqueued in this transaction."""
    with actions.gathering() as waiting:
        yield
    for kind, ids in waiting.items():
        wanted = sorted(ids)
        for start in range(0, len(wanted), SLICE):
            index.enqueue(kind, wanted[start : start + SLICE])


@declare.job()
def rebuild_slice(kind: str, after: int = 0) -> None:
    """Indexes 500 records and goes on with the next ones as a job of its own."""
    last = actions.rebuild_slice(kind, after)
    if last is not None:
        rebuild_slice.enqueue(kind, last)


def rebuild_older() -> bool:
    """Has the index built anew if another version of Genjin made it; gives whether it is."""
    return actions.take_format(rebuild.enqueue)


@declare.job()
def rebuild() -> None:
    """Starts to index every searched kind anew."""
    for kind in registry.kinds():
        if kind.search_text is not None:
            rebuild_slice.enqueue(kind.name)
