"""Header fields from raw bytes: unfolding, encoded words, raw 8-bit text, parameters."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from urllib.parse import unquote_to_bytes

from genjin.mail.reading.charsets import decode

_LINE_END = re.compile(rb"\r\n|\n|\r")
_NAME = re.compile(rb"[!-9;-~]+[ \t]*:")
_CONTINUES = re.compile(rb"[ \t]+\S|[!-9;-~]+[ \t]*:")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,4000}?)\?=", re.DOTALL)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_PARAMETER = re.compile(r""";\s*+([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*(?:"[^;]*)?))""", re.DOTALL)
_SECTION = re.compile(r"^(.+?)(?:\*(\d+))?(\*)?$")
_BLOCK_LIMIT = 1_000_000
_FIELD_LIMIT = 2_000
_VALUE_LIMIT = 64_000

Raw = list[tuple[str, bytes]]


def header_block(raw: bytes) -> tuple[Raw, bool]:
    """The raw fields of a message's head, in order, and whether all its lines were fields."""
    fields: list[tuple[str, bytearray]] = []
    clean = True
    at = 0
    head = raw[:_BLOCK_LIMIT]
    while at < len(head):
        end = _LINE_END.search(head, at)
        line = head[at : end.start()] if end else head[at:]
        at = end.end() if end else len(head)
        if not line.strip() and not (line and fields and _CONTINUES.match(head, at)):
            if fields or line:
                break
            continue  # empty lines before the first field
        if line[:1] in b" \t" and fields:
            fields[-1][1].extend(b"\n" + line)
        elif _NAME.match(line):
            name, _, value = line.partition(b":")
            fields.append((name.decode("latin-1").strip(), bytearray(value.strip(b" \t"))))
        elif line.startswith((b"From ", b">From ")):
            continue  # the separator line of an mbox
        elif not fields:
            return [], False  # text without any head
        else:
            clean = False
            if not head[at:].strip() or not _NAME.match(head, at):
                break  # the body began without its empty line
        if len(fields) >= _FIELD_LIMIT:
            break
    return [(name, bytes(value)) for name, value in fields], clean


def unfolded(value: bytes) -> bytes:
    """One line of a folded value."""
    return value.replace(b"\r", b"").replace(b"\n", b"") if b"\n" in value else value


def text(value: bytes) -> tuple[str, str]:
    """A header's text with encoded words and raw 8-bit text resolved, and how it was won (see `decode`)."""
    flat = unfolded(value[:_VALUE_LIMIT])
    if b"=?" not in flat:
        if flat.isascii() and b"\x1b" not in flat:
            return flat.decode("ascii").strip(), ""
        found, how = decode(flat)
        return found.strip(), how
    return _words(flat.decode("latin-1"))


def _words(value: str) -> tuple[str, str]:
    """Encoded words joined by charset before they are decoded: senders cut within a character."""
    pieces: list[tuple[str, bytearray]] = []  # "" as charset: outside of encoded words
    at = 0
    for word in _ENCODED.finditer(value):
        between = value[at : word.start()]
        at = word.end()
        if between.strip() or (between and not (pieces and pieces[-1][0])):
            pieces.append(("", bytearray(between.encode("latin-1"))))
        label = word[1].split("*")[0].lower()
        data = _q(word[3]) if word[2] in "qQ" else _b(word[3])
        if pieces and pieces[-1][0] == label and not label.startswith(("iso-2022", "utf-7", "hz")):
            pieces[-1][1].extend(data)
        else:
            pieces.append((label, bytearray(data)))
    if value[at:]:
        pieces.append(("", bytearray(value[at:].encode("latin-1"))))
    told = ""
    out = []
    for label, gathered in pieces:
        found, how = decode(bytes(gathered), label)
        told = how if how == "LOST" or not told else told
        out.append(found)
    return "".join(out).replace("\r", "").replace("\n", " ").strip(), told


def _b(data: str) -> bytes:
    plain = _NOT_BASE64.sub("", data)
    plain = plain[:-1] if len(plain) % 4 == 1 else plain
    try:
        return b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return data.encode("latin-1", "replace")


def _q(data: str) -> bytes:
    raw = data.replace("_", " ").encode("latin-1", "replace").replace(b"\n", b"")
    return _Q_ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), raw)


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """Main value in lower case, and parameters (RFC 2231, RFC 2047 or raw), of Content-Type and the like."""
    flat = unfolded(value[:_VALUE_LIMIT]).decode("latin-1")
    main = flat.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(";" + flat.partition(";")[2]):
        quoted = found[2] is not None
        content = re.sub(r"\\([\"\\])", r"\1", found[2]) if quoted else found[3].strip().strip('"')
        section = _SECTION.match(found[1].lower())
        if section and (section[2] or section[3]):
            extended.setdefault(section[1], []).append(
                (int((section[2] or "0")[:4]), bool(section[3]), content)
            )
        else:
            plain.setdefault(found[1].lower(), content)
    named = {key: text(content.encode("latin-1"))[0] for key, content in plain.items()}
    named.update({key: _joined(sections) for key, sections in extended.items()})
    return main, named


def _joined(sections: list[tuple[int, bool, str]]) -> str:
    """The value of RFC 2231 continuations; a charset may stand before the first."""
    sections.sort(key=lambda section: section[0])
    label = ""
    raw = bytearray()
    for position, (_, escaped, content) in enumerate(sections):
        piece = content
        if position == 0 and escaped and piece.count("'") >= 2:
            label, _, piece = piece.split("'", 2)
        raw += unquote_to_bytes(piece) if escaped else piece.encode("latin-1", "replace")
    if not label and b"=?" in raw:
        return text(bytes(raw))[0]
    return decode(bytes(raw), label)[0]
