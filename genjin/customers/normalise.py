"""What is compared of names, sites, addresses and numbers, while what was typed is kept beside it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

from genjin.rules.remembering import Remembered

# Legal forms that say nothing about who somebody is; the last words of a name only.
_FORMS = """
    co company corp corporation inc incorporated ltd limited llc llp plc lp gmbh mbh ag kg ohg ug sa sas sarl
    srl spa sl slu bv nv oy ab as aps kft doo ooo zao oao pt tbk sdn bhd pte pty pvt private fze fzco fzc wll
    est jsc sti ltda eirl sac cv
"""
LEGAL_FORMS = frozenset(_FORMS.split())
CHINESE_FORMS = re.compile(r"(股份)?(有限)?(责任)?公司$")


@Remembered
def name_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form; empty when nothing is left."""
    text = CHINESE_FORMS.sub("", _plain(name).strip())
    text = re.sub(r"(?<=\w)\.(?=\w)", "", text)
    words = [word for word in re.split(r"[\W_]+", text) if word]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)[:200]


def _plain(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in parts if not unicodedata.combining(c))


@Remembered
def short_name(name: str) -> str:
    """A short name proposed for a company: its name without legal form, at most 40 characters."""
    words = CHINESE_FORMS.sub("", name.strip()).split()
    # What is left of "& Co." once the form is gone goes too.
    while len(words) > 1 and re.sub(r"\W", "", _plain(words[-1])) in LEGAL_FORMS | {""}:
        words.pop()
    text = " ".join(words).rstrip(",; ")
    if len(text) > 40:
        text = text[:40].rsplit(" ", 1)[0] if " " in text[:40] else text[:40]
    return text


@Remembered
def domain_of(website: str) -> str:
    """The registered host of an address of the web, lower case, without `www.`; empty when there is none."""
    text = website.strip()
    if not text or "\x00" in text:
        return ""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    host = _idna(host.strip(".").removeprefix("www."))
    return host[:120] if "." in host else ""


@lru_cache(maxsize=4_000)
def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def email(value: str) -> str:
    """An address in lower case with its domain in ASCII (IDNA); what is no address comes back lower-case."""
    text = value.strip().lower()
    local, at, host = text.rpartition("@")
    return f"{local}@{_idna(host)}" if at and host else text


@Remembered
def phone(value: str, country: str = "") -> str:
    """A number as E.164 with the country as hint; what cannot be read as a number keeps its digits only."""
    text = unicodedata.normalize("NFKC", value).strip()
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return re.sub(r"[^\d+]", "", text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def point(kind: str, value: str, country: str = "") -> str:
    """What is compared of a way to reach somebody, by its kind."""
    # Here, as the process that takes mail apart asks this module for addresses and has no tables.
    from genjin.customers.models import ContactPoint

    if kind == ContactPoint.Kind.EMAIL:
        return email(value)[:254]
    if kind in ContactPoint.PHONES:
        return phone(value, country)[:254]
    return re.sub(r"\s+", "", value).casefold()[:254]


def is_birthday(month: int | None, day: int | None) -> bool:
    """Whether there is such a day, or none is given."""
    if month is None and day is None:
        return True
    if month is None or day is None:
        return False
    try:
        datetime(2000, month, day)  # noqa: DTZ001 - only whether the day exists, in a leap year
    except ValueError:
        return False
    return True
