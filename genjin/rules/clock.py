"""The one moment at which a decision is taken, and what it depends on by the clock alone."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """Answers only whether a moment has been reached, and remembers the nearest one that has not.

    Rules get no other view of time, so until `next_change` each of them would be given the same answers
    and hence decide the same: that is what makes `wake_at` right without any rule computing it.
    """

    __slots__ = ("_next", "_now")

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("the clock needs an aware moment")
        self._now = now.astimezone(UTC)
        self._next: datetime | None = None

    def has_reached(self, moment: datetime) -> bool:
        """Whether it is that moment or later."""
        if self._now >= moment:
            return True
        if self._next is None or moment < self._next:
            self._next = moment
        return False

    @property
    def next_change(self) -> datetime | None:
        """The nearest moment asked for that lies ahead, `None` if there is none."""
        return self._next
