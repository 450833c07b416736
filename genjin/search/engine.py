"""The full-text index of each engine: FTS5 beside the documents, or a tsvector within them.

The only module here that knows the engine. Always called inside the transaction of the write.

Neither engine can give the newest matches of a frequent word that one person may see unless the index itself
knows newness and gate. So every document also has tokens that nobody can type: its gate (`GATE`), and on
PostgreSQL its place among all documents in coarse steps (`PLACE`) and the beginnings of its words
(`BEGINNING`), because there the prefix of a word is looked up by reading all that begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from genjin.search.models import Document
from genjin.search.tokens import NUMBER, PAIRED, Term

GATE, PLACE, BEGINNING = "\ue000", "\ue001", "\ue002"
"""Characters for private use: no text that somebody typed leads to them (PIECES leaves them out)."""
STEPS = (12, 15, 18)
"""Newness by 4, 32 and 262 thousand customers, in bits; looked through one after the other."""
SHORT = (2, 3, 4, 5)
"""Beginnings of so many letters are words of their own; longer ones are read from the index."""
TIMELESS = "\ue001"
"""The place of documents of no customer: in every step."""
WIDER = 4
"""SQLite is asked for more matches, because its index does not know the kinds."""
ENOUGH = 100
"""So many matches in the newest documents, twice what a page shows, are enough not to look further."""
IS_PAIRED = re.compile(f"[{PAIRED}]")

Groups = Sequence[Sequence[Term]]
"""What is looked for: all terms of any of the groups."""


def store(tokens: Mapping[Document, Sequence[str]], *, are_new: bool = False) -> None:
    """Set the tokens of documents; of those that are new there are none to take away."""
    if not tokens:
        return
    own = {row: [*found, *(GATE + gate for gate in row.gate.split())] for row, found in tokens.items()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # All in one statement: an array of arrays would have to be as wide everywhere.
            cursor.execute(
                "UPDATE search_document SET tokens = array_to_tsvector(string_to_array(given.tokens, ' '))"
                " FROM unnest(%s::bigint[], %s::text[]) AS given (id, tokens)"
                " WHERE search_document.id = given.id",
                [
                    [row.pk for row in own],
                    [" ".join(with_further(row.customer_id, found)) for row, found in own.items()],
                ],
            )
            return
        if not are_new:
            forget([row.pk for row in tokens])
        cursor.executemany(
            "INSERT INTO search_tokens (rowid, tokens) VALUES (%s, %s)",
            [(row.pk, " ".join(found)) for row, found in own.items()],
        )


def with_further(customer_id: int | None, tokens: Iterable[str]) -> list[str]:
    """The tokens of a document as PostgreSQL has them: with its place and the beginnings of its words."""
    found = dict.fromkeys(tokens)
    for token in list(found):
        if token[0] == GATE or IS_PAIRED.match(token) or _is_number(token):
            continue
        found.update(dict.fromkeys(BEGINNING + token[:size] for size in SHORT if len(token) >= size))
    if customer_id is None:
        return [*found, TIMELESS]
    return [*found, *(place(step, customer_id >> step) for step in STEPS)]


def place(step: int, number: int) -> str:
    """The token of all documents of one part of the customers, of so many bits."""
    return f"{PLACE}{step}x{number}"


def _is_number(token: str) -> bool:
    return token[0] == NUMBER and token[1:].isdigit()


def forget(ids: Sequence[int]) -> None:
    """Drop the tokens of documents that are about to go, or to change."""
    if connection.vendor == "sqlite" and ids:
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM search_tokens WHERE rowid IN ({marks})", list(ids))  # noqa: S608


def matching(groups: Groups, keys: Sequence[str] | None, kinds: Sequence[str], limit: int) -> RawSQL:
    """Ids of the newest documents in which all terms of any group are found, for `pk__in`.

    `keys` are the gates that open to the reader, None all of them. They only narrow: what the reader may see
    is asked of the records themselves.
    """
    if connection.vendor == "postgresql":
        return _matching_postgres(groups, keys, kinds, limit)
    asked = " OR ".join("(" + " AND ".join(_fts5(term) for term in group) + ")" for group in groups)
    if keys is not None:
        gates = " OR ".join(f'"{GATE}{key}"' for key in keys)
        asked = f"({asked}) AND ({gates})"
    return RawSQL(
        "SELECT rowid FROM search_tokens WHERE search_tokens MATCH %s ORDER BY rowid DESC LIMIT %s",
        [asked, limit * WIDER],
    )


# `+ 0` keeps PostgreSQL from walking all documents backwards in the belief that matches lie evenly among
# them; a query that is put together only when it runs keeps it from reading the whole table.
_STEP = """
step{n} AS MATERIALIZED (
    SELECT id FROM search_document
    WHERE kind = ANY(%s) AND {before} < %s
    AND tokens @@ (SELECT (%s || {places})::tsquery FROM top)
    ORDER BY customer_id + 0 DESC NULLS FIRST, id DESC LIMIT %s
)"""


def _matching_postgres(
    groups: Groups, keys: Sequence[str] | None, kinds: Sequence[str], limit: int
) -> RawSQL:
    """Looked for among the newest customers first, among more only when these did not give enough."""
    gates = "" if keys is None else " & (" + " | ".join(f"'{GATE}{key}'" for key in keys) + ")"
    parts, parameters = [], []
    for number, (asked, step) in enumerate(_turns(groups)):
        before = " + ".join(f"(SELECT count(*) FROM step{n})" for n in range(number)) or "0"  # noqa: S608
        parts.append(_STEP.format(n=number, before=before, places=_places(step)))
        parameters += [list(kinds), ENOUGH, f"({asked}){gates}", limit]
    union = " UNION ".join(f"SELECT id FROM step{number}" for number in range(len(parts)))  # noqa: S608
    top = "top AS (SELECT coalesce(max(customer_id), 0) AS id FROM search_document)"
    # Only numbers and names of this module are put into the text; what was asked is a parameter.
    return RawSQL(f"WITH {top}, {', '.join(parts)} {union}", parameters)  # noqa: S611


def _turns(groups: Groups) -> list[tuple[str, int | None]]:
    """What to look for, among how many, one after the other.

    The beginning of a long word is read from the index as often as it is looked for, so the whole word is
    tried first: it is seldom both long and not the whole.
    """
    asked = _either(groups, _tsquery)
    whole = _either(groups, _whole)
    first, second, third = STEPS
    if whole == asked:
        return [(asked, first), (asked, second), (asked, third), (asked, None)]
    return [(whole, first), (whole, third), (asked, second), (asked, None)]


def _either(groups: Groups, write: Callable[[Term], str]) -> str:
    return " | ".join("(" + " & ".join(write(term) for term in group) + ")" for group in groups)


def _places(step: int | None) -> str:
    """The last two parts of the documents, as text of a query; nothing for all of them."""
    if step is None:
        return "''"
    start = place(step, 0)[:-1]
    newest, before = f"(id >> {step})::text", f"greatest((id >> {step}) - 1, 0)::text"
    return f"' & (''{TIMELESS}'' | ''{start}' || {newest} || ''' | ''{start}' || {before} || ''')'"


# Tokens hold letters and digits only, so quoting them is enough on both engines.
def _tsquery(term: Term) -> str:
    return "(" + " | ".join(_word(token, term) for token in term.tokens) + ")"


def _whole(term: Term) -> str:
    return "(" + " | ".join(_word(token, term).removesuffix(":*") for token in term.tokens) + ")"


def _word(token: str, term: Term) -> str:
    if not term.is_beginning:
        return f"'{token}'"
    if len(token) in SHORT and not IS_PAIRED.match(token) and not _is_number(token):
        return f"'{BEGINNING}{token}'"
    return f"'{token}':*"


def _fts5(term: Term) -> str:
    more = " *" if term.is_beginning else ""
    return "(" + " OR ".join(f'"{token}"{more}' for token in term.tokens) + ")"
