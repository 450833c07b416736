"""The MIME tree of a message: by the fast parser, and by the standard library where that one gives up."""

from __future__ import annotations

import email.parser
import email.policy
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from fast_mail_parser import ParseError, parse_email_tree

from genjin.mail.reading import headers
from genjin.mail.reading.letter import Problem

MAX_PARTS = 20_000
MAX_DEPTH = 60
SECOND_OPINION = 30 * 2**20  # bytes; above, the slow parser would need minutes and gigabytes
_ENCODED_WORDS = 5_000
"""Above, the fast parser needs time with the square of the length of a header."""
_ENCODINGS = frozenset(("", "7bit", "8bit", "binary", "base64", "quoted-printable"))
_PARSER = email.parser.BytesParser(policy=email.policy.compat32)


@dataclass(slots=True)
class Node:
    """One part: raw header fields, and either children or a way to its decoded bytes."""

    path: str
    type: str
    parameters: dict[str, str]
    fields: headers.Raw
    disposition: str
    name: str
    content_id: str
    is_container: bool
    source: Any = None
    children: list[Node] = field(default_factory=list)

    def content(self) -> bytes:
        """The bytes with the transfer encoding undone; raises ParseError where the fast parser cannot."""
        if self.source is None:
            return b""
        if isinstance(self.source, Message):
            return _payload(self.source)
        return self.source.content or b""

    def walk(self) -> Iterator[Node]:
        """This part and all below, in order, without recursion."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def tree(raw: bytes) -> tuple[Node, list[Problem]]:
    """The tree of any bytes; the problems tell what was repaired."""
    if raw.count(b"=?") > _ENCODED_WORDS:
        return second_opinion(raw)
    try:
        root = parse_email_tree(raw, mode="lazy")
        if not _doubtful(root):
            return _built(root, raw), []
    except (ParseError, ValueError, RecursionError, MemoryError):
        pass
    return second_opinion(raw)


def second_opinion(raw: bytes) -> tuple[Node, list[Problem]]:
    """The tree as the standard library sees it; what even that cannot take apart is one part."""
    if len(raw) <= SECOND_OPINION:
        try:
            return _built(_PARSER.parsebytes(raw), raw), []
        except Exception as error:  # whatever the bytes made of it: the raw message remains
            logging.getLogger(__name__).info("A message cannot be taken apart: %s", type(error).__name__)
    fields, _ = headers.header_block(raw)
    return Node("", "text/plain", {}, fields, "", "", "", is_container=False), [Problem.UNREADABLE]


def _doubtful(root: Any) -> bool:
    """Whether the fast parser met something it is known to read less well than the standard library."""
    waiting = [(root, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        children = part.children
        if part.content_type.startswith("multipart/") and not children:
            return True
        for name, values in part.headers.items():
            if len(name) == 25 and name.lower() == "content-transfer-encoding":
                encoding = values[0].strip().lower()
                if encoding not in _ENCODINGS:
                    return True
        if depth < MAX_DEPTH and seen < MAX_PARTS and not part.is_message:
            waiting.extend((child, depth + 1) for child in children)
    return False


def _built(root: Any, raw: bytes) -> Node:
    top = _node(root, "", raw)
    waiting: list[tuple[Any, Node, int]] = [(root, top, 0)]
    seen = 1
    while waiting:
        source, node, depth = waiting.pop()
        if depth >= MAX_DEPTH or not node.is_container:
            continue
        for number, child in enumerate(_children(source), 1):
            if seen >= MAX_PARTS:
                return top
            seen += 1
            below = _node(child, f"{node.path}.{number}" if node.path else str(number), raw)
            node.children.append(below)
            waiting.append((child, below, depth + 1))
    return top


def _children(source: Any) -> list[Any]:
    if isinstance(source, Message):
        return source.get_payload() if source.is_multipart() else []  # type: ignore[return-value]
    children: list[Any] = source.children
    return children


def _fields(source: Any, raw: bytes) -> headers.Raw:
    """Raw header fields; the fast parser has decoded them as UTF-8 or else as Latin-1, which is undone."""
    if isinstance(source, Message):
        return [(name, _bytes(value)) for name, value in source.raw_items()]
    found = []
    for name, values in source.headers.items():
        for value in values:
            if value.isascii():
                found.append((name, value.encode("ascii")))
                continue
            utf8 = value.encode("utf-8", "replace")
            try:
                found.append((name, utf8 if utf8 in raw else value.encode("latin-1")))
            except UnicodeEncodeError:
                found.append((name, utf8))
    return found


def _bytes(value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def _node(source: Any, path: str, raw: bytes) -> Node:
    fields = _fields(source, raw)
    first: dict[str, bytes] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value)
    type_, parameters = headers.parameters(first.get("content-type", b"text/plain"))
    disposition, of_disposition = headers.parameters(first.get("content-disposition", b""))
    message = type_.startswith("message/") or bool(getattr(source, "is_message", False))
    container = not message and (bool(_children(source)) or type_.startswith("multipart/"))
    if isinstance(source, Message) and container and not source.is_multipart():
        container, type_ = False, "text/plain"  # a multipart without any boundary: read it as text
    return Node(
        path,
        type_
        if "/" in type_
        else "text/plain"
        if not type_ or type_ == "text"
        else "application/octet-stream",
        parameters,
        fields,
        disposition.split()[0] if disposition else "",
        of_disposition.get("filename") or parameters.get("name", ""),
        headers.text(first.get("content-id", b""))[0].strip("<> "),
        container,
        None if container else source,
    )


def _payload(part: Message) -> bytes:
    if part.is_multipart():
        enclosed = part.get_payload()
        return b"\n".join(inner.as_bytes() for inner in enclosed if isinstance(inner, Message))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
