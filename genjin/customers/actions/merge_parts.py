"""What merging customers and merging contacts share: moving, and going back as far as nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from genjin.customers import merge_fields
from genjin.customers.models.merge import AnyMerge
from genjin.journal.actions import plain
from genjin.records.merging import Memory, Merging, Mover, key_of


def move_all(merging: Merging, movers: Iterable[Mover]) -> dict[str, Memory]:
    """Take along whatever hangs on the record that goes; what each mover needs to move back."""
    return {key_of(mover): mover.move(merging) for mover in movers}


def counts(moved: Mapping[str, Any]) -> dict[str, int]:
    """How many rows moved, by mover."""
    return {name: len(memory["ids"]) for name, memory in moved.items() if memory.get("ids")}


def returning(
    merge: AnyMerge,
    kept: Model,
    groups: Iterable[tuple[str, Sequence[str]]],
    may_return: Callable[[str, Mapping[str, Any]], bool] = lambda name, moved: True,
) -> tuple[dict[str, Any], list[str]]:
    """The columns that return to what they were, and the names of fields that were changed since.

    `groups` name fields with the columns that change and return together.
    """
    found: dict[str, Any] = {}
    left = []
    for name, columns in groups:
        moved = {column: merge.changes[column] for column in columns if column in merge.changes}
        if not moved:
            continue
        since = any(plain(getattr(kept, column)) != after for column, (_before, after) in moved.items())
        if since or not may_return(name, moved):
            left.append(name)
        else:
            found |= {
                column: merge_fields.stored(column, before, type(kept))
                for column, (before, _after) in moved.items()
            }
    return found, left


def pass_on(merge: Any, returning: Mapping[str, Any]) -> None:
    """Have later merges into the same record return to what was there before this one."""
    later = type(merge).objects.standing().filter(kept=merge.kept_id, pk__gt=merge.pk).order_by("pk")
    for other in later.select_for_update():
        for column, (before, after) in merge.changes.items():
            pair = other.changes.get(column)
            if pair and pair[0] == after and column not in returning:
                pair[0] = before
        other.save(update_fields=["changes"])


def move_back(merge: AnyMerge, merging: Merging, movers: Sequence[Mover]) -> dict[str, Any]:
    """Take back what moved; what stayed, by mover."""
    stayed = {}
    for mover in reversed(movers):
        memory = merge.moved.get(key_of(mover))
        left = mover.move_back(merging, memory) if memory else {}
        if left:
            stayed[key_of(mover)] = dict(left)
    return stayed
