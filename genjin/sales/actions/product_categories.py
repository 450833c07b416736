"""The tree of product categories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, keep, locked, take_changes, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.sales.models import Product, ProductCategory

DEEPEST = 5
"""Levels of the tree; more would be a form of its own."""


@transaction.atomic
def add_category(
    *, name_zh: str, name_en: str, parent_id: int | None, by: User | None, at: datetime
) -> ProductCategory:
    """Make a category, or find the one that has this name in the same place."""
    siblings = ProductCategory.objects.filter(parent=parent_id)
    name_zh, name_en = " ".join(name_zh.split()), " ".join(name_en.split())
    category = ProductCategory(
        name_zh=name_zh, name_en=name_en, parent_id=parent_id, position=siblings.count() + 1
    )
    _check(category)
    for found in siblings.order_by("pk"):
        if (name_zh and found.name_zh == name_zh) or (name_en and _same(found.name_en, name_en)):
            return found
    category.save(force_insert=True)
    tell([changed(category, "create", {"name_zh": ("", name_zh), "name_en": ("", name_en)})], by=by, at=at)
    return category


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


@transaction.atomic
def add_paths(
    *, paths: Collection[Sequence[str]], by: User | None, at: datetime
) -> dict[tuple[str, ...], int]:
    """The categories of paths such as ("Lamps", "Table lamps"), made where they are missing, by path.

    A name in Chinese letters is the Chinese one. For imports: one question for each level that is new.
    """
    found: dict[tuple[str, ...], int] = {}
    for path in sorted({tuple(part.strip() for part in path if part.strip()) for path in paths}):
        parent: int | None = None
        for depth in range(1, len(path) + 1):
            here = path[:depth]
            if here not in found:
                name = here[-1]
                is_zh = any("\u4e00" <= sign <= "\u9fff" for sign in name)
                zh, en = (name, "") if is_zh else ("", name)
                made = add_category(name_zh=zh, name_en=en, parent_id=parent, by=by, at=at)
                found[here] = made.pk
            parent = found[here]
    return found


def _check(category: ProductCategory) -> None:
    if not (category.name_zh or category.name_en):
        raise Refused({"name_en": _("Say the name in one of the two languages.")})
    check_fields(category)
    above = _above(category.parent_id)
    if category.pk is not None and category.pk in above:
        raise Refused({"parent": _("A category cannot lie within itself.")})
    if len(above) >= DEEPEST:
        raise Refused({"parent": _("At most %(n)d levels.") % {"n": DEEPEST}})


def _above(parent_id: int | None) -> list[int]:
    """The categories around, from the inside out; one query."""
    parents = dict(ProductCategory.objects.values_list("pk", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        raise Refused({"parent": _("This is not there any more.")})
    found: list[int] = []
    while parent_id is not None and parent_id not in found:
        found.append(parent_id)
        parent_id = parents.get(parent_id)
    return found


@transaction.atomic
def change_category(
    *,
    category_id: int,
    changes: dict[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> ProductCategory:
    """Rename a category, put it elsewhere, take it out of use; raises `Refused`, `Conflict`."""
    category = locked(ProductCategory.objects.all(), category_id)
    difference = take_changes(category, changes, expected=expected_version)
    if difference:
        _check(category)
        keep(category, difference, by=by, at=at)
    return category


@transaction.atomic
def remove_category(*, category_id: int, by: User | None, at: datetime) -> None:
    """Take away a category in which nothing lies; `Refused` while something does."""
    category = locked(ProductCategory.objects.all(), category_id)
    if category.children.exists():
        raise Refused(_("There are categories within it. Move them first."))
    if Product.objects.filter(category=category).exists():
        raise Refused(_("There are products in it. Move them first, or take the category out of use."))
    gone = {name: (getattr(category, name), "") for name in ("name_en", "name_zh")}
    tell([changed(category, "delete", gone)], by=by, at=at)
    category.delete()
