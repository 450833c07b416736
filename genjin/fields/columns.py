"""Custom fields as columns of a list: what they sort by, and how a row's value is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Q

from genjin.fields.models import CustomField
from genjin.fields.telling import Told, Words
from genjin.fields.types import LARGEST, sort_column
from genjin.web.lists import Column, Columns, Sorting

SORT = "custom_sort"
LEAST = {"text": "", "number": -LARGEST, "day": date(1, 1, 1)}


@dataclass(frozen=True)
class CustomColumn(Column):
    """The column of one custom field; `words` puts its values into words."""

    field: CustomField | None = None
    words: Words | None = None

    def tell(self, record: Any) -> Told | None:
        """The record's value in words, None for nothing."""
        if self.field is None or self.words is None:
            return None
        found = self.words.tell(self.field, record)
        return found if found.text else None


def with_fields(columns: Columns, fields: Iterable[CustomField]) -> Columns:
    """A list's own columns and those of custom fields behind them."""
    words = Words()
    further = (
        CustomColumn(
            field.attribute,
            str(field),
            sort=SORT if sort_column(field) else "",
            least=LEAST.get(sort_column(field)),
            number=field.type in (CustomField.Type.NUMBER, CustomField.Type.MONEY),
            field=field,
            words=words,
        )
        for field in fields
    )
    return Columns(*columns.all, *further, default=columns.default.text)


def sorted_by(rows: Any, sorting: Sorting) -> Any:
    """The rows with the value by which they are sorted, if that is a custom field's.

    The join reads the field's own index in its order; rows without a value come last.
    """
    column = sorting.column
    if not isinstance(column, CustomColumn) or column.field is None:
        return rows
    mine = FilteredRelation("field_values", condition=Q(field_values__field=column.field.pk))
    rows = rows.annotate(_sorted=mine)
    return rows.annotate(**{SORT: F(f"_sorted__{sort_column(column.field)}")})
