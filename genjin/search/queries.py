"""Finding records by what people remember of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.people.models import User
from genjin.records import registry
from genjin.records.registry import RecordKind
from genjin.search import engine, words
from genjin.search.actions import OPEN
from genjin.search.models import Document
from genjin.search.tokens import COMMON, Term, asked_terms, folded, index_tokens, same, sort_key

CUSTOMER = "customers.customer"
POOL = 200
"""How many of the newest matches are put in order; older ones are found by their beginning."""
BEGINNINGS = (100, 5_000)
"""How many titles of that beginning are looked through for what the reader may see: few, then more."""
MATCHES = 400
"""How many of the newest matches behind the reader's gates are asked for."""
FEW = 5
"""Fewer than so many found: errors in typing are forgiven."""
MOST_KEYS = 300
LONGEST_ASKED = 200


@dataclass(frozen=True)
class Hit:
    """One record found. `note` is what else tells it apart: the customer's name, or the line that matched."""

    kind: RecordKind
    object_id: int
    customer_id: int | None
    title: str
    note: str

    @property
    def url(self) -> str:
        """Address of its page, that of its customer if it has none, else empty."""
        own = self.kind.url(self.object_id)
        if own or self.customer_id is None:
            return own
        customer = registry.find(CUSTOMER)
        return customer.url(self.customer_id) if customer else ""


def find(user: User, text: str, kinds: Iterable[str] | None = None, limit: int = 20) -> list[Hit]:
    """Records the person may see in which all of the text is found, best first; the number of
    queries does not depend on what is found: six with the pools open to the person,
    three more where little is found and errors are forgiven.

    Best is what is exactly asked for (code, serial, mail address, phone), then titles that begin with it,
    then titles that hold it, then the rest; newer ones first.
    """
    asked = text.replace("\x00", "").strip()[:LONGEST_ASKED]
    searched = [kind for kind in registry.kinds() if kind.search_text is not None]
    if kinds is not None:
        names = set(kinds)
        searched = [kind for kind in searched if kind.name in names]
    if not asked or not searched:
        return []
    index = _Index(_visible(user, searched), [kind.name for kind in searched], _keys(user, searched))
    found = _candidates(index, asked, limit)
    ranked = sorted(found.values(), key=lambda row: (_rank(row, asked), -row.pk))[:limit]
    if len(ranked) < FEW:
        ranked += _forgiven(index, asked, set(found))[: limit - len(ranked)]
    return _hits(ranked, asked)


@dataclass(frozen=True)
class _Index:
    """What one reader may find: documents of some kinds that pass the gate, and the keys that he holds."""

    visible: QuerySet[Document]
    kinds: list[str]
    keys: list[str] | None

    def newest(self, groups: engine.Groups) -> dict[int, Document]:
        """The newest visible documents that hold all terms of any group, by id."""
        ids = engine.matching(groups, self.keys, self.kinds, MATCHES)
        return {row.pk: row for row in self.visible.filter(pk__in=ids).order_by("-pk")[:POOL]}


def _keys(user: User, kinds: Sequence[RecordKind]) -> list[str] | None:
    """The gates that open to this reader; None when all do, or the index does not know the gates of all."""
    found = {OPEN}
    for kind in kinds:
        if kind.gates is None:
            continue
        own = kind.keys(user) if kind.keys else None
        if own is None:
            return None
        found |= set(own)
    if len(found) > MOST_KEYS or Document.objects.filter(gate="").exists():
        return None
    return sorted(found)


