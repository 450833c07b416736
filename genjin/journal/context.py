"""Through which door the current work came; set by the request, the worker or the command that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """`via` is one of `Entry.Via`; `request_id` ties the entries of one request or job together."""

    via: str
    request_id: str = ""


_COMMAND = Door("COMMAND")
_door: ContextVar[Door] = ContextVar("door", default=_COMMAND)


def door() -> Door:
    """The door of the work being done now."""
    return _door.get()


@contextmanager
def through(via: str, request_id: str = "") -> Iterator[None]:
    """Everything journalled inside says that it came this way."""
    token = _door.set(Door(via, request_id[:36]))  # as long as the column
    try:
        yield
    finally:
        _door.reset(token)
