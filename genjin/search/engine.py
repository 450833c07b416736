"""The full-text index of each engine: FTS5 beside the documents, or a tsvector within them.

The only module here that knows the engine. Always called inside the transaction of the write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from genjin.search.tokens import Term


def store(tokens: Mapping[int, Sequence[str]]) -> None:
    """Set the tokens of documents by id."""
    if not tokens:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE search_document SET tokens = array_to_tsvector(%s) WHERE id = %s",
                [(list(found), pk) for pk, found in tokens.items()],
            )
            return
        forget(list(tokens))
        cursor.executemany(
            "INSERT INTO search_tokens (rowid, tokens) VALUES (%s, %s)",
            [(pk, " ".join(found)) for pk, found in tokens.items()],
        )


def forget(ids: Sequence[int]) -> None:
    """Drop the tokens of documents that are about to go, or to change."""
    if connection.vendor == "sqlite" and ids:
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM search_tokens WHERE rowid IN ({marks})", list(ids))  # noqa: S608


def matching(terms: Sequence[Term], limit: int) -> RawSQL:
    """Ids of documents in which all terms are found, for `pk__in`; of too many the newest (SQLite) or any.

    PostgreSQL is not asked for an order: it would walk all documents backwards, in the belief that matches
    lie evenly among them, which took a second where the index alone takes 20 ms.
    """
    if connection.vendor == "postgresql":
        return RawSQL(
            "SELECT id FROM search_document WHERE tokens @@ %s::tsquery LIMIT %s",
            [" & ".join(_tsquery(term) for term in terms), limit],
        )
    return RawSQL(
        "SELECT rowid FROM search_tokens WHERE search_tokens MATCH %s ORDER BY rowid DESC LIMIT %s",
        [" AND ".join(_fts5(term) for term in terms), limit],
    )


# Tokens hold letters and digits only, so quoting them is enough on both engines.
def _tsquery(term: Term) -> str:
    more = ":*" if term.is_beginning else ""
    return "(" + " | ".join(f"'{token}'{more}" for token in term.tokens) + ")"


def _fts5(term: Term) -> str:
    more = " *" if term.is_beginning else ""
    return "(" + " OR ".join(f'"{token}"{more}' for token in term.tokens) + ")"
