"""The tree of categories, read once and walked in memory: there are hundreds, not millions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from genjin.sales.models import ProductCategory

INDENT = "\u3000"


def all_categories() -> list[ProductCategory]:
    """Every category, as they stand; one query."""
    return list(ProductCategory.objects.all())


def in_order(categories: Iterable[ProductCategory]) -> Iterator[tuple[ProductCategory, int]]:
    """Categories with their depth, each below the one it lies within."""
    below: dict[int | None, list[ProductCategory]] = defaultdict(list)
    rows = list(categories)
    known = {category.pk for category in rows}
    for category in rows:
        below[category.parent_id if category.parent_id in known else None].append(category)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[ProductCategory, int]]:
        for category in below[parent]:
            yield category, depth
            yield from walk(category.pk, depth + 1)

    return walk(None, 0)


def category_choices(categories: Sequence[ProductCategory]) -> list[tuple[str, str]]:
    """Choices of a select, inner ones set in."""
    return [(str(one.pk), f"{INDENT * depth}{one}") for one, depth in in_order(categories)]


def within(categories: Sequence[ProductCategory], pk: int) -> set[int]:
    """A category and all that lie in it."""
    found = {pk}
    for category, _depth in in_order(categories):
        if category.parent_id in found:
            found.add(category.pk)
    return found


def path_of(categories: Sequence[ProductCategory], pk: int | None) -> list[ProductCategory]:
    """A category after those around it."""
    by_pk = {category.pk: category for category in categories}
    found: list[ProductCategory] = []
    while pk is not None and pk in by_pk and by_pk[pk] not in found:
        found.insert(0, by_pk[pk])
        pk = by_pk[pk].parent_id
    return found