def _candidates(index: _Index, asked: str, limit: int) -> dict[int, Document]:
    """What begins with the text, and the newest of what holds all its words."""
    beginning = sort_key(asked)
    begins = Document.objects.filter(title_key__gte=beginning, title_key__lt=f"{beginning}g")
    if index.keys is not None:
        # With collaborators it has several gates; who they are is asked of the record itself.
        begins = begins.filter(Q(gate__in=index.keys) | Q(gate__contains=" "))
    found: dict[int, Document] = {}
    if beginning:
        found = _first(
            lambda most: index.visible.filter(pk__in=begins.order_by("title_key").values("pk")[:most]),
            wanted=limit,
        )
    terms = asked_terms(asked)
    is_one_letter = len(terms) == 1 and len(terms[0].tokens[0]) == 1 and terms[0].tokens[0].isascii()
    if terms and not is_one_letter:
        # The words of nearly every record are looked for in what the others find.
        narrowing = [term for term in terms if COMMON.isdisjoint(term.tokens)]
        narrowing = narrowing or [Term(term.tokens, False) for term in terms]
        further = [term for term in terms if term not in narrowing]
        newest = index.newest([narrowing])
        found |= {pk: row for pk, row in newest.items() if not further or _has_all(row, further)}
    return found


def _forgiven(index: _Index, asked: str, known: set[int]) -> list[Document]:
    """What was probably meant when a name was typed wrongly, the likest first."""
    groups = words.forgiving(asked)
    if not groups:
        return []
    found = index.newest(groups)
    alike = {
        pk: words.likeness(asked, [row.title, *row.text.splitlines()[:2]])
        for pk, row in found.items()
        if pk not in known
    }
    close = [pk for pk, percent in alike.items() if percent >= words.LIKE]
    return [found[pk] for pk in sorted(close, key=lambda pk: (-alike[pk], -pk))]


def _first(among: Callable[[int], QuerySet[Document]], *, wanted: int) -> dict[int, Document]:
    """The first documents by id; more are looked through only when few were enough for too little."""
    found: dict[int, Document] = {}
    for most in BEGINNINGS:
        found = {row.pk: row for row in among(most).order_by("title_key")[:wanted]}
        if len(found) >= wanted:
            break
    return found


def _has_all(row: Document, terms: Sequence[Term]) -> bool:
    """Whether a document holds all these words, as the index would answer."""
    tokens = index_tokens(row.title, row.text)
    return all(
        any(token.startswith(word) if term.is_beginning else token == word for token in tokens)
        for term in terms
        for word in term.tokens[:1]
    )


def _visible(user: User, kinds: Sequence[RecordKind]) -> QuerySet[Document]:
    """Documents of records that pass their kind's gate."""
    gate = Q(pk__in=[])
    for kind in kinds:
        gate |= Q(kind=kind.name) & Q(Exists(kind.visible_to(user).filter(pk=OuterRef("object_id"))))
    return Document.objects.filter(gate)


def _rank(row: Document, asked: str) -> int:
    if same(asked, (row.title, *row.text.splitlines())):
        return 0
    title, plain = folded(row.title), folded(asked)
    if title.startswith(plain):
        return 1
    return 2 if all(word in title for word in plain.split()) else 3


def _hits(rows: Sequence[Document], asked: str) -> list[Hit]:
    """Hits with their notes; one query for the names of customers, none when only customers were found."""
    wanted = {row.customer_id for row in rows if row.kind != CUSTOMER and row.customer_id is not None}
    names = {}
    if wanted:
        customers = Document.objects.filter(kind=CUSTOMER, object_id__in=wanted)
        names = dict(customers.values_list("object_id", "title"))
    return [
        Hit(
            kind=registry.get(row.kind),
            object_id=row.object_id,
            customer_id=row.customer_id,
            title=row.title,
            note=names.get(row.customer_id or 0, "") if row.kind != CUSTOMER else _matching_line(row, asked),
        )
        for row in rows
    ]


def _matching_line(row: Document, asked: str) -> str:
    """The line of a customer that holds what was asked, if its name does not."""
    plain = folded(asked)
    if plain in folded(row.title):
        return ""
    for line in row.text.splitlines():
        words = folded(line).strip()
        # Pages mask the numbers of others' customers: of those nobody learns more than he typed.
        if words == plain.strip() or (plain in words and not _is_number(words)):
            return line[:80]
    return ""


def _is_number(line: str) -> bool:
    """Whether a line is a phone number, possibly with a word before it or an extension after it."""
    digits, letters = sum(c.isdigit() for c in line), sum(c.isalpha() for c in line)
    return not letters or digits > max(letters, 6)
