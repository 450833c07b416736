"""The register of what people can be told: each kind with its label and its sentence.

Folders register theirs in `AppConfig.ready`; nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OWNERSHIP_CONFLICT = "customers.ownership_conflict"
CLAIMED = "customers.claimed"
RETURN_COMING = "customers.return_coming"
HANDED_OVER = "customers.handed_over"
MERGED = "customers.merged"
MERGE_PROPOSED = "customers.merge_proposed"
LARGE_EXPORT = "exchange.large_export"


@dataclass(frozen=True)
class Kind:
    """One kind of notice, e.g. `customers.handed_over`.

    `label` is its title in the list and in the settings; `sentence` says one notice in words, from its
    `params`, in the reader's language. `sentences` does the same for many at once, where words need names
    from the database. `right`: only who has it is asked in the settings whether to be told.
    """

    name: str
    label: Any
    sentence: Callable[[Mapping[str, Any]], str]
    sentences: Callable[[Sequence[Mapping[str, Any]]], Sequence[str]] | None = None
    right: str = ""
    order: int = 100

    def words(self, params: Sequence[Mapping[str, Any]]) -> Sequence[str]:
        """The sentences of several notices of this kind, in their order."""
        if self.sentences is not None:
            return self.sentences(params)
        return [self.sentence(one) for one in params]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; registering the same name again replaces it."""
    _kinds[kind.name] = kind


def forget(name: str) -> None:
    """Take a kind off the register."""
    _kinds.pop(name, None)


def find(name: str) -> Kind | None:
    """The kind of that name; None for one of a folder that is not installed any more."""
    return _kinds.get(name)


def kinds() -> Iterable[Kind]:
    """All registered kinds, as the settings list them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
