"""The register of what goes along when a customer changes hands; folders above register theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from genjin.people.models import User

Goes = Callable[[Sequence[int], int, int, User | None, datetime], object]
"""Gives what a former owner (second) has of these customers to the next one (third), in the transaction."""
_known: dict[str, Goes] = {}


def register(name: str, goes: Goes) -> None:
    """Add one; registering the same name again replaces it."""
    _known[name] = goes


def give(customer_ids: Sequence[int], from_id: int, to_id: int, *, by: User | None, at: datetime) -> None:
    """Have everything go along."""
    for goes in _known.values():
        goes(customer_ids, from_id, to_id, by, at)
