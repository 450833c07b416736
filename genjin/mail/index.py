"""The full text of mails: put in by whoever stores them, asked by the search (FTS5, or a tsvector).

The only module of mail that knows the engine. Tokens are those of `genjin.search.tokens`: pairs of Chinese
characters, Latin words without case and accents. Words of one header field stand a second time behind a mark
that nobody can type, so do the mailboxes in which a mail lies: they narrow, the database tells what may be
seen. A mail's place is its date and id in one number, so that the engine itself gives the newest first.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, pairwise, repeat
from operator import add
from typing import Any

from django.db import connection

from genjin.mail.models import Message, MessageCopy, MessagePart, Participant
from genjin.search.tokens import LONGEST_TOKEN, PIECES, Term, folded, index_tokens

ACCOUNT, FROM, TO, CC, SUBJECT, ATTACHED = (chr(0xE010 + n) for n in range(6))
"""Marks (characters for private use) of a mailbox and of the words of a field; `ATTACHED` stands alone."""
BEGINNING = "\ue019"
"""PostgreSQL only: stands before the first letters of a mail's words."""
INDEXED = (1, 4)
"""Lengths of beginnings for which SQLite has an index of their own (migration 0030)."""
MOST_WORDS = 100
"""Words that are asked for in the place of their beginning; more of them are rare words."""
SHORT = 4
"""Letters of the beginnings that are words of their own; longer ones are read from the index."""
LONGEST_TEXT = 60_000
"""Characters of a mail that are searched."""
MOST_TOKENS = 5_000
BITS = 30
"""Bits of a place that hold the message's id; those above are its second."""
LAST = (1 << 62) - 1
SLICE = 500
MOST = 3_720
"""Matches that are looked through for what may be seen."""
ROUNDS = (120, 600, 3_000)
"""SQLite is asked for so many of the newest matches, one round after the other."""
WORDS = re.compile(r"[^\W_]+")
FIELDS = {"FROM": FROM, "SENDER": FROM, "TO": TO, "CC": CC, "BCC": ""}
"""Under which mark the words of a participant stand; Bcc is not searched: others read the message too."""


@dataclass(frozen=True)
class _Head:
    """What is searched of a message besides its text."""

    place: int
    accounts: Sequence[int]
    """The mailboxes in which it lies."""
    marks: tuple[str, ...]
    fields: Sequence[tuple[str, str]]
    """(mark or nothing, text): the words of one field."""


def place_of(date: datetime, message_id: int = 0) -> int:
    """Where a message of that date stands among all."""
    seconds = min(max(int(date.timestamp()), 0), (1 << 32) - 1)
    return (seconds << BITS) | (message_id & ((1 << BITS) - 1))


def put(rows: Sequence[tuple[int, str]]) -> None:
    """Make these messages, given by id and body text, searchable; those known already are replaced.

    To be called after the message's participants, parts and copies are stored, in their transaction, and
    again when it comes to lie in a further mailbox.
    """
    for start in range(0, len(rows), SLICE):
        texts = dict(rows[start : start + SLICE])
        heads = _heads(list(texts))
        forget(list(heads))
        _store({pk: (head, _tokens(head, texts[pk])) for pk, head in heads.items()})


def forget(ids: Sequence[int]) -> None:
    """Take messages out of the index."""
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"SELECT place, packed FROM mail_indexed WHERE message_id IN ({marks})",  # noqa: S608
                    list(some),
                )
                known = [(place, zlib.decompress(packed).decode()) for place, packed in cursor.fetchall()]
                cursor.executemany(
                    "INSERT INTO mail_tokens (mail_tokens, rowid, tokens) VALUES ('delete', %s, %s)", known
                )
            else:
                theirs = f"SELECT place FROM mail_indexed WHERE message_id IN ({marks})"  # noqa: S608
                cursor.execute(f"DELETE FROM mail_places WHERE place IN ({theirs})", list(some))  # noqa: S608
            cursor.execute(f"DELETE FROM mail_indexed WHERE message_id IN ({marks})", list(some))  # noqa: S608


