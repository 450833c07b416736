"""Text into tokens, for the index and for what is asked: the same words whoever wrote them and however.

Chinese (and other scripts without spaces) becomes overlapping pairs of simplified characters plus the last
one alone; Latin words lose case and accents; Chinese names can be found by pinyin and its initials; phones by
any part of at least four digits; serials without their zeros. Tokens hold letters and digits only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import opencc

PAIRED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts written without spaces (or, as Korean, with endings stuck on): Han, kana, hangul, Thai, Lao."""
PIECES = re.compile(rf"([{PAIRED}]+)|([^\W_{PAIRED}]+)")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
PHONE = re.compile(r"\+?[\d\s()./-]{5,40}(?:(?:ext|x|#)\.?\s*\d{1,6})?")
SERIAL = re.compile(r"([a-z]{1,4})0+(\d+)")
LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
NUMBER = "n"
"""Stands before the digits of a phone, so that they do not meet other numbers."""

SHORTEST_NUMBER = 4
LONGEST_NAME = 40
"""Lines with more Chinese characters are texts, not names: no pinyin for them."""
MOST_SYLLABLES = 12
LONGEST_TOKEN = 60
MOST_TOKENS = 2000
MOST_TERMS = 10
_COMMON = """
    co com company corp de en example gmbh http https inc
    limited llc ltd mail net org pty sa srl the www
"""
COMMON = frozenset(_COMMON.split())
"""Words of nearly every record, by which no index narrows anything ("example" in demo and test instances)."""


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def folded(text: str) -> str:
    """The text as it is compared: simplified, lower case, without accents, full-width signs as plain ones."""
    if text.isascii():
        return text.casefold()
    wide = unicodedata.normalize("NFKC", text)
    if HAN.search(wide):
        wide = _simplifier().convert(wide)
    plain = unicodedata.normalize("NFKD", _plain_letters(wide.casefold()))
    # Looking at the distinct characters only is many times faster for the text of a mail.
    if marks := [ord(c) for c in set(plain) if unicodedata.combining(c)]:
        plain = plain.translate(dict.fromkeys(marks))
    return _plain_letters(unicodedata.normalize("NFC", plain))


def _plain_letters(text: str) -> str:
    return text if LETTERS.keys().isdisjoint(map(ord, set(text))) else text.translate(LETTERS)


def index_tokens(title: str, further: str = "") -> list[str]:
    """Distinct tokens of a record, in order."""
    found: dict[str, None] = {}
    for line in (title, *further.splitlines()):
        for token in _of_line(line):
            found.setdefault(token[:LONGEST_TOKEN])
            if len(found) >= MOST_TOKENS:
                return list(found)
    return list(found)


def _of_line(line: str) -> Iterator[str]:
    plain = folded(line)
    yield from _of_number(plain)
    for paired, word in PIECES.findall(plain):
        if paired:
            yield from (paired[i : i + 2] for i in range(len(paired) - 1))
            yield paired[-1]
        else:
            yield word
            if serial := SERIAL.fullmatch(word):
                yield from (serial[1] + serial[2], serial[2])
    names = HAN.findall(plain)
    if 0 < sum(map(len, names)) <= LONGEST_NAME:
        for name in names:
            yield from _pinyin(name)


def _of_number(plain: str) -> Iterator[str]:
    """Every ending of a phone number's digits, so that a beginning of an ending is any part of it."""
    if not PHONE.fullmatch(plain.strip()):
        return
    digits = _digits(plain)
    if len(digits) >= 7:
        yield from (NUMBER + digits[i:] for i in range(len(digits) - SHORTEST_NUMBER + 1))


def _digits(plain: str) -> str:
    """The digits without the zero that is dialled inside the country only."""
    main = re.split(r"ext|x|#", plain.replace("(0)", ""))[0]
    return re.sub(r"\D", "", main).lstrip("0")


def _syllables(characters: str) -> list[str]:
    # Its tables are a third of the start of a process, and most processes need none.
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(characters, style=Style.NORMAL)


def _pinyin(name: str) -> Iterator[str]:
    """Pinyin and initials from each character on: "ningbohengtai", "bohengtai" … and "nbht", "bht" …"""
    syllables = [folded(part) for part in _syllables(name)][:MOST_SYLLABLES]
    initials = "".join(part[0] for part in syllables if part)
    for i in range(len(syllables)):
        yield "".join(syllables[i:])
        if len(initials) - i > 1:
            yield initials[i:]


def pinyin_of(name: str) -> str:
    """The sound of Chinese characters without tones, as the index has it; of other signs nothing."""
    syllables = _syllables("".join(HAN.findall(folded(name))))[:MOST_SYLLABLES]
    return "".join(folded(part) for part in syllables)[:LONGEST_TOKEN]


@dataclass(frozen=True)
class Term:
    """One thing that must be found: any of the tokens; `is_beginning` says that longer ones do too."""

    tokens: tuple[str, ...]
    is_beginning: bool


def asked_terms(text: str) -> list[Term]:
    """What must all be found for a text that somebody typed; empty when it has no letters or digits."""
    plain = folded(text)
    if PHONE.fullmatch(plain.strip()) and len(_digits(plain)) >= SHORTEST_NUMBER:
        words = tuple(word for _pair, word in PIECES.findall(plain) if word)
        number = NUMBER + _digits(plain)
        return [Term((number, *words) if len(words) == 1 else (number,), True)]
    terms: dict[Term, None] = {}
    for paired, word in PIECES.findall(plain):
        if word:
            terms.setdefault(Term(_ways_to_write(word[:LONGEST_TOKEN]), True))
        elif len(paired) == 1:
            terms.setdefault(Term((paired,), True))
        else:
            pairs = (paired[i : i + 2] for i in range(len(paired) - 1))
            terms.update(dict.fromkeys(Term((pair,), False) for pair in pairs))
    return list(terms)[:MOST_TERMS]


def _ways_to_write(word: str) -> tuple[str, ...]:
    """A word, and part of a phone number if it is digits only."""
    if word.isdigit() and word.isascii() and len(word.lstrip("0")) >= SHORTEST_NUMBER:
        return (word, NUMBER + word.lstrip("0"))
    return (word,)


def sort_key(title: str) -> str:
    """The beginning of a folded title in hexadecimal: it sorts, and begins, alike on every database."""
    return folded(title).strip().encode("utf-8", "ignore")[:60].hex()


def same(text: str, lines: Iterable[str]) -> bool:
    """Whether what was asked is exactly one of the lines, phone numbers compared by their digits."""
    asked = folded(text).strip()
    number = _digits(asked) if PHONE.fullmatch(asked) else ""
    for line in lines:
        plain = folded(line).strip()
        if plain == asked:
            return True
        if len(number) >= 7 and PHONE.fullmatch(plain) and _digits(plain).endswith(number):
            return True
    return False
