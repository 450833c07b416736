"""Who wants to know that somebody looks at the tracking list; folders above register in `AppConfig.ready`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from genjin.people.models import User


class Listener(Protocol):
    """Called on every look, with who looked and when."""

    def __call__(self, *, user: User, at: datetime) -> Any: ...


_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have this called."""
    if listener not in _listeners:
        _listeners.append(listener)


def opened(*, user: User, at: datetime) -> None:
    """Say that the person looks at the list (000-14)."""
    for listener in _listeners:
        listener(user=user, at=at)
