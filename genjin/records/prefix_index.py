"""An index for the beginnings of texts: numbers of orders and the like, whatever their case."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table


class PrefixIndex(models.Index):
    """An index of one column of text by which `istartswith` finds rows on both engines.

    A plain index does not serve it: PostgreSQL compares by the language of the database, SQLite by case.
    """

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **kwargs: Any,
    ) -> Statement:
        """The statement that makes it."""
        [name] = self.fields
        field: Any = model._meta.get_field(name)
        column = schema_editor.quote_name(field.column)
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        key = f"UPPER({column}::text) text_pattern_ops" if is_postgresql else f"{column} COLLATE NOCASE"
        condition = self._get_condition_sql(model, schema_editor)  # type: ignore[attr-defined]
        return Statement(
            "CREATE INDEX %(name)s ON %(table)s (%(key)s)%(condition)s",
            name=schema_editor.quote_name(self.name),
            table=Table(model._meta.db_table, schema_editor.quote_name),
            key=key,
            condition=f" WHERE {condition}" if condition else "",
        )