def _heads(ids: Sequence[int]) -> dict[int, _Head]:
    """Dates, fields and mailboxes of messages, in four queries."""
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, role, name, address in Participant.objects.filter(
        message__in=ids, role__in=[role for role, mark in FIELDS.items() if mark]
    ).values_list("message_id", "role", "name", "address"):
        people[pk].append((FIELDS[role], f"{name}\n{address}"))
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, name in MessagePart.objects.filter(message__in=ids).values_list("message_id", "name"):
        names[pk].append(("", name))
    boxes: dict[int, list[int]] = defaultdict(list)
    pairs = MessageCopy.objects.filter(message__in=ids, gone_at__isnull=True)
    for pk, account in pairs.values_list("message_id", "account_id").distinct().order_by():
        boxes[pk].append(account)
    found = {}
    messages = Message.objects.filter(pk__in=ids).order_by()
    for pk, date, subject, attached in messages.values_list("pk", "date", "subject", "has_attachments"):
        found[pk] = _Head(
            place=place_of(date, pk),
            accounts=boxes[pk],
            marks=(*(f"{ACCOUNT}{account}" for account in boxes[pk]), *([ATTACHED] if attached else [])),
            fields=[(SUBJECT, subject), *people[pk], *names[pk]],
        )
    return found


def _tokens(head: _Head, text: str) -> list[str]:
    found = dict.fromkeys(head.marks)
    for mark, words in head.fields:
        # Pinyin only of names of people: a subject is a text.
        tokens = words_of(words) if mark in (SUBJECT, "") else _name_tokens(words)
        found.update(dict.fromkeys(tokens))
        if mark:
            found.update((mark + token, None) for token in tokens)
    found.update(dict.fromkeys(words_of(text[:LONGEST_TEXT])))
    return list(found)[:MOST_TOKENS]


def words_of(text: str) -> list[str]:
    """The distinct tokens of a running text, in order."""
    plain = folded(text.replace("\x00", " "))
    if plain.isascii():
        return [word[:LONGEST_TOKEN] for word in dict.fromkeys(WORDS.findall(plain))]
    found: dict[str, None] = {}
    for paired, word in dict.fromkeys(PIECES.findall(plain)):
        if paired:
            found.update(dict.fromkeys(map(add, paired, paired[1:])))
            found[paired[-1]] = None
        else:
            found[word[:LONGEST_TOKEN]] = None
    return list(found)


@lru_cache(maxsize=4_000)
def _name_tokens(name: str) -> list[str]:
    return index_tokens(name)


