"""The register of what hangs on a customer, or a contact: how it moves when two become one, and back.

Folders register theirs in `AppConfig.ready`; nothing here imports them. A table that names a customer and has
no mover fails `tests/house/test_movers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CUSTOMER, CONTACT = "customers.customer", "customers.contact"
"""The kinds of records that are merged."""
Memory = dict[str, Any]
"""What a mover must know to move back, as JSON: kept with the merge for as long as that is kept."""
GONE, ELSEWHERE = "gone", "elsewhere"
"""Why something did not go back: it is not there any more; it belongs to another record by now."""


@dataclass(frozen=True)
class Merging:
    """One merge as movers see it: `gone_id` is taken into `kept_id`, whose owner is `owner_id` from then on.

    `former_ids` are owners of one of them who are it no longer; `choices` says what was chosen of each field:
    "kept", "other" or "both".
    """

    kept_id: int
    gone_id: int
    owner_id: int | None
    at: datetime
    by: Any = None
    former_ids: tuple[int, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mover:
    """One table whose rows hang on a record of the kind `of` by `columns`.

    `label` is what people call the rows; without one they are not counted on the screen. `move` takes them to
    the kept record and gives what `move_back` needs, which takes them back and gives how many stayed, by
    reason (`GONE`, `ELSEWHERE`). Both run inside the merge's transaction, with both customers locked; rows
    that the kept record has already are left with the other one, which nobody sees: nothing is ever deleted.
    """

    name: str
    columns: tuple[str, ...]
    count: Callable[[int], int]
    move: Callable[[Merging], Memory]
    move_back: Callable[[Merging, Memory], Mapping[str, int]]
    label: Any = ""
    order: int = 100
    of: str = CUSTOMER


_movers: dict[tuple[str, str, tuple[str, ...]], Mover] = {}


def register(mover: Mover) -> None:
    """Add a mover; registering the same table and columns again replaces it."""
    _movers[mover.of, mover.name, mover.columns] = mover


def forget(mover: Mover) -> None:
    """Take a mover off the register."""
    _movers.pop((mover.of, mover.name, mover.columns), None)


def movers(of: str = CUSTOMER) -> list[Mover]:
    """The movers of one kind of record in the order in which they move; they go back in the opposite one."""
    found = (mover for mover in _movers.values() if mover.of == of)
    return sorted(found, key=lambda mover: (mover.order, mover.name, mover.columns))


def key_of(mover: Mover) -> str:
    """Under which name a merge remembers what this mover moved."""
    return f"{mover.name}:{','.join(mover.columns)}"
