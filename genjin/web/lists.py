"""Lists that page by key: sorting, page tokens, counts that stop, filter chips.

A page is found by the sort value and id of the row beside it, never by counting rows, so that the
thousandth page costs as much as the first. NULLs come last in both directions on both databases.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import InvalidPage
from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

M = TypeVar("M", bound=Model)
COUNT_LIMIT = 1000
PAGE_SIZE = 50
TOKEN_LIMIT = 4000


class BadToken(InvalidPage):
    """A page token that nobody was given; views answer with the first page."""


@dataclass(frozen=True)
class Column:
    """A column of a list. `sort` is the ORM path it sorts by (one value per row), empty if it cannot be.

    `least`: no value is below it. Such a bound lets SQLite begin with the index of a joined table; IS NOT
    NULL does not. PostgreSQL needs no such bound, and expects too few rows if told so.
    """

    name: str
    label: object
    sort: str = ""
    descending_first: bool = False
    number: bool = False
    fixed: bool = False
    next_sort: str = ""
    least: Any = None

    @property
    def sortable(self) -> bool:
        """Whether its head is a link."""
        return bool(self.sort)


@dataclass(frozen=True)
class Sorting:
    """By which column and in which direction a list is sorted."""

    column: Column
    descending: bool = False

    @property
    def text(self) -> str:
        """As in the address: `name` or `-name`."""
        return f"-{self.column.name}" if self.descending else self.column.name


class Columns:
    """The columns a list may show and sort by; the first named `default` sorts it when nothing is asked."""

    def __init__(self, *columns: Column, default: str) -> None:
        self.all = columns
        self.by_name = {column.name: column for column in columns}
        self.default = self._parse(default)

    def _parse(self, text: str) -> Sorting:
        column = self.by_name[text.removeprefix("-")]
        if not column.sortable:
            raise KeyError(text)
        return Sorting(column, text.startswith("-"))

    def sorting(self, asked: str | None) -> Sorting:
        """What `?sort=` asks for; anything unknown is the default."""
        try:
            return self._parse(asked) if asked else self.default
        except KeyError:
            return self.default

    def shown(self, names: Iterable[str] | None, sorting: Sorting) -> list[Column]:
        """Columns to show: those chosen (the fixed ones always), each knowing where its head leads."""
        chosen = set(names) if names is not None else set(self.by_name)
        kept = [column for column in self.all if column.fixed or column.name in chosen]
        return [_with_next_sort(column, sorting) for column in kept]


def _with_next_sort(column: Column, sorting: Sorting) -> Column:
    """The same column, knowing what a click on its head asks for."""
    wanted = not sorting.descending if column.name == sorting.column.name else column.descending_first
    return replace(column, next_sort=f"-{column.name}" if wanted else column.name)


@dataclass(frozen=True)
class Count:
    """A number of rows that stops at a limit."""

    number: int
    capped: bool

    @property
    def text(self) -> str:
        """As shown: "37" or "1,000+"."""
        return f"{self.number:,}+" if self.capped else f"{self.number:,}"

    @property
    def sentence(self) -> str:
        """With its noun: "37 entries"."""
        return ngettext("%(n)s entry", "%(n)s entries", self.number) % {"n": self.text}


def count_upto(rows: QuerySet[Any], limit: int = COUNT_LIMIT) -> Count:
    """How many rows, without looking at more than `limit` + 1 of them."""
    found = rows.order_by()[: limit + 1].count()
    return Count(min(found, limit), found > limit)


@dataclass
class Page(Generic[M]):
    """One page of rows with the tokens of its neighbours ("" where there is none)."""

    rows: list[M]
    newer: str = ""
    older: str = ""
    count: Count | None = None
    sorting: Sorting | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """How many rows there are, if that was counted."""
        return self.count.text if self.count else ""


def page_of(rows: QuerySet[M], sorting: Sorting, token: str | None = "", *, size: int = PAGE_SIZE) -> Page[M]:
    """The page that the token names; a bad token gives the first page."""
    try:
        backwards, value, last_id = _read_token(rows, sorting, token) if token else (False, None, None)
    except BadToken:
        backwards, value, last_id = False, None, None
    window = _window(rows, sorting, value, last_id, backwards=backwards, size=size + 1)
    more = len(window) > size
    window = window[:size]
    if backwards:
        window.reverse()
    if backwards and not window:
        return page_of(rows, sorting, "", size=size)
    page = Page(rows=window, sorting=sorting)
    has_older = more if not backwards else True
    has_newer = more if backwards else last_id is not None
    if window and has_older:
        page.older = _token(sorting, window[-1], backwards=False)
    if window and has_newer:
        page.newer = _token(sorting, window[0], backwards=True)
    return page


def _window(
    rows: QuerySet[M], sorting: Sorting, value: Any, last_id: Any, *, backwards: bool, size: int
) -> list[M]:
    """The next rows beyond a place, read segment by segment: those with a value, those with NULL.

    One query over both would need an OR and a NULLS LAST that no plain index on (value, id) serves.
    """
    path, descending = sorting.column.sort, sorting.descending != backwards
    # the row's own sort value goes into its neighbours' tokens, so it is read along with the row
    keyed = rows.annotate(_key=F(path))
    beside = Q(pk__lt=last_id) if descending else Q(pk__gt=last_id)
    if not _nullable(rows, path):
        segments = [(keyed, False)]
    else:
        present = {f"{path}__isnull": False}
        if sorting.column.least is not None and connection.vendor == "sqlite":
            present[f"{path}__gte"] = sorting.column.least
        segments = [
            (keyed.filter(**present), False),
            (keyed.filter(**{f"{path}__isnull": True}), True),
        ]
        if backwards:
            segments.reverse()
    found: list[M] = []
    started = last_id is None
    for segment, is_null in segments:
        here = segment
        if not started:
            if is_null != (value is None):
                continue
            started = True
            here = segment.filter(beside)
            if not is_null:
                # the plain bound lets the index start there; the rest only settles equal values
                bound = Q(**{f"{path}__{'lte' if descending else 'gte'}": value})
                further = Q(**{f"{path}__{'lt' if descending else 'gt'}": value})
                here = segment.filter(bound).filter(further | beside)
        order = ["-pk" if descending else "pk"]
        if not is_null:
            order.insert(0, F(path).desc() if descending else F(path).asc())  # type: ignore[arg-type]
        found += here.order_by(*order)[: size - len(found)]
        if len(found) >= size:
            break
    return found


def _nullable(rows: QuerySet[Any], path: str) -> bool:
    """Whether the sort value may be NULL, along a path through optional relations too."""
    if path in rows.query.annotations:
        return True
    model = rows.model
    for part in path.split("__"):
        target: Any = model._meta.pk if part == "pk" else model._meta.get_field(part)
        if getattr(target, "null", True):
            return True
        model = target.related_model or model
    return False


def page_for(
    request: HttpRequest, rows: QuerySet[M], columns: Columns, *, size: int = PAGE_SIZE, count: bool = True
) -> Page[M]:
    """The page that the address asks for by `?sort=` and `?at=`."""
    sorting = columns.sorting(request.GET.get("sort"))
    page = page_of(rows, sorting, request.GET.get("at"), size=size)
    if count:
        page.count = count_upto(rows)
    return page


def _token(sorting: Sorting, row: Model, *, backwards: bool) -> str:
    """The place beside a row, for the address."""
    value = row._key  # type: ignore[attr-defined]
    if isinstance(value, (datetime, date, time)):
        value = value.isoformat()
    elif isinstance(value, (Decimal, UUID)):
        value = str(value)
    packed = json.dumps([sorting.text, "b" if backwards else "f", value, str(row.pk)], ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read_token(rows: QuerySet[Any], sorting: Sorting, token: str) -> tuple[bool, Any, Any]:
    """Direction, value and id out of a token; the values pass through the model's own fields."""
    try:
        if len(token) > TOKEN_LIMIT:
            raise ValueError(token)
        packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        sort, direction, value, last_id = json.loads(packed)
        if sort != sorting.text or direction not in ("f", "b") or not isinstance(last_id, str):
            raise ValueError(sort)
        last_id = rows.model._meta.pk.to_python(last_id)
        if isinstance(value, (list, dict)):
            raise ValueError(value)
        return direction == "b", _typed(rows, sorting.column.sort, value), last_id
    except (ValueError, TypeError, InvalidOperation, ValidationError, RecursionError) as error:
        raise BadToken(_("That page does not exist.")) from error


