"""Patterns of long tables of words, compiled when the first letter is read.

Every process imports the rules and few of them read mail; compiling all tables takes a third of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property


class AnyOf:
    """Any of some expressions, in capitals or not."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self._expressions = tuple(expressions)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{one})" for one in self._expressions), re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where one of them stands."""
        return self._pattern.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """One of them at the beginning."""
        return self._pattern.match(text)
