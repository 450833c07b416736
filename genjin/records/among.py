"""The lookup `among`: as `in` for many values, which are given as one parameter.

The ORM and both engines take a statement of hundreds of parameters apart every time; this one stays the same.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup[Any]):
    """`rows.filter(serial__among=[…])`, for text and whole numbers; of nothing nothing is found.

    The values may also be `Given` of a prepared question.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        """The values as the database has them."""
        if isinstance(self.rhs, Expression):
            return self.rhs
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The condition in the engine's words."""
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", (*params, self.rhs)
        told = self.rhs if isinstance(self.rhs, Expression) else json.dumps(self.rhs)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, told)  # noqa: S608
