"""The register of importable kinds; later folders add theirs in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from genjin.exchange.models import Import, ImportRow, Verdict
from genjin.people import access
from genjin.people.models import User

if TYPE_CHECKING:
    from genjin.exchange.importing.cleaning import Known


@dataclass(frozen=True)
class ImportField:
    """One thing that a column may mean.

    `type` names how values are read (`cleaning.READERS`); `detail` is what the reader needs besides: the
    list, the choices, the kind of contact point. `many`: several columns may mean it. `right`: who may.
    `words` are headings that mean it for sure.
    """

    name: str
    label: Any
    group: Any
    type: str = "text"
    detail: Any = None
    many: bool = False
    right: str = ""
    words: tuple[str, ...] = ()


@dataclass
class Line:
    """One row of the file with its values read: field name to value; `problems` are sentences.

    `facts` is what the kind's `look` found in it, if it was asked before.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    title: str = ""
    facts: Any = None


@dataclass
class Judged:
    """A row with its verdict and the reasons, and what was written for it."""

    line: Line
    verdict: Verdict
    reasons: list[str] = field(default_factory=list)
    customer_id: int | None = None
    made: list[tuple[str, int]] = field(default_factory=list)
    changed: list[tuple[str, int]] = field(default_factory=list)

    def refuse(self, *reasons: str) -> None:
        """Make it an error for these reasons."""
        self.verdict, self.reasons = Verdict.ERROR, [*reasons]


@dataclass
class Run:
    """One import while it is judged or written: by whom, when, with what options, and what it has seen."""

    job: Import
    kind: ImportKind
    by: User
    at: datetime
    is_dry: bool
    known: Known
    today: date
    memory: Any = None
    serials: list[int] = field(default_factory=list)
    """Numbers of customers that are drawn and not given yet."""

    @cached_property
    def fields(self) -> dict[str, ImportField]:
        """The fields that this person may import, by name; asked once a run."""
        return self.kind.fields_for(self.by)

    def option(self, name: str, default: str) -> str:
        """What the person chose."""
        return str(self.job.options.get(name) or default)

    def knows(self, *fields: str) -> bool:
        """Whether a column means one of these fields."""
        return not set(fields).isdisjoint(self.job.columns)


class Batch(Protocol):
    """Some rows that were judged together and are written together."""

    judged: list[Judged]

    def prepare(self) -> None:
        """Before the slice's transaction: take what others would wait for until its end."""

    def write(self) -> None:
        """Do what the rows ask for, and note on each what it made; inside the slice's transaction."""

    def keep(self) -> None:
        """Remember in the run what later rows need of these; after the slice is stored."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of record that can be imported.

    `one_of`: of each group of fields at least one column is needed. `match_keys` says by what a row is
    recognised as one that is there already. `prepare` makes the memory of a run and `recall` fills it with
    rows that were written before it was interrupted. `judge` gives the verdicts of a slice of lines without
    writing anything or changing the memory, the same in a dry run and in a real one; what it gives then
    writes them. `makes` are the record kinds that an undo takes back, the dependent ones first. `further`
    gives fields that an administrator defined. `look` sets the facts of a line that need nothing but the
    line, possibly in another process, which has no database; `judge` and `recall` do without as well. Rows
    in a row of which `together` says the same, or None, are judged in one slice.
    """

    name: str
    label: Any
    fields: tuple[ImportField, ...]
    one_of: tuple[tuple[str, ...], ...]
    match_keys: tuple[Any, ...]
    prepare: Callable[[Run], Any]
    judge: Callable[[Run, Sequence[Line]], Batch]
    makes: tuple[str, ...]
    options: tuple[str, ...] = ()
    icon: str = "upload"
    further: Callable[[User], Iterable[ImportField]] = lambda by: ()
    recall: Callable[[Run, Sequence[Line], Mapping[int, ImportRow]], None] = lambda run, lines, rows: None
    look: Callable[[Line], None] | None = None
    together: Callable[[Line], Hashable] | None = None

    def fields_for(self, by: User) -> dict[str, ImportField]:
        """The fields that this person may import, by name."""
        may = access.of(by)
        known = (*self.fields, *self.further(by))
        return {one.name: one for one in known if not one.right or may.may(one.right)}


@dataclass(frozen=True)
class Undoing:
    """How records of one kind are taken back: those made by `withdraw`, changed ones by `give_back`.

    `give_back(values, by, at)` writes the earlier values by id. `held` gives what a record holds now of what
    the journal tells under names that are no columns.
    """

    withdraw: Callable[..., int]
    give_back: Callable[[Mapping[int, Mapping[str, Any]], User, datetime], object] | None = None
    held: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)


_kinds: dict[str, ImportKind] = {}
_undoings: dict[str, Undoing] = {}


def register(kind: ImportKind) -> None:
    """Add an importable kind; the same name again replaces it."""
    _kinds[kind.name] = kind


def register_undoing(record_kind: str, undoing: Undoing) -> None:
    """Say how records of a kind are taken back."""
    _undoings[record_kind] = undoing


def get(name: str) -> ImportKind:
    """The kind of that name; KeyError when there is none."""
    return _kinds[name]


def kinds() -> tuple[ImportKind, ...]:
    """All importable kinds in order of registration."""
    return tuple(_kinds.values())


def undoing_of(record_kind: str) -> Undoing:
    """How records of this kind are taken back."""
    return _undoings[record_kind]
