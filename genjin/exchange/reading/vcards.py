"""vCards 2.1, 3.0 and 4.0 as rows: one card a row, the same headings as a sheet of contacts would have.

Written here because the parsers on the market stop at what phones and mail programs really write.
"""

import base64
import binascii
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from . import limits
from .reasons import Reason, Refusal, problem
from .records import Record

_BINARY = frozenset(("PHOTO", "LOGO", "SOUND", "KEY", "AGENT"))
_BARE_ENCODINGS = frozenset(("QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a card: its name, types such as WORK or CELL, and value parts, unescaped."""

    name: str
    types: tuple[str, ...]
    parts: tuple[str, ...]
    label: str = ""  # the person's own name for it (X-ABLabel)

    @property
    def text(self) -> str:
        """The value as one text."""
        return ";".join(self.parts).strip("; ")


@dataclass(slots=True)
class Card:
    """One person or company."""

    number: int
    line: int
    version: str = ""
    entries: list[Entry] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)

    def all(self, name: str) -> list[Entry]:
        """Every entry of that name, preferred ones first."""
        found = [entry for entry in self.entries if entry.name == name]
        return sorted(found, key=lambda entry: "PREF" not in entry.types)

    def first(self, name: str) -> str:
        """The first non-empty value of that name."""
        return next((entry.text for entry in self.all(name) if entry.text), "")


def cards(file: BinaryIO, encoding: str) -> Iterator[Card]:
    """Every card of the file, in order; a broken line or a missing end is told on its card."""
    card: Card | None = None
    number = 0
    labels: dict[str, str] = {}
    for line, raw in _logical(file, encoding):
        upper = raw.strip().upper()
        if re.fullmatch(r"BEGIN\s*:\s*VCARD", upper):
            if card is not None:
                card.problems.append(problem("no_end"))
                yield _labelled(card, labels)
            number += 1
            card, labels = Card(number, line), {}
        elif card is None:
            continue
        elif re.fullmatch(r"END\s*:\s*VCARD", upper):
            yield _labelled(card, labels)
            card = None
        else:
            _take(card, raw, labels)
    if card is not None:
        card.problems.append(problem("no_end"))
        yield _labelled(card, labels)


def _labelled(card: Card, labels: dict[str, str]) -> Card:
    card.entries = [
        Entry(entry.name, entry.types, entry.parts, _plain_label(labels.get(entry.label, "")))
        if entry.label
        else entry
        for entry in card.entries
    ]
    return card


def _plain_label(label: str) -> str:
    match = re.fullmatch(r"_\$!<(.*)>!\$_", label)
    return match[1] if match else label


def _physical(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    wrapped = io.TextIOWrapper(file, encoding, errors="surrogateescape", newline=None)
    try:
        number = 0
        while line := wrapped.readline(limits.MAX_RECORD_CHARACTERS + 1):
            number += 1
            if len(line) > limits.MAX_RECORD_CHARACTERS:
                raise Refusal("long_row", row=number, limit=limits.MAX_RECORD_CHARACTERS)
            yield number, line.rstrip("\n").replace("\x00", "")
    finally:
        wrapped.detach()


def _logical(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations joined: folding by white space, and quoted-printable's = at the end."""
    start, held, soft = 0, "", False
    for number, line in _physical(file, encoding):
        quoted = "QUOTED-PRINTABLE" in held.partition(":")[0].upper()
        if soft:
            held = held[:-1] + (line[1:] if line[:1] in (" ", "\t") and line[1:2] == "=" else line)
        elif line[:1] in (" ", "\t") and held and not (quoted and not line.strip()):
            held += line[1:] if len(held) < limits.MAX_RECORD_CHARACTERS else ""
        else:
            if held:
                yield start, held
            start, held = number, line
        quoted = "QUOTED-PRINTABLE" in held.partition(":")[0].upper()
        soft = quoted and held.endswith("=") and len(held) < limits.MAX_RECORD_CHARACTERS
    if held:
        yield start, held


def _take(card: Card, raw: str, labels: dict[str, str]) -> None:
    if not raw.strip():
        return
    head, colon, value = _at_colon(raw)
    if not colon:
        if not re.fullmatch(r"[A-Za-z0-9+/=\s]+", raw):  # left-over lines of a picture are no loss
            card.problems.append(problem("card_line", text=raw[:60]))
        return
    pieces = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', head)
    group, _, name = pieces[0].strip().upper().rpartition(".")
    parameters = _parameters(pieces[1:])
    if name == "VERSION":
        card.version = value.strip()
    elif name == "X-ABLABEL":
        labels[group] = _unescape(_decode(value, parameters))
    elif name not in _BINARY and parameters.get("ENCODING", "").upper() not in ("B", "BASE64"):
        card.entries.append(_entry(name, group, parameters, value))
    elif name not in _BINARY:
        card.entries.append(_entry(name, group, parameters, _from_base64(value, parameters)))


def _at_colon(raw: str) -> tuple[str, str, str]:
    """Cut at the first colon outside of quotation marks."""
    match = re.match(r'((?:[^":]|"[^"]*")*):', raw)
    return (match[1], ":", raw[match.end() :]) if match else raw.partition(":")


def _parameters(pieces: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    types: list[str] = []
    for piece in pieces:
        key, equals, value = piece.strip().partition("=")
        key, value = key.upper().strip(), value.strip().strip('"')
        if not equals:
            if key in _BARE_ENCODINGS:
                found["ENCODING"] = key
            else:
                types.append(key)
        elif key == "TYPE":
            types += [one.strip().upper() for one in value.split(",")]
        elif key == "PREF":
            types.append("PREF")
        else:
            found[key] = value
    found["TYPE"] = ",".join(one for one in types if one)
    return found


def _decode(value: str, parameters: dict[str, str]) -> str:
    """The text of the value, by its own transfer encoding and charset."""
    charset = parameters.get("CHARSET", "")
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
        return _readable(raw, charset)
    if any("\udc80" <= char <= "\udcff" for char in value):
        return _readable(value.encode("utf-8", "surrogateescape"), charset)
    return value


def _from_base64(value: str, parameters: dict[str, str]) -> str:
    try:
        return _readable(
            base64.b64decode(re.sub(r"\s", "", value), validate=False), parameters.get("CHARSET", "")
        )
    except binascii.Error:
        return ""


def _readable(raw: bytes, charset: str) -> str:
    better = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(charset.lower(), charset)
    for name in (better, "utf-8", "gb18030", "cp1252"):
        try:
            return raw.decode(name) if name else raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def _entry(name: str, group: str, parameters: dict[str, str], value: str) -> Entry:
    if name in ("N", "ADR", "ORG"):  # cut before decoding: =3B is a semicolon of the text
        pieces = re.split(r"(?<!\\);", value)
        parts = tuple(_unescape(_lines(_decode(piece, parameters))).strip() for piece in pieces)
        return Entry(name, _types(parameters), parts, group)
    text = _lines(_decode(value, parameters))
    if name == "TEL" and text.lower().startswith("tel:"):
        parts = (_phone(text),)
    else:
        parts = (_unescape(text).strip(),)
    if name == "EMAIL" and parts[0].lower().startswith("mailto:"):
        parts = (parts[0][7:],)
    return Entry(name, _types(parameters), parts, group)


def _types(parameters: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in parameters["TYPE"].split(",") if one))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _phone(text: str) -> str:
    number, _, rest = text[4:].partition(";")
    extension = re.search(r"ext=([\d-]+)", rest)
    return f"{number} ext. {extension[1]}" if extension else number


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        return "\n" if match[1] in "nN" else match[1]

    return re.sub(r"\\([nN\\,;:])", plain, text)


HEADERS = (
    "Name", "Family name", "Given name", "Company", "Department", "Title",
    "Mail", "Mail 2", "Mail 3", "Mail 4", "Mail 5",
    "Mobile", "Phone", "Phone 2", "Phone 3", "Phone 4", "Phone 5", "Fax",
    "Street", "City", "Region", "Postal code", "Country",
    "Web page", "Birthday", "WeChat", "WhatsApp", "Skype", "QQ", "Note", "Categories",
)  # fmt: skip


def as_record(card: Card) -> Record:
    """The card as one row under `HEADERS`; what does not fit into the columns is kept in the note."""
    name, more = _name(card), []
    mails = _distinct(entry.text for entry in card.all("EMAIL"))
    phones = [entry for entry in card.all("TEL") if entry.text]
    faxes = _distinct(entry.text for entry in phones if "FAX" in entry.types)
    mobiles = _distinct(entry.text for entry in phones if {"CELL", "MOBILE", "IPHONE"} & set(entry.types))
    others = _distinct(
        entry.text for entry in phones if not {"FAX", "CELL", "MOBILE", "IPHONE", "PAGER"} & set(entry.types)
    )
    others = mobiles[1:] + others
    more += [f"Mail: {text}" for text in mails[5:]] + [f"Phone: {text}" for text in others[5:]]
    more += [f"Fax: {text}" for text in faxes[1:]]
    more += [f"Pager: {entry.text}" for entry in phones if "PAGER" in entry.types]
    address = _address(card, more)
    organisation = next((entry.parts for entry in card.all("ORG") if entry.text), ())
    notes = [entry.text for entry in card.all("NOTE") if entry.text]
    more += [f"Web page: {entry.text}" for entry in card.all("URL")[1:] if entry.text]
    values = [
        *name, _at(organisation, 0), " / ".join(organisation[1:]), card.first("TITLE") or card.first("ROLE"),
        *(_at(mails, place) for place in range(5)), _at(mobiles, 0),
        *(_at(others, place) for place in range(5)),
        _at(faxes, 0), *address, card.first("URL"), card.first("BDAY"), card.first("X-WECHAT"),
        card.first("X-WHATSAPP"), card.first("X-SKYPE") or card.first("X-SKYPE-USERNAME"), card.first("X-QQ"),
        "\n".join(_distinct([*notes, *more])), card.first("CATEGORIES"),
    ]  # fmt: skip
    return Record(card.number, card.line, values, card.problems)


def _name(card: Card) -> tuple[str, str, str]:
    parts = next((entry.parts for entry in card.all("N") if entry.text), ())
    family, given = _at(parts, 0), _at(parts, 1)
    middle = " ".join(part for part in (given, _at(parts, 2)) if part)
    chinese = re.search("[\u4e00-\u9fff]", family + given)
    built = family + given if chinese else " ".join(part for part in (middle, family) if part)
    return card.first("FN") or built or card.first("NICKNAME"), family, given


def _address(card: Card, more: list[str]) -> tuple[str, str, str, str, str]:
    found = [entry for entry in card.all("ADR") if entry.text]
    found.sort(key=lambda entry: "WORK" not in entry.types)
    for entry in found[1:]:
        more.append("Address: " + ", ".join(part for part in entry.parts if part))
    parts = found[0].parts if found else ()
    street = ", ".join(part for part in (_at(parts, 2), _at(parts, 1), _at(parts, 0)) if part)
    return street, _at(parts, 3), _at(parts, 4), _at(parts, 5), _at(parts, 6)


def _at(values: tuple[str, ...] | list[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _distinct(texts: object) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]  # type: ignore[call-overload]
