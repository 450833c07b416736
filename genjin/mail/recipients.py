"""Recipients as people type and paste them, and whether mail can be sent there at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from email.utils import parseaddr

Pair = list[str]
"""[name, address], as `OutgoingMail.to` keeps them."""

_BETWEEN = re.compile(r"[,;\n]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_WIDE = str.maketrans({"，": ",", "；": ";", "、": ",", "＠": "@", "＜": "<", "＞": ">", "\u3000": " "})
_NAME_LIMIT, _ADDRESS_LIMIT = 200, 254


def parse(text: str) -> list[Pair]:
    """The recipients in what was typed: by comma, semicolon or line, also full-width; each address once.

    What is no address stays as an entry, so that it can be shown with what is wrong.
    """
    found: dict[str, Pair] = {}
    for piece in _pieces(text.translate(_WIDE)):
        pair = _pair(piece)
        if pair[1]:
            found.setdefault(pair[1].lower(), pair)
    return list(found.values())


def _pieces(text: str) -> Iterable[str]:
    """Cut at separators outside of quotation marks: a name may hold a comma there."""
    piece, quoted = "", False
    for sign in text:
        if sign == '"':
            quoted = not quoted
        if not quoted and _BETWEEN.fullmatch(sign):
            yield piece
            piece = ""
        else:
            piece += sign
    yield piece


def _pair(piece: str) -> Pair:
    text = " ".join(piece.split()).removeprefix("mailto:")
    if "<" in text:
        name, _bracket, rest = text.rpartition("<")
        return [clean_name(name), clean_address(rest.partition(">")[0])]
    _name, address = parseaddr(text)
    return ["", clean_address(address or text)]


def clean_name(name: str) -> str:
    """A display name on one line, without the quotation marks around it."""
    plain = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return plain.strip().strip("\"'").strip()[:_NAME_LIMIT]


def clean_address(address: str) -> str:
    """An address without spaces and invisible signs, its domain in lower case."""
    plain = "".join(sign for sign in address if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zs"))
    local, at, domain = plain.strip("<>").removeprefix("mailto:").rpartition("@")
    return f"{local}{at}{domain.lower().rstrip('.')}"


def is_address(address: str) -> bool:
    """Whether mail can be sent there: RFC 5321, without quoted names and with a domain that has a dot."""
    local, _at, domain = address.rpartition("@")
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False
    return (
        0 < len(local) <= 64
        and len(address) <= _ADDRESS_LIMIT
        and bool(_LOCAL.match(local))
        and len(labels) > 1
        and all(_LABEL.match(label) for label in labels)
        and not labels[-1].isdigit()
    )


def envelope_address(address: str) -> str:
    """The address as SMTP takes it: international domains in their ASCII form."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def domain_of(address: str) -> str:
    """The domain in ASCII, lower case; "" when there is none."""
    domain = address.rpartition("@")[2].lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def wrong(pairs: Iterable[Sequence[str]]) -> list[str]:
    """Those entries that are no addresses."""
    return [pair[1] for pair in pairs if not is_address(pair[1])]


def without(pairs: Iterable[Pair], addresses: Iterable[str]) -> list[Pair]:
    """These recipients, each once, without those addresses."""
    taken = {address.lower() for address in addresses}
    kept: list[Pair] = []
    for name, address in pairs:
        if address.lower() not in taken:
            taken.add(address.lower())
            kept.append([name, address])
    return kept