def _store(rows: Mapping[int, tuple[_Head, Sequence[str]]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "INSERT INTO mail_indexed (message_id, place, tokens) VALUES (%s, %s, array_to_tsvector(%s))",
                [(pk, head.place, _further(found)) for pk, (head, found) in rows.items()],
            )
            cursor.executemany(
                "INSERT INTO mail_places (account_id, place) VALUES (%s, %s)",
                [(account, head.place) for head, _found in rows.values() for account in head.accounts],
            )
            return
        joined = {pk: " ".join(found) for pk, (_head, found) in rows.items()}
        cursor.executemany(
            "INSERT INTO mail_tokens (rowid, tokens) VALUES (%s, %s)",
            [(head.place, joined[pk]) for pk, (head, _found) in rows.items()],
        )
        cursor.executemany(
            "INSERT INTO mail_indexed (message_id, place, packed) VALUES (%s, %s, %s)",
            [(pk, head.place, zlib.compress(joined[pk].encode(), 1)) for pk, (head, _) in rows.items()],
        )


def _further(tokens: Iterable[str]) -> list[str]:
    """The tokens as PostgreSQL has them: with the beginnings of the words."""
    found = dict.fromkeys(tokens)
    begun = {BEGINNING + token[:SHORT] for token in found if token.isascii() and len(token) >= SHORT}
    return [*found, *sorted(begun)]


def marked(mark: str, terms: Iterable[Term]) -> list[Term]:
    """The terms as words of one field."""
    return [replace(term, tokens=tuple(mark + token for token in term.tokens)) for term in terms]


def matching(
    terms: Sequence[Term], accounts: Sequence[int] | None, *, since: int = 0, before: int = LAST
) -> Iterator[list[int]]:
    """Places of the messages with all these terms, newest first, a few at a time, until one has enough.

    `accounts` narrows to mails of these mailboxes (None: all); `since` and `before` are places. Who asks must
    still ask the database what of it may be seen. `message_id(place)` tells which message it is.
    """
    if accounts is not None and not accounts:
        return
    with connection.cursor() as cursor:
        newest = _newest_postgres if connection.vendor == "postgresql" else _newest_sqlite
        yield from newest(cursor, terms, accounts, since, before)


def _newest_sqlite(
    cursor: Any, terms: Sequence[Term], accounts: Sequence[int] | None, since: int, before: int
) -> Iterator[list[int]]:
    parts = [_fts5(cursor, term) for term in terms]
    if accounts is not None:
        parts.append("(" + " OR ".join(f'"{ACCOUNT}{account}"' for account in accounts) + ")")
    for limit in chain(ROUNDS, repeat(ROUNDS[-1])):
        match = "mail_tokens MATCH %s AND " if parts else ""
        cursor.execute(
            f"SELECT rowid FROM mail_tokens WHERE {match}rowid >= %s AND rowid < %s "  # noqa: S608
            "ORDER BY rowid DESC LIMIT %s",
            [*([" AND ".join(parts)] if parts else []), since, before, limit],
        )
        found = [row[0] for row in cursor.fetchall()]
        if found:
            yield found
        if len(found) < limit:
            return
        before = found[-1]


def message_id(place: int) -> int:
    """Which message stands at a place."""
    return place & ((1 << BITS) - 1)


# Tokens hold letters and digits only, so quoting them is enough on both engines.
def _fts5(cursor: Any, term: Term) -> str:
    return "(" + " OR ".join(one for token in term.tokens for one in _fts5_words(cursor, term, token)) + ")"


def _fts5_words(cursor: Any, term: Term, token: str) -> list[str]:
    """A token, or the words that begin so: the engine reads words in the order asked for and stops early, but
    of a beginning it puts the mails of all its words in order first.
    """
    if not _begins(term, token):
        return [f'"{token}"']
    if len(token) not in INDEXED:
        # A look at the engine's own list of words, which belongs to the connection.
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.mail_words USING fts5vocab(main, mail_tokens, row)"
        )
        after = token[:-1] + chr(ord(token[-1]) + 1)
        cursor.execute(
            "SELECT term FROM temp.mail_words WHERE term >= %s AND term < %s LIMIT %s",
            [token, after, MOST_WORDS + 1],
        )
        words = [word for (word,) in cursor.fetchall()]
        if len(words) <= MOST_WORDS:
            return [f'"{word}"' for word in words or [token]]
    return [f'"{token}" *']


def _begins(term: Term, token: str) -> bool:
    """Whether longer words that begin so are meant: not for two or three letters, too many do."""
    plain = token.lstrip("".join((FROM, TO, CC, SUBJECT)))
    if token != plain:
        return term.is_beginning
    return term.is_beginning and (len(plain) >= SHORT or not plain.isascii())


CHUNKS = (100, 300, 900, 2_000)
"""PostgreSQL cannot give the newest of many matches by itself: so many of the newest mails are looked at one
by one, the last number again and again, as long as the index would have to put more of them in order.
"""
OFTEN, COUNTED = 0.1, 50_000
"""How much the index would give is reckoned, for what matches less often than that, from the number of mails;
of some mailboxes they are counted up to so many.
"""
COMMON = 0.2
"""What stands in a greater part of the mails is looked for in those that the other words find: to list the
mails of a frequent word, above all of its beginning, takes longer.
"""


