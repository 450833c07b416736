"""The register of record kinds: what a journal entry, a search hit or a panel needs to know of a record.

Folders register their kinds in `AppConfig.ready`; nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.urls import reverse


@dataclass(frozen=True)
class RecordKind:
    """One kind of record, e.g. `customers.customer`.

    `visible_to(user)` is the gate; `title` is what people call the record; `customer_of` gives the id of the
    customer whose timeline shows it; `personal` names fields whose values may be erased on request ("custom"
    stands for all "custom.…");
    `search_text` gives (title, further text, one thing a line) for the index, None when the record is not
    searched; `search_prefetch` names the relations that it reads, `search_columns` the columns that it, the
    gates and `customer_of` read (none: all are read), `search_more` gives text that many records add at once,
    by id. `gates` names the gates behind which a
    record lies for the search, `keys` those that open to a reader (None: all): hints by which the index finds
    at once what somebody may see; `visible_to` still decides.
    """

    name: str
    label: Any
    plural: Any
    model: type[Model]
    visible_to: Callable[[Any], QuerySet[Any]]
    title: Callable[[Any], str]
    url_name: str = ""
    icon: str = ""
    customer_of: Callable[[Any], int | None] = lambda record: None
    personal: frozenset[str] = frozenset()
    search_text: Callable[[Any], tuple[str, str]] | None = None
    search_fields: tuple[str, ...] = ()
    search_prefetch: tuple[str, ...] = ()
    search_more: Callable[[Sequence[Any]], Mapping[int, str]] | None = None
    search_columns: tuple[str, ...] = ()
    gates: Callable[[Any], Iterable[str]] | None = None
    keys: Callable[[Any], Iterable[str] | None] | None = None
    field_labels: dict[str, Any] = field(default_factory=dict)
    value_labels: Callable[[str, Any], str] | None = None

    def is_personal(self, name: str) -> bool:
        """Whether the journal keeps the values of this field where they can be erased."""
        return name in self.personal or name.partition(".")[0] in self.personal

    def url(self, pk: int) -> str:
        """Address of the record's page, empty when it has none."""
        return reverse(self.url_name, args=[pk]) if self.url_name else ""


_kinds: dict[str, RecordKind] = {}


def register(kind: RecordKind) -> None:
    """Add a kind; a name registers once (registering the same name again replaces it, for reloads)."""
    _kinds[kind.name] = kind


def get(name: str) -> RecordKind:
    """The kind of that name; KeyError when no folder registered it."""
    return _kinds[name]


def find(name: str) -> RecordKind | None:
    """The kind of that name, or None for a kind of a folder that is not installed any more."""
    return _kinds.get(name)


def kinds() -> Iterable[RecordKind]:
    """All registered kinds in order of registration."""
    return tuple(_kinds.values())


def kind_of(record: Model) -> str:
    """The name under which a record's kind registers: `app_label.model_name`."""
    return record._meta.label_lower


class Teller(Protocol):
    """Names fields that no column holds, and their values, for one reader of the journal."""

    def hides(self, kind: str, name: str) -> bool:
        """Whether this reader may not know of the field."""

    def label(self, kind: str, name: str) -> str:
        """What people call the field."""

    def text(self, kind: str, name: str, value: Any) -> str:
        """A value as the journal keeps it, in words."""


_tellers: dict[str, Callable[[Any], Teller]] = {}


def register_teller(prefix: str, make: Callable[[Any], Teller]) -> None:
    """Let `make(user)` tell of all fields named `<prefix>.…`."""
    _tellers[prefix] = make


class Tellers:
    """The tellers for one reader and one page, each made when it is first needed."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._made: dict[str, Teller] = {}

    def find(self, name: str) -> Teller | None:
        """Who tells of this field, None for a field like any other."""
        prefix, dot, _key = name.partition(".")
        if not dot or prefix not in _tellers:
            return None
        if prefix not in self._made:
            self._made[prefix] = _tellers[prefix](self._user)
        return self._made[prefix]
