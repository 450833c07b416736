"""Outlook's winmail.dat (MS-OXTNEF): the attachments and the body within."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from genjin.mail.reading.charsets import decode
from genjin.mail.reading.rtf import rtf_text, unpacked

_SIGNATURE = 0x223E9F78
_BODY, _MESSAGE_PROPS, _CODEPAGE = 0x0002800C, 0x00069003, 0x00069007
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT_PROPS = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_LONG_NAME, _P_NAME, _P_TYPE, _P_CONTENT_ID, _P_DATA = 0x3707, 0x3704, 0x370E, 0x3712, 0x3701
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4} | dict.fromkeys(
    (0x5, 0x6, 0x7, 0x14, 0x40), 8
)
_STRING8, _UNICODE, _BINARY, _OBJECT, _GUID = 0x1E, 0x1F, 0x102, 0x0D, 0x48
_LIMIT = 2_000


class BrokenTnef(Exception):
    """The bytes are no TNEF, or end too early."""


@dataclass(slots=True)
class Enclosed:
    """One attachment of a TNEF part."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What a TNEF part holds that a reader can use."""

    text: str = ""
    html: str = ""
    attachments: list[Enclosed] = field(default_factory=list)


def read_tnef(raw: bytes) -> Tnef:
    """Unpacks; raises BrokenTnef."""
    try:
        return _read(raw)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise BrokenTnef(str(error)) from error


def _read(raw: bytes) -> Tnef:
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        raise BrokenTnef("no TNEF signature")
    found = Tnef()
    charset = "cp1252"
    for attribute, data in _attributes(raw):
        if attribute == _CODEPAGE and len(data) >= 4:
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif attribute == _BODY:
            found.text = decode(data.rstrip(b"\0"), charset)[0]
        elif attribute == _MESSAGE_PROPS:
            _body(found, dict(_properties(data)), charset)
        elif attribute == _NEW_ATTACHMENT:
            found.attachments.append(Enclosed())
        elif found.attachments:
            _attach(found.attachments[-1], attribute, data, charset)
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(_LIMIT):
        if at + 9 > len(raw):
            return
        attribute, length = struct.unpack_from("<II", raw, at + 1)
        data = raw[at + 9 : at + 9 + length]
        if len(data) < length:
            raise BrokenTnef("ends within an attribute")
        yield attribute, data
        at += 9 + length + 2


def _body(found: Tnef, properties: dict[int, tuple[int, bytes]], charset: str) -> None:
    if _P_HTML in properties:
        found.html = _string(properties[_P_HTML], charset)
    if _P_BODY in properties:
        found.text = found.text or _string(properties[_P_BODY], charset)
    if _P_RTF in properties and not (found.text or found.html):
        found.text = rtf_text(unpacked(properties[_P_RTF][1]), charset)


def _attach(enclosed: Enclosed, attribute: int, data: bytes, charset: str) -> None:
    if attribute == _TITLE:
        enclosed.name = enclosed.name or decode(data.rstrip(b"\0"), charset)[0]
    elif attribute == _DATA:
        enclosed.content = data
    elif attribute == _ATTACHMENT_PROPS:
        properties = dict(_properties(data))
        for wanted in (_P_NAME, _P_LONG_NAME):
            enclosed.name = _string(properties[wanted], charset) if wanted in properties else enclosed.name
        if _P_TYPE in properties:
            enclosed.type = _string(properties[_P_TYPE], charset).lower()
        if _P_CONTENT_ID in properties:
            enclosed.content_id = _string(properties[_P_CONTENT_ID], charset).strip("<>")
        if _P_DATA in properties and not enclosed.content:
            enclosed.content = properties[_P_DATA][1]


def _string(value: tuple[int, bytes], charset: str) -> str:
    kind, data = value
    if kind == _UNICODE:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return decode(data.rstrip(b"\0"), charset)[0]


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Identifier, kind and first value of each MAPI property."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, _LIMIT)):
        kind, identifier = struct.unpack_from("<HH", data, at)
        at += 4
        if identifier >= 0x8000:
            at = _after_name(data, at)
        many, kind = bool(kind & 0x1000), kind & 0x0FFF
        first, at = _value(data, at, kind, many)
        yield identifier, (kind, first)


def _after_name(data: bytes, at: int) -> int:
    by_text, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (length + (-length % 4) if by_text else 0)


def _value(data: bytes, at: int, kind: int, many: bool) -> tuple[bytes, int]:
    variable = kind in (_STRING8, _UNICODE, _BINARY, _OBJECT)
    count = 1
    if many or variable:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    first = b""
    for number in range(min(count, _LIMIT)):
        if variable:
            (length,) = struct.unpack_from("<I", data, at)
            value, size = data[at + 4 : at + 4 + length], 4 + length + (-length % 4)
        else:
            size = 16 if kind == _GUID else _FIXED[kind] if kind in _FIXED else _unknown(kind)
            value = data[at : at + size]
        first = value if number == 0 else first
        at += size
    return first, at


def _unknown(kind: int) -> int:
    raise BrokenTnef(f"property of kind {kind:#06x}")
