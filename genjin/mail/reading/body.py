"""From the MIME tree to what a reader sees: text, HTML, attachments, calendars, reports, enclosed headers."""

from __future__ import annotations

import hashlib
import html
import mimetypes
from dataclasses import dataclass, field

from fast_mail_parser import ParseError

from genjin.mail.reading import headers
from genjin.mail.reading.calendars import calendar_part
from genjin.mail.reading.charsets import decode
from genjin.mail.reading.html_text import html_text
from genjin.mail.reading.letter import Attachment, CalendarPart, Part, Problem, Protection
from genjin.mail.reading.tnef import BrokenTnef, read_tnef
from genjin.mail.reading.tree import MAX_PARTS, Node

TEXT_LIMIT = 2_000_000
_REPORTS = frozenset(
    f"message/{name}"
    for name in (
        "delivery-status",
        "global-delivery-status",
        "disposition-notification",
        "feedback-report",
        "global-disposition-notification",
    )
)
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_MESSAGES = frozenset(("message/rfc822", "message/global"))
_HEADERS_ONLY = frozenset(("text/rfc822-headers", "text/rfc822", "message/global-headers"))


class Unreadable(Exception):
    """The fast parser cannot decode a part: the other one is asked."""


@dataclass(slots=True)
class Body:
    """What was gathered from the tree."""

    parts: list[Part] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendars: list[CalendarPart] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    returned: headers.Raw = field(default_factory=list)
    blocks: dict[str, list[str]] = field(default_factory=dict)
    """Plain text and HTML of each block, by the path of its multipart/alternative or its own."""
    room: int = TEXT_LIMIT
    with_digests: bool = True
    problems: list[Problem] = field(default_factory=list)
    protection: Protection = Protection.NONE

    def text(self) -> str:
        """Plain text of all blocks; of a block that has none, the text of its HTML."""
        pieces = [
            plain if plain.strip() or not rich else html_text(rich) for plain, rich in self.blocks.values()
        ]
        return "\n".join(piece for piece in pieces if piece.strip()).replace("\r\n", "\n").replace("\r", "\n")

    def html(self) -> str:
        """The HTML of all blocks, "" when none has any."""
        if not any(rich.strip() for _, rich in self.blocks.values()):
            return ""
        return "\n".join(
            rich if rich.strip() else f"<pre>{html.escape(plain)}</pre>"
            for plain, rich in self.blocks.values()
            if rich.strip() or plain.strip()
        )


def body(root: Node, *, tolerant: bool = False, with_digests: bool = True) -> Body:
    """Gathers; raises Unreadable when a part's bytes cannot be had from this tree, or takes it as empty."""
    found = Body(with_digests=with_digests)
    waiting: list[tuple[Node, str, bool]] = [(root, "", False)]
    count = 0
    while waiting:
        node, alternative, reported = waiting.pop()
        count += 1
        _protect(found, node)
        if node.is_container:
            found.parts.append(Part(node.path, node.type, "", "", 0))
            inner = alternative or (f"a{node.path}" if node.type == "multipart/alternative" else "")
            within = reported or node.type == "multipart/report"
            waiting.extend((child, inner, within) for child in reversed(node.children))
            continue
        try:
            content = node.content()
        except (ParseError, ValueError, RecursionError) as error:
            if not tolerant:
                raise Unreadable from error
            content = b""
        found.parts.append(
            Part(node.path, node.type, node.parameters.get("charset", ""), node.name, len(content))
        )
        _leaf(found, node, content, alternative, reported)
    if count >= MAX_PARTS:
        found.problems.append(Problem.TOO_MANY_PARTS)
    return found


