"""What follows by itself from orders and is computed, never told: at once, or once for many changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Follower(Enum):
    """What can wait until the last of many changes."""

    PLANS = "of orders: the parts of their price"
    RHYTHMS = "of customers: when they order next"


Waiting = dict[Follower, set[int]]
_waiting: ContextVar[Waiting | None] = ContextVar("following_waits", default=None)


def waits(follower: Follower, ids: Collection[int]) -> bool:
    """Whether many changes are under way, so that these follow at their end."""
    found = _waiting.get()
    if found is None:
        return False
    found[follower].update(ids)
    return True


@contextmanager
def put_off() -> Iterator[Waiting]:
    """Within, followers wait; gives whom they are to follow afterwards."""
    found: Waiting = {follower: set() for follower in Follower}
    token = _waiting.set(found)
    try:
        yield found
    finally:
        _waiting.reset(token)
