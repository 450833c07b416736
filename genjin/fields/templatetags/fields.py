"""Custom values in templates."""

from __future__ import annotations

from typing import Any

from django import template

from genjin.fields.columns import CustomColumn
from genjin.fields.telling import Told

register = template.Library()


@register.filter
def told(column: CustomColumn, record: Any) -> Told | None:
    """What a custom column says of a record, None for nothing."""
    return column.tell(record)
