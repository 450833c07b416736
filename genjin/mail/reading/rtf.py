"""Outlook's compressed RTF (MS-OXRTFCP) to plain text; formatting is left behind."""

from __future__ import annotations

import re
import struct

from genjin.mail.reading.charsets import decode

_PREFILLED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_LIMIT = 5_000_000
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_GROUP = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_HIDDEN = frozenset(("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "generator", "htmlrtf"))
_SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "row": "\n", "cell": "\t", "emdash": "—", "endash": "–"}


def unpacked(raw: bytes) -> bytes:
    """The RTF of a PR_RTF_COMPRESSED value; raises struct.error where it ends too early."""
    _, _, kind, _ = struct.unpack_from("<II4sI", raw)
    if kind == _PLAIN:
        return raw[16:]
    if kind != _COMPRESSED:
        return b""
    window = bytearray(_PREFILLED.ljust(_WINDOW, b" "))
    write = len(_PREFILLED)
    out = bytearray()
    at = 16
    while at < len(raw) and len(out) < _LIMIT:
        control = raw[at]
        at += 1
        for bit in range(8):
            if at >= len(raw):
                break
            if not control >> bit & 1:
                copied = raw[at : at + 1]
                at += 1
            else:
                reference = int.from_bytes(raw[at : at + 2].ljust(2, b"\0"), "big")
                at += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(out)
                copied = _copied(window, offset, length, write)
            for byte in copied:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += copied
    return bytes(out)


def _copied(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """Bytes of the window, which may run into what this very reference writes."""
    copied = bytearray()
    for step in range(length):
        place = (offset + step) % _WINDOW
        ahead = (place - write) % _WINDOW
        copied.append(copied[ahead] if ahead < len(copied) else window[place])
    return bytes(copied)


def rtf_text(raw: bytes, charset: str) -> str:
    """The text of RTF; tables of fonts and the like are left out."""
    out: list[str] = []
    pending = bytearray()
    hidden: list[bool] = [False]
    for found in _GROUP.finditer(raw.decode("latin-1")):
        word, number, byte, sign, brace, plain = found.groups()
        if byte and not hidden[-1]:
            pending.append(int(byte, 16))
            continue
        if pending:
            out.append(decode(bytes(pending), charset)[0])
            pending.clear()
        if brace == "{":
            hidden.append(hidden[-1])
        elif brace == "}":
            hidden = hidden[:-1] or [False]
        elif word in _HIDDEN or sign == "*":
            hidden[-1] = word != "htmlrtf" or number != "0"
        elif not hidden[-1]:
            out.append(_shown(word, number, sign, plain))
    out.append(decode(bytes(pending), charset)[0])
    return "".join(out).strip()


def _shown(word: str | None, number: str | None, sign: str | None, plain: str | None) -> str:
    if word == "u" and number:
        return chr(int(number) % 0x10000) if not 0xD800 <= int(number) % 0x10000 <= 0xDFFF else "\ufffd"
    if word:
        return _SIGNS.get(word, "")
    return plain or (sign if sign and sign in "\\{}" else "")
