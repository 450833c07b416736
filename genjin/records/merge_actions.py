"""The usual way of moving rows from one record to another, for tables that need no rules of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import Model

from genjin.records.merging import CUSTOMER, ELSEWHERE, GONE, Memory, Merging, Mover

BATCH = 500


def rows(
    model: type[Model],
    column: str = "customer",
    *,
    alike: Sequence[str] = (),
    label: Any = "",
    order: int = 100,
    of: str = CUSTOMER,
) -> Mover:
    """A mover of the rows that name a record in `column`.

    `alike` names what no two rows of one record share: those that the kept record has already stay.
    """
    return Mover(
        name=model._meta.label_lower,
        columns=(column,),
        count=partial(count_rows, model, column),
        move=partial(move_rows, model, column, alike),
        move_back=partial(move_rows_back, model, column, alike),
        label=label,
        order=order,
        of=of,
    )


def count_rows(model: type[Model], column: str, pk: int) -> int:
    """How many rows name the record."""
    return model._base_manager.filter(**{column: pk}).count()


def move_rows(model: type[Model], column: str, alike: Sequence[str], merging: Merging) -> Memory:
    """Take the rows to the kept record; what `move_rows_back` needs."""
    return {"ids": pass_rows(model, column, alike, merging.gone_id, merging.kept_id)}


def move_rows_back(
    model: type[Model], column: str, alike: Sequence[str], merging: Merging, memory: Memory
) -> Mapping[str, int]:
    """Take those rows back that are still with the kept record; how many are not, by reason."""
    left: Counter[str] = Counter()
    known = _known(model, column, alike, merging.gone_id)
    for part in _parts(memory["ids"]):
        found = {pk: (owner, tuple(key)) for pk, owner, *key in _rows(model, part, column, alike)}
        left[GONE] += len(part) - len(found)
        coming = [pk for pk, (owner, key) in found.items() if owner == merging.kept_id and key not in known]
        left[ELSEWHERE] += sum(owner != merging.kept_id for owner, _key in found.values())
        model._base_manager.filter(pk__in=coming).update(**{column: merging.gone_id})
    return {why: number for why, number in left.items() if number}


def pass_rows(model: type[Model], column: str, alike: Sequence[str], from_id: int, to_id: int) -> list[int]:
    """Give the rows of one record to another, without those that the other has already; the ids of them."""
    known = _known(model, column, alike, to_id)
    theirs = model._base_manager.filter(**{column: from_id})
    if model._meta.get_field(column).related_model is model:
        theirs = theirs.exclude(pk=to_id)  # nothing comes to name itself
    ids = [pk for pk, *key in theirs.order_by("pk").values_list("pk", *alike) if tuple(key) not in known]
    for part in _parts(ids):
        model._base_manager.filter(pk__in=part).update(**{column: to_id})
    return ids


def _known(model: type[Model], column: str, alike: Sequence[str], pk: int) -> set[tuple[Any, ...]]:
    if not alike:
        return set()
    return set(model._base_manager.filter(**{column: pk}).values_list(*alike))


def _rows(model: type[Model], ids: list[int], column: str, alike: Sequence[str]) -> Any:
    return model._base_manager.filter(pk__in=ids).values_list("pk", column, *alike)


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])