def _typed(rows: QuerySet[Any], path: str, value: Any) -> Any:
    """A token's value as the sort column's type, whether a field, a related one or an annotation."""
    if value is None:
        return None
    annotation = rows.query.annotations.get(path)
    if annotation is not None:
        return annotation.output_field.to_python(value)
    model = rows.model
    target: Any = None
    for part in path.split("__"):
        try:
            target = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist as error:
            raise ValueError(path) from error
        model = target.related_model or model
    return target.to_python(value)


@dataclass(frozen=True)
class Chip:
    """One filter in force: its name, its value as read, the address without it."""

    label: object
    value: object
    without: str


def in_force(form: Any) -> list[tuple[str, Any, str]]:
    """The filters in force of a valid filter form: name, label, value as read."""
    found = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", False) or (isinstance(value, (list, tuple, QuerySet)) and not value):
            continue
        found.append((name, form.fields[name].label or name, _shown(form.fields[name], value)))
    return found


def chips(request: HttpRequest, form: Any) -> list[Chip]:
    """The filters in force of a valid filter form, each with the way to drop it."""
    found = []
    for name, label, value in in_force(form):
        query = request.GET.copy()
        for key in [key for key in query if key in (name, "at") or key.startswith(f"{name}_")]:
            del query[key]
        address = f"{request.path}?{query.urlencode()}" if query else request.path
        found.append(Chip(label, value, address))
    return found


def _shown(form_field: Any, value: Any) -> str:
    """A cleaned value as people read it."""
    if isinstance(value, QuerySet) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return _(", ").join(_shown(form_field, item) for item in value)
    choices = dict(getattr(form_field, "choices", None) or ()) if not isinstance(value, Model) else {}
    for key, label in choices.items():
        if isinstance(label, (list, tuple)):
            inner = {str(k): v for k, v in label}
            if str(value) in inner:
                return str(inner[str(value)])
        elif str(key) == str(value):
            return str(label)
    return _("yes") if value is True else str(value)
