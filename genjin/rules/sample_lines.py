"""What a line of a bulk order says otherwise than the sample that was approved (002-58).

| said by the sample      | said by the bulk order | shown            |
|-------------------------|------------------------|------------------|
| colour white            | colour white           | nothing          |
| colour white            | colour ivory           | colour           |
| function: dimmable      | nothing                | function is gone |
| nothing                 | plug: UK               | plug is new      |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COMPARED = ("code", "description", "spec", "model", "colour", "unit")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `name` is a field of `COMPARED` or an entry of the specification sheet."""

    name: str
    sample: str
    bulk: str
    is_entry: bool = False


def differences(
    sample: Mapping[str, str],
    bulk: Mapping[str, str],
    sample_sheet: Mapping[str, str],
    bulk_sheet: Mapping[str, str],
) -> list[Difference]:
    """Fields, then entries of the sheets; blanks and capitals at the ends of words make no difference."""
    found = [
        Difference(name, sample.get(name, ""), bulk.get(name, ""))
        for name in COMPARED
        if not _alike(sample.get(name, ""), bulk.get(name, ""))
    ]
    names = [*sample_sheet, *(name for name in bulk_sheet if name not in sample_sheet)]
    found += [
        Difference(name, sample_sheet.get(name, ""), bulk_sheet.get(name, ""), is_entry=True)
        for name in names
        if not _alike(sample_sheet.get(name, ""), bulk_sheet.get(name, ""))
    ]
    return found


def _alike(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
