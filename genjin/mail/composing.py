"""A mail of ours as the bytes that travel: MIME that Outlook, Foxmail and Gmail read alike.

Bcc is nowhere in here: to whom a mail goes is said in the SMTP dialogue only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import BASE64, QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from genjin.mail import outgoing_html
from genjin.mail.outgoing_html import PICTURE
from genjin.mail.recipients import Pair, domain_of, envelope_address

REFERENCES = 20
"""As many Message-IDs of the conversation are named at most: its first one and the newest."""
_POLICY = compat32.clone(linesep="\r\n", max_line_length=76, mangle_from_=False)
_PIECE = 50
_START = "utf-8''"
_PLAIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- ()+=@")
_NEVER_SENT = ("message/", "multipart/")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to enclose; `picture_id` is the attachment's id when it stands as a picture within the text."""

    name: str
    media_type: str
    content: bytes
    picture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """All that goes into the bytes. Addresses are [name, address]; ids are without angle brackets."""

    sender: Pair
    to: Sequence[Pair]
    cc: Sequence[Pair]
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    """When it leaves, in the zone of its writer."""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    language: str = ""
    is_automatic: bool = False
    """An automatic acknowledgement, which no automatic answer may follow (RFC 3834)."""
    enclosures: Sequence[Enclosure] = ()
    pixel: str = ""
    """Address of the picture whose fetching hints that it was opened."""


def new_message_id(address: str) -> str:
    """A Message-ID that was never used before, in the domain of the sender; without angle brackets."""
    return f"{secrets.token_hex(16)}@{domain_of(address) or 'genjin.invalid'}"


def composed(mail: Composition) -> bytes:
    """The bytes of the mail: CRLF, 7 bit, lines of at most 78 signs wherever the format allows."""
    root = _body(mail)
    others = [one for one in mail.enclosures if one.picture_id is None]
    if others:
        whole = MIMEMultipart("mixed", policy=_POLICY)
        for part in (root, *(_enclosed(one) for one in others)):
            whole.attach(part)
        root = whole
    _head(root, mail)
    return root.as_bytes(policy=_POLICY)


def with_bcc(raw: bytes, bcc: Sequence[Pair]) -> bytes:
    """The copy for the sender's own Sent folder, which alone tells whom he blind-copied."""
    if not bcc:
        return raw
    return f"Bcc: {_folded(_addresses(bcc), len('Bcc: '))}\r\n".encode("ascii") + raw


def references(first_ids: Sequence[str], answered_id: str) -> list[str]:
    """The Message-IDs that a reply names: those that the answered mail named, and its own."""
    ids = list(dict.fromkeys(one.strip("<> ") for one in (*first_ids, answered_id) if one.strip("<> ")))
    return ids if len(ids) <= REFERENCES else [ids[0], *ids[1 - REFERENCES :]]


def _head(root: MIMEBase, mail: Composition) -> None:
    fields: list[tuple[str, str]] = [
        ("From", _addresses([mail.sender])),
        ("To", _addresses(mail.to)),
        ("Cc", _addresses(mail.cc)),
        ("Subject", _words(_line(mail.subject))),
        ("Date", format_datetime(mail.date)),
        ("Message-ID", f"<{mail.message_id}>"),
        ("In-Reply-To", f"<{_line(mail.in_reply_to)}>" if mail.in_reply_to else ""),
        ("References", " ".join(f"<{_line(one)}>" for one in mail.references)),
        ("Content-Language", _line(mail.language)),
        ("Auto-Submitted", "auto-replied" if mail.is_automatic else ""),
    ]
    if not mail.to and not mail.cc:  # everybody is blind-copied
        fields[1] = ("To", "undisclosed-recipients:;")
    del root["MIME-Version"]
    inner = root.items()
    for name, _value in inner:
        del root[name]
    for name, value in fields:
        if value:
            root[name] = value
    root["MIME-Version"] = "1.0"
    for name, value in inner:
        root[name] = value


