"""Questions that every page asks: their statement is made once a process, then only asked.

Django makes the statement of a queryset anew for every use, which takes several times as long as asking a
small question and reading its answer: half of a page's processor time went into it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Count, Expression, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

R = TypeVar("R")


class Given(Expression):
    """A value of a prepared question that is known only when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


def _told(value: Any) -> Any:
    """A value as the driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, Collection) and not isinstance(value, str):
        return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))
    return value


def join(rows: Iterable[Model], relation: str, known: Mapping[Any, Model]) -> None:
    """Put what was read apart where `select_related` would; anything else is read when it is needed."""
    for row in rows:
        key = row.__dict__[f"{relation}_id"]
        if key in known:
            row._state.fields_cache[relation] = known[key]


def prefetched(rows: Iterable[Model], relation: str) -> dict[Any, list[Any]]:
    """Empty lists by id, one for each record, standing where `prefetch_related` would put what it found."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found[row.pk] = row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = []
    return found


def counting(rows: QuerySet[Any, Any], same: str) -> QuerySet[Any, Any]:
    """How many rows, as one that can be prepared; `same` is a field in which they agree. None for no rows."""
    counted: QuerySet[Any, Any] = rows.order_by().values(same).annotate(n=Count("pk")).values_list("n")
    return counted


@dataclass(frozen=True)
class _Statement:
    """What Django made of a queryset: the statement, and how what it gives is converted."""

    sql: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Any], Any]]
    made: Callable[[list[Any]], Any]

    def ask(self, values: Mapping[str, Any]) -> list[Any]:
        """The rows for these values."""
        params = [_told(values[p.name]) if isinstance(p, Given) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [self.made(self._converted(row)) for row in found]

    def _converted(self, values: Sequence[Any]) -> list[Any]:
        row = list(values)
        for place, convert, expression in self.converters:
            for one in convert:
                row[place] = one(row[place], expression, connection)
        return row


@dataclass(frozen=True)
class _Record:
    """How a row becomes a record."""

    model: type[Model]
    alias: str
    names: Sequence[str]
    first: int
    populators: Sequence[Any]
    annotations: Mapping[str, int]

    def __call__(self, row: list[Any]) -> Model:
        # As `Model.from_db`, whose loop over the fields takes three times as long.
        made = self.model.__new__(self.model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, self.alias
        made.__dict__.update(zip(self.names, row[self.first :], strict=False))
        for populator in self.populators:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


class Prepared(Generic[R]):
    """A queryset of records, or of `values_list`, whose statement is made at its first use.

    `build` gives the queryset for a shape: whatever changes the statement itself. Where a value belongs that
    changes from one use to the next, it puts `Given("name")`, or compares with `name__among=Given("names")`.

        STEPS = Prepared(lambda: NextStep.objects.filter(customer=Given("customer")))
        STEPS(customer=42)
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]]) -> None:
        self._build = build
        self._made: dict[tuple[object, ...], _Statement] = {}

    def __call__(self, *shape: object, **values: Any) -> list[R]:
        """The rows for these values; one query."""
        statement = self._made.get(shape)
        if statement is None:
            statement = self._made[shape] = _statement(self._build(*shape))
        return statement.ask(values)

    def first(self, *shape: object, **values: Any) -> R | None:
        """The first of them, if there is any."""
        return next(iter(self(*shape, **values)), None)


def _statement(rows: QuerySet[Any, Any]) -> _Statement:
    """As Django reads rows, without asking."""
    kind = rows._iterable_class
    if kind not in (ModelIterable, ValuesListIterable) or rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise TypeError("only records without what else is fetched, and lists of values, can be prepared")
    compiler = rows.query.get_compiler(using=rows.db)
    sql, params = compiler.as_sql()
    expressions = [column[0] for column in compiler.select]
    converters = [
        (place, convert, expression)
        for place, (convert, expression) in compiler.get_converters(expressions).items()
    ]
    made = _record(rows, compiler) if kind is ModelIterable else tuple
    return _Statement(sql, params, converters, made)


def _record(rows: QuerySet[Any, Any], compiler: Any) -> _Record:
    fields = compiler.klass_info["select_fields"]
    return _Record(
        model=rows.model,
        alias=rows.db,
        names=[compiler.select[place][0].target.attname for place in fields],
        first=fields[0],
        populators=get_related_populators(compiler.klass_info, compiler.select, rows.db),  # type: ignore[call-arg]
        annotations=compiler.annotation_col_map or {},
    )
