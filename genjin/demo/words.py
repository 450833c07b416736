"""The written material of the demo firm, read from `data/`; a word may have two forms, parted by "|"."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Word:
    """A word in two forms: Latin and local script, or Chinese and English; the second may be missing."""

    first: str
    second: str

    @property
    def either(self) -> str:
        """The second form, else the first."""
        return self.second or self.first


def word(text: str) -> Word:
    """`a|b` as a word; what follows a second bar is no part of it."""
    first, second, *_ = [*text.split("|"), ""]
    return Word(first.strip(), second.strip())


def words(text: str) -> list[Word]:
    """A list of words parted by commas; a comma within a word has no space after it or ends a legal form."""
    parts: list[str] = []
    for part in text.split(", "):
        # "Co., Ltd." is one word.
        if parts and parts[-1].endswith("Co.") and part.startswith("Ltd."):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    return [word(part) for part in parts]


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the material."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def market(code: str) -> dict[str, str]:
    """What is known about names and numbers of one country, with what it takes from the one it is like."""
    own: dict[str, str] = read("markets")[code]
    return {**market(own["like"]), **own} if "like" in own else own


@cache
def markets() -> tuple[str, ...]:
    """The countries the firm sells to, in the order of the file."""
    return tuple(read("markets"))
