"""Names and addresses of a header, as forgiving as the mails of the world need it."""

from __future__ import annotations

import re

from genjin.mail.reading.headers import text, unfolded
from genjin.mail.reading.letter import Mailbox

_SIMPLE = re.compile(
    rb'\s*(?:"([^"\\]*)"|([^"<>,;:@\\()]*?))\s*<\s*([^\s<>,;:@"\\()]+@[^\s<>,;"\\()]+)\s*>\s*'
)
_BARE = re.compile(rb"\s*([^\s<>,;:\"\\()]+@[^\s<>,;:\"\\()]+)\s*")
_TOKEN = re.compile(
    rb'"(?>(?:[^"\\]|\\.)*)"?|\((?:[^()\\]|\\.)*\)|<(?:[^<>(]|\([^()]*\)|\()*>?|[,;:]|[^"(<,;:]+|\(',
    re.DOTALL,
)
_ADDRESS = re.compile(rb"(?<![^\s<>,;\"()\[\]])[^\s<>,;\"()\[\]]+@[^\s<>,;\"()]+")
_COMMENT = re.compile(rb"\([^()]*\)")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_LIMIT = 5_000
_LONGEST = 400_000
"""Bytes of one header: room for all the recipients that `_LIMIT` lets through."""


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """All mailboxes of an address header; groups are flattened, what has no address keeps its name."""
    flat = unfolded(value[:_LONGEST]).strip()
    if not flat:
        return ()
    simple = _SIMPLE.fullmatch(flat)
    if simple:
        return (Mailbox(_name(simple[1] if simple[1] is not None else simple[2] or b""), _plain(simple[3])),)
    if _BARE.fullmatch(flat):
        return (Mailbox("", _plain(flat)),)
    return tuple(box for box in (_mailbox(tokens) for tokens in _split(flat)) if box)


def _split(flat: bytes) -> list[list[bytes]]:
    """The tokens of each mailbox: cut at commas and semicolons, group names left out."""
    groups: list[list[bytes]] = [[]]
    for count, found in enumerate(_TOKEN.finditer(flat)):
        token = found[0]
        if token in (b",", b";"):
            groups.append([])
        elif token == b":" and not any(b"@" in before for before in groups[-1]):
            groups[-1] = []  # it was the name of a group
        else:
            groups[-1].append(token)
        if count > _LIMIT:
            break
    return groups


def _mailbox(tokens: list[bytes]) -> Mailbox | None:
    words: list[bytes] = []
    comments: list[bytes] = []
    address = b""
    for token in tokens:
        if token.startswith(b"<"):
            inner = _COMMENT.sub(b"", token.strip(b"<> \t")).rpartition(b":")[2].strip()  # without a route
            address = inner or address
        elif token.startswith(b"(") and len(token) > 1:
            comments.append(token[1:-1])
        else:
            words.append(_ESCAPE.sub(rb"\1", token[1:].removesuffix(b'"')) if token[:1] == b'"' else token)
    name = b"".join(words).strip()
    if not address:
        found = _ADDRESS.search(name)
        if found:
            address, name = found[0], (name[: found.start()] + name[found.end() :]).strip()
    name = name or (b" ".join(comments) if address else b"")
    if not address and not name:
        return None
    return Mailbox(_name(name), _plain(address))


def _name(raw: bytes) -> str:
    return " ".join(text(raw.strip())[0].strip("'\"").split())


def _plain(raw: bytes) -> str:
    """The address in its own letters; one that was wrongly encoded as a word is decoded."""
    found = text(raw.strip())[0]
    inner = re.search(r"<([^<>@]+@[^<>]+)>", found)
    return "".join((inner[1] if inner else found).split()).strip("'<>")
