"""The full-text index of each engine: FTS5 beside the documents, or a tsvector within them.

The only module here that knows the engine. Always called inside the transaction of the write.

Neither engine can give the newest matches of a frequent word that one person may see unless the index itself
knows newness and gate. So every document also has tokens that nobody can type: its gate (`GATE`), and on
PostgreSQL its place among all documents in coarse steps (`PLACE`) and the beginnings of its words
(`BEGINNING`), because there the prefix of a word is looked up by reading all that begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from genjin.search.tokens import NUMBER, PAIRED, Term

GATE, PLACE, BEGINNING = "\ue000", "\ue001", "\ue002"
"""Characters for private use: no text that somebody typed leads to them (PIECES leaves them out)."""
STEPS = (13, 16, 19)
"""Newness by 8 thousand, 65 thousand and half a million documents; looked through one after the other."""
SHORT = (2, 3)
"""Beginnings of so many letters are words of their own; longer ones are read from the index."""

ENOUGH = 200
"""So many matches in the newest documents are enough not to look at older ones."""
IS_PAIRED = re.compile(f"[{PAIRED}]")

Groups = Sequence[Sequence[Term]]
"""What is looked for: all terms of any of the groups."""


def store(tokens: Mapping[int, Sequence[str]], gates: Mapping[int, str]) -> None:
    """Set the tokens of documents by id, with the gate of each (names between spaces)."""
    if not tokens:
        return
    own = {pk: [*found, *(GATE + gate for gate in gates[pk].split())] for pk, found in tokens.items()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE search_document SET tokens = array_to_tsvector(%s) WHERE id = %s",
                [(with_further(pk, found), pk) for pk, found in own.items()],
            )
            return
        forget(list(tokens))
        cursor.executemany(
            "INSERT INTO search_tokens (rowid, tokens) VALUES (%s, %s)",
            [(pk, " ".join(found)) for pk, found in own.items()],
        )


def with_further(pk: int, tokens: Iterable[str]) -> list[str]:
    """The tokens of a document as PostgreSQL has them: with its place and the beginnings of its words."""
    found = dict.fromkeys(tokens)
    for token in list(found):
        if token[0] == GATE or IS_PAIRED.match(token) or _is_number(token):
            continue
        found.update(dict.fromkeys(BEGINNING + token[:size] for size in SHORT if len(token) >= size))
    return [*found, *(place(step, pk >> step) for step in STEPS)]


def place(step: int, number: int) -> str:
    """The token of all documents in one part of so many bits."""
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
        [asked, limit],
    )


# `+ 0` keeps PostgreSQL from walking all documents backwards in the belief that matches lie evenly among
# them; a query that is put together only when it runs keeps it from reading the whole table.
_STEP = """
step{n} AS MATERIALIZED (
    SELECT id FROM search_document
    WHERE kind = ANY(%s) {enough}
    AND tokens @@ (SELECT (%s || {places})::tsquery FROM top)
    ORDER BY id + 0 DESC LIMIT %s
)"""


def _matching_postgres(
    groups: Groups, keys: Sequence[str] | None, kinds: Sequence[str], limit: int
) -> RawSQL:
    """Looked for in the newest documents first, in more only when these did not give enough."""
    asked = "(" + " | ".join("(" + " & ".join(_tsquery(t) for t in group) + ")" for group in groups) + ")"
    if keys is not None:
        asked += " & (" + " | ".join(f"'{GATE}{key}'" for key in keys) + ")"
    parts, parameters = [], []
    for number, step in enumerate((*STEPS, None)):
        parts.append(_STEP.format(n=number, enough=_not_enough(number), places=_places(step)))
        parameters += [list(kinds), asked, limit]
    union = " UNION ".join(f"SELECT id FROM step{number}" for number in range(len(parts)))  # noqa: S608
    top = "top AS (SELECT coalesce(max(id), 0) AS id FROM search_document)"
    # Only numbers and names of this module are put into the text; what was asked is a parameter.
    return RawSQL(f"WITH {top}, {', '.join(parts)} {union}", parameters)  # noqa: S611


def _not_enough(number: int) -> str:
    """The condition that the step before found too little."""
    return f"AND (SELECT count(*) FROM step{number - 1}) < {ENOUGH}" if number else ""  # noqa: S608


def _places(step: int | None) -> str:
    """The last two parts of the documents, as text of a query; nothing for all of them."""
    if step is None:
        return "''"
    start = place(step, 0)[:-1]
    newest, before = f"(id >> {step})::text", f"greatest((id >> {step}) - 1, 0)::text"
    return f"' & (''{start}' || {newest} || ''' | ''{start}' || {before} || ''')'"


# Tokens hold letters and digits only, so quoting them is enough on both engines.
def _tsquery(term: Term) -> str:
    return "(" + " | ".join(_word(token, term) for token in term.tokens) + ")"


def _word(token: str, term: Term) -> str:
    if not term.is_beginning:
        return f"'{token}'"
    if len(token) in SHORT and not IS_PAIRED.match(token):
        return f"'{BEGINNING}{token}'"
    return f"'{token}':*"


def _fts5(term: Term) -> str:
    more = " *" if term.is_beginning else ""
    return "(" + " OR ".join(f'"{token}"{more}' for token in term.tokens) + ")"
