"""Words of nearly every record: they narrow nothing, but what they say must be true."""

from __future__ import annotations

from typing import Any

import pytest

from genjin.search import queries

pytestmark = pytest.mark.django_db


def _titles(user: Any, words: str) -> list[str]:
    return [hit.title for hit in queries.find(user, words)]


def test_a_common_word_beside_others_still_has_to_be_there(people: Any, firm: Any) -> None:
    firm("Alpen Valve GmbH")
    firm("Alpen Valve Ltd")
    assert _titles(people.zhao, "alpen gmbh") == ["Alpen Valve GmbH"]


def test_common_words_alone_find_what_holds_them(people: Any, firm: Any) -> None:
    firm("Alpen Valve GmbH")
    assert _titles(people.zhao, "gmbh") == ["Alpen Valve GmbH"]