def _body(mail: Composition) -> MIMEBase:
    """The text, and with HTML both as alternatives, its pictures beside it."""
    plain = _text(mail.text, "plain")
    if not mail.html:
        return plain
    pictures = [one for one in mail.enclosures if one.picture_id is not None]
    names = {f"{PICTURE}{one.picture_id}": f"cid:{_content_id(one, mail)}" for one in pictures}
    shown_html = outgoing_html.with_pictures(mail.html, names)
    if mail.pixel:
        shown_html += f'<img src="{escape(mail.pixel)}" width="1" height="1" alt="">'
    document = outgoing_html.finished(shown_html, language=mail.language)
    shown: MIMEBase = _text(document, "html")
    if pictures:
        related = MIMEMultipart("related", policy=_POLICY, type="text/html")
        related.attach(shown)
        for one in pictures:
            related.attach(_enclosed(one, content_id=_content_id(one, mail)))
        shown = related
    both = MIMEMultipart("alternative", policy=_POLICY)
    both.attach(plain)
    both.attach(shown)
    return both


def _content_id(picture: Enclosure, mail: Composition) -> str:
    mark, _at, domain = mail.message_id.rpartition("@")
    return f"{picture.picture_id}.{mark[:16]}@{domain}"


def _text(text: str, kind: str) -> MIMENonMultipart:
    """A part of text in UTF-8: quoted-printable where it is mostly ASCII, so that people can read the raw."""
    charset = Charset("utf-8")
    foreign = sum(sign > "\x7f" for sign in text)
    charset.body_encoding = BASE64 if foreign * 6 > len(text) else QP
    part = MIMENonMultipart("text", kind, policy=_POLICY, charset="utf-8")
    part.set_payload(text.replace("\r\n", "\n").replace("\n", "\r\n"), charset)
    return part


def _enclosed(one: Enclosure, content_id: str = "") -> MIMEBase:
    """A part with a file: its name once as RFC 2231 asks, once as Foxmail and old Outlooks read it."""
    kind = one.media_type if not one.media_type.startswith(_NEVER_SENT) else "application/octet-stream"
    main, _slash, sub = kind.partition("/")
    part = MIMEBase(main, sub or "octet-stream", policy=_POLICY)
    name = _line(one.name)
    part.replace_header("Content-Type", f'{main}/{sub or "octet-stream"}; name="{_quoted(name)}"')
    part.set_payload(one.content)
    encode_base64(part)
    how = "inline" if content_id else "attachment"
    part["Content-Disposition"] = f"{how}; {_file_name(name)}"
    if content_id:
        part["Content-ID"] = f"<{content_id}>"
    return part


def _quoted(name: str) -> str:
    return _words(name) if set(name) - _PLAIN_NAME else name


def _file_name(name: str) -> str:
    """`filename` as a parameter: RFC 2231, in pieces that fit on a line each."""
    if not set(name) - _PLAIN_NAME and len(name) <= _PIECE:
        return f'filename="{name}"'
    pieces = [""]
    for sign in name:
        coded = quote(sign, safe="")
        if len(pieces[-1]) + len(coded) > _PIECE:
            pieces.append("")
        pieces[-1] += coded
    if len(pieces) == 1:
        return f"filename*={_START}{pieces[0]}"
    return "; ".join(f"filename*{n}*={'' if n else _START}{one}" for n, one in enumerate(pieces))


def _addresses(pairs: Iterable[Sequence[str]]) -> str:
    return ", ".join(_address(name, address) for name, address in pairs)


def _address(name: str, address: str) -> str:
    """One address for a header; names that need it are quoted or encoded."""
    shown, travels = _line(name), envelope_address(_line(address))
    if not shown or shown.lower() == address.lower():
        return travels
    if not shown.isascii():
        return f"{_words(shown)} <{travels}>"
    plain = all(sign.isalnum() or sign in " -'" for sign in shown)
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f"{shown} <{travels}>" if plain else f'"{escaped}" <{travels}>'


def _words(text: str) -> str:
    """Text for a header: as it is in ASCII, else as encoded words (RFC 2047)."""
    return (
        text
        if text.isascii() and "=?" not in text
        else Header(text, "utf-8", maxlinelen=60).encode(linesep="")
    )


def _folded(value: str, indent: int) -> str:
    return Header(value, maxlinelen=76, header_name=" " * max(indent - 2, 0)).encode(linesep="\r\n")


def _line(text: str) -> str:
    """On one line, without signs that could begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
