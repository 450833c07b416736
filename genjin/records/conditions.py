"""Conditions that ask the database in a certain way."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Exists


class OneByOne(Exists):
    """Asked of each row as it comes, for lists of which few rows are read.

    Without the offset PostgreSQL may list everything that passes first, which takes a second of a million.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def among_pairs(first: str, second: str, pairs: Collection[tuple[int, int]]) -> tuple[str, list[Any]]:
    """For a statement written by hand: that two numbers of a row are one of these pairs, and its parameters.

    Of a table that was just emptied PostgreSQL expects one row, and would look through all rows for each of
    `IN (VALUES …)`. What is in an array it looks up, whatever it expects.
    """
    if connection.vendor == "postgresql":
        known = [[a for a, _ in pairs], [f"{a}:{b}" for a, b in pairs]]
        return f"({first} = ANY(%s) AND {first} || ':' || {second} = ANY(%s))", known
    return f"({first}, {second}) IN (VALUES {', '.join(f'({a:d}, {b:d})' for a, b in pairs)})", []
