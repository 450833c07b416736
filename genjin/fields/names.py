"""A custom field is an attribute `custom.<key>` of its record: so forms, journal and imports name it."""

from __future__ import annotations

import re
import unicodedata

COLUMN = "custom"
"""The JSON column of a record that holds its values: key to plain value."""
PREFIX = f"{COLUMN}."
KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")


def is_custom(name: str) -> bool:
    """Whether this attribute is a custom field."""
    return name.startswith(PREFIX)


def attribute_of(key: str) -> str:
    """The attribute of the field with that key."""
    return PREFIX + key


def key_of(attribute: str) -> str:
    """The key in the attribute's name."""
    return attribute.removeprefix(PREFIX)


def folded(text: str) -> str:
    """A name or text without case and width, spaces joined, as it is compared and sorted."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
