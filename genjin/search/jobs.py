"""Background work on the index."""

from __future__ import annotations

from genjin.jobs import declare
from genjin.records import registry
from genjin.search import actions


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
