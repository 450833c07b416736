"""What can be exported: a table of kinds, each with its sheets, columns and rows.

`export_customers` and `export_folders` hold those of customers; later kinds come as modules like them. A kind
may have several sheets (orders: one a year, 002-52).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import QueryDict

from genjin.people.models import User

Cell = str | int | Decimal | date | datetime | bool | None
"""Moments (aware) are written in the reader's zone, Booleans in words, everything else as its own type."""

SHOWN = "SHOWN"
ALL = "ALL"


@dataclass(frozen=True)
class Reader:
    """For whom something is exported and when; without a person it is the operator, who sees everything."""

    user: User | None
    at: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Asked:
    """What of a kind is wanted: the query of the customer list, and the columns shown there or all."""

    query: QueryDict = field(default_factory=lambda: QueryDict(""))
    columns: str = SHOWN


@dataclass(frozen=True)
class Column:
    """One column of a sheet; `width` is in characters."""

    name: str
    label: Any
    value: Callable[[Any, Reader], Cell]
    width: int = 16


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its columns and its rows, read while they are written."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Any]


@dataclass(frozen=True)
class Exportable:
    """One kind of export. `rows` are what it would hold, to be counted; `sheets` are made when it is written.

    `as_folders`: instead of sheets it is written as an archive with a folder a customer (002-18, 002-19).
    `is_of_customers`: the filters of the customer list narrow it.
    """

    name: str
    label: Any
    icon: str
    rows: Callable[[Reader, Asked], QuerySet[Any]]
    sheets: Callable[[Reader, Asked], Iterable[Sheet]]
    as_folders: bool = False
    is_of_customers: bool = True


_kinds: dict[str, Exportable] = {}


def register(kind: Exportable) -> None:
    """Add a kind; registering the same name again replaces it."""
    _kinds[kind.name] = kind


def find(name: str) -> Exportable | None:
    """The kind of that name, None when there is none."""
    return _kinds.get(name)


def kinds() -> tuple[Exportable, ...]:
    """All kinds in the order of registration."""
    return tuple(_kinds.values())