def _newest_postgres(
    cursor: Any, terms: Sequence[Term], accounts: Sequence[int] | None, since: int, before: int
) -> Iterator[list[int]]:
    parts = [_tsquery(term) for term in terms]
    counts, in_all = [0] * len(parts), 0
    looked = hits = 0
    for chunk, following in pairwise(chain(CHUNKS, repeat(CHUNKS[-1]))):
        seen = _chunk(cursor, parts, accounts, since, before, chunk)
        found = [place for place, *has in seen if all(has)]
        if found:
            yield found
        if len(seen) < chunk:
            return
        looked, hits, before = looked + len(seen), hits + len(found), seen[-1][0]
        counts = [n + sum(has) for n, has in zip(counts, list(zip(*seen, strict=True))[1:], strict=True)]
        if parts and (hits < OFTEN * looked or looked > CHUNKS[-1]):
            in_all = in_all or _count(cursor, accounts, since, before)
            if max(hits, 0.5) / looked * in_all <= max(looked, following):
                break
    found = _indexed(cursor, parts, [n / looked for n in counts], accounts, since, before)
    yield from (found[start : start + SLICE] for start in range(0, len(found), SLICE))


def _count(cursor: Any, accounts: Sequence[int] | None, since: int, before: int) -> int:
    """About how many mails there are between two places."""
    if accounts is None:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'mail_indexed'::regclass"
        )
    else:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM mail_places WHERE account_id = ANY(%s) "
            "AND place >= %s AND place < %s LIMIT %s) AS there",
            [list(accounts), since, before, COUNTED],
        )
    return int(cursor.fetchone()[0])


def _chunk(
    cursor: Any, parts: Sequence[str], accounts: Sequence[int] | None, since: int, before: int, most: int
) -> list[tuple[int, ...]]:
    """The newest mails before a place, newest first: each with whether every single part is found there."""
    has = "".join([", coalesce(words.tokens @@ %s::tsquery, false)" for _ in parts])
    if accounts is None:
        newest = (
            "SELECT place FROM mail_indexed WHERE place >= %s AND place < %s ORDER BY place DESC LIMIT %s"
        )
        bounds: list[Any] = [since, before, most]
    else:
        newest = (
            "SELECT DISTINCT one.place FROM unnest(%s::bigint[]) AS box (id) CROSS JOIN LATERAL ("
            "SELECT place FROM mail_places WHERE account_id = box.id AND place >= %s AND place < %s "
            "ORDER BY place DESC LIMIT %s) AS one ORDER BY one.place DESC LIMIT %s"
        )
        bounds = [list(accounts), since, before, most, most]
    cursor.execute(
        f"SELECT newest.place{has} FROM ({newest}) AS newest "  # noqa: S608
        "LEFT JOIN mail_indexed AS words ON words.place = newest.place ORDER BY newest.place DESC",
        [*parts, *bounds],
    )
    rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows


def _indexed(
    cursor: Any,
    parts: Sequence[str],
    shares: Sequence[float],
    accounts: Sequence[int] | None,
    since: int,
    before: int,
) -> list[int]:
    """All matches by the index, asked for what is rare; `shares` says how often each part was found."""
    rare = [part for part, share in zip(parts, shares, strict=True) if share < COMMON] or list(parts)
    common = [part for part in parts if part not in rare]
    if accounts is not None:
        rare.append("(" + " | ".join(f"'{ACCOUNT}{account}'" for account in accounts) + ")")
    # As IS TRUE the index is not asked for it.
    further = "(tokens @@ %s::tsquery) IS TRUE AND " if common else ""
    cursor.execute(
        f"SELECT place FROM mail_indexed WHERE tokens @@ %s::tsquery AND {further}"  # noqa: S608
        "place >= %s AND place < %s ORDER BY place + 0 DESC LIMIT %s",
        [" & ".join(rare), *([" & ".join(common)] if common else []), since, before, MOST],
    )
    return [row[0] for row in cursor.fetchall()]


def _tsquery(term: Term) -> str:
    return "(" + " | ".join(_word(term, token) for token in term.tokens) + ")"


def _word(term: Term, token: str) -> str:
    if not _begins(term, token):
        return f"'{token}'"
    if len(token) == SHORT and token.isascii():
        return f"'{BEGINNING}{token}'"
    return f"'{token}':*"
