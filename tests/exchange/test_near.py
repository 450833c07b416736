"""Rows of one file that resemble each other are found wherever a slice ends."""

from __future__ import annotations

from typing import Any

import pytest

from genjin.exchange.importing.matching import Keys, keys_of
from genjin.exchange.importing.near import MOST, Near


def row(name: str, **typed: Any) -> Keys:
    return keys_of(name=name, country="DE", website="", code="", **typed)


@pytest.mark.parametrize("slice_size", [1, 3, 100])
@pytest.mark.parametrize("count, is_found", [(MOST, True), (MOST + 1, False)])
def test_a_word_of_many_rows_tells_nothing_wherever_a_slice_ends(
    slice_size: int, count: int, is_found: bool
) -> None:
    memory = Near()
    here = Near(before=memory)
    for number in range(1, count + 1):
        if number > 1 and number % slice_size == 0:
            memory.add(here)
            here = Near(before=memory)
        here.note(row(f"Nordhafen Pumpen {number} GmbH"), number)
    assert (here.resembling(row("Nordhafen Pumpen GmbH")) is not None) == is_found


def test_a_row_is_compared_with_those_of_its_own_slice_and_of_the_slices_before() -> None:
    before, here = Near(), Near()
    before.note(row("Borealis Textile GmbH"), 2)
    here.before = before
    here.note(row("Levant Foods GmbH"), 5)
    found = [here.resembling(row(name)) for name in ("Borealis Textil GmbH", "Levant Food GmbH")]
    assert [one[0] if one else None for one in found] == [2, 5]