def _leaf(found: Body, node: Node, content: bytes, alternative: str, reported: bool) -> None:
    type_ = node.type
    if type_ in _REPORTS:
        found.reports.append(_text(found, node, content))
        if node.name:
            found.attachments.append(_attachment(found, node, content))
    elif type_ in _MESSAGES or type_ in _HEADERS_ONLY:
        if not found.returned:
            found.returned = headers.header_block(content.lstrip())[0]
        if node.name or (not reported and type_ in _MESSAGES):
            found.attachments.append(_attachment(found, node, content))
    elif type_ in _TNEF or node.name.lower() == "winmail.dat":
        _unpack(found, node, content)
    elif _is_text(node):
        _put(found, alternative or node.path, _text(found, node, content), rich=type_ == "text/html")
    else:
        if type_ in ("text/calendar", "application/ics") or node.name.lower().endswith(".ics"):
            calendar = calendar_part(_text(found, node, content))
            if calendar and calendar not in found.calendars:
                found.calendars.append(calendar)
            if type_ == "text/calendar" and not node.name and node.disposition != "attachment":
                return
        found.attachments.append(_attachment(found, node, content))


def _is_text(node: Node) -> bool:
    if node.type not in ("text/plain", "text/html", "text/enriched") and not (
        node.type.startswith("text/")
        and not node.name
        and not node.disposition
        and node.type != "text/calendar"
    ):
        return False
    return node.disposition != "attachment" and (not node.name or not node.path)


def _text(found: Body, node: Node, content: bytes) -> str:
    if len(content) > TEXT_LIMIT:
        content = content[:TEXT_LIMIT]
        found.problems.append(Problem.TEXT_CUT)
    text, how = decode(content, node.parameters.get("charset", ""))
    if how:
        found.problems.append(Problem.WRONG_CHARSET if how == "OTHER" else Problem.LOST_CHARACTERS)
    return text.replace("\0", "")


def _put(found: Body, block: str, text: str, *, rich: bool) -> None:
    if len(text) > found.room:
        text = text[: found.room]
        found.problems.append(Problem.TEXT_CUT)
    found.room -= len(text)
    pair = found.blocks.setdefault(block, ["", ""])
    pair[rich] = f"{pair[rich]}\n{text}" if pair[rich] else text


def _digest(found: Body, content: bytes) -> str:
    return hashlib.sha256(content).hexdigest() if found.with_digests else ""


def _attachment(found: Body, node: Node, content: bytes) -> Attachment:
    inline = bool(node.content_id) and node.disposition != "attachment" and node.type.startswith("image/")
    return Attachment(
        node.path,
        _file_name(node),
        node.type,
        len(content),
        _digest(found, content),
        node.content_id,
        inline,
    )


def _file_name(node: Node) -> str:
    return " ".join(node.name.replace("\0", "").split())


def _unpack(found: Body, node: Node, content: bytes) -> None:
    try:
        inner = read_tnef(content)
    except BrokenTnef:
        found.problems.append(Problem.BROKEN_TNEF)
        found.attachments.append(_attachment(found, node, content))
        return
    if not (inner.attachments or inner.text or inner.html):
        found.attachments.append(_attachment(found, node, content))
    if not found.blocks:
        _put(found, node.path, inner.text, rich=False)
        _put(found, node.path, inner.html, rich=True)
    for number, enclosed in enumerate(inner.attachments, 1):
        type_ = enclosed.type or mimetypes.guess_type(enclosed.name)[0] or "application/octet-stream"
        found.attachments.append(
            Attachment(
                f"{node.path}#{number}",
                enclosed.name,
                type_,
                len(enclosed.content),
                _digest(found, enclosed.content),
                enclosed.content_id,
                inline=bool(enclosed.content_id) and type_.startswith("image/"),
            )
        )


def _protect(found: Body, node: Node) -> None:
    """S/MIME and PGP by the types of RFC 8551 and 3156; the outermost layer is told."""
    if found.protection:
        return
    protocol = node.parameters.get("protocol", "").lower()
    if node.type == "multipart/signed":
        found.protection = Protection.PGP_SIGNED if "pgp" in protocol else Protection.SMIME_SIGNED
    elif node.type == "multipart/encrypted" or node.type == "application/pgp-encrypted":
        found.protection = Protection.PGP_ENCRYPTED
    elif node.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        signed = node.parameters.get("smime-type", "").lower() in ("signed-data", "certs-only")
        found.protection = Protection.SMIME_SIGNED if signed else Protection.SMIME_ENCRYPTED
