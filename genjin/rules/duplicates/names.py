"""A company's name taken apart: what is its own, what many have, where, which legal person, which number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from sys import intern

from genjin.rules.duplicates import words
from genjin.rules.duplicates.legal_forms import (
    CHINESE_FORMS,
    FOREMOST,
    FORMS,
    INNER,
    LONGEST,
    Kind,
    LegalForm,
)
from genjin.rules.duplicates.scripts import HAN, pinyin, plain, sound, umlauts_apart

LONGEST_NAME = 300
MOST_WORDS = 24
_BRACKET = re.compile(r"[(\[{（【<]([^()\[\]{}（）【】<>]*)[)\]}）】>]")
_DOTTED = re.compile(r"(?<![^\W_])((?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?![^\W_]))?)")
_SLASHED = re.compile(r"\b([a-z])/([a-z])\b")
_SHORT_AND = re.compile(r"\b([a-z]{1,2})\s?[&+]\s?([a-z]{1,2})\b(?!\.)")
_NUMBER_SIGN = re.compile(r"\b(?:no|nr|num|numero|№)\s*\.?\s*(?=\d)")
_SPLIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|(?:(?![\u3400-\u4dbf\u4e00-\u9fff])[^\W_])+")
_NUMBERED = re.compile(r"([a-z]{4,})(\d{1,2})")
_TOWN = re.compile(r"^([\u4e00-\u9fff]{2,4}?)(?:省|市|自治区|地区|县)(?=[\u4e00-\u9fff]{4})")
_DISTRICT = re.compile(
    r"^[\u4e00-\u9fff]{0,2}?(?:工业园区|高新区|开发区|新区|工业区|区|县|镇)(?=[\u4e00-\u9fff]{4})"
)
_HAN_NUMBER = re.compile(r"第?([一二三四五六七八])$")
_APOSTROPHES = str.maketrans("", "", "'’`´ʼ\"“”«»„")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """What is compared of a name; words are small Latin letters, trades and places by meaning."""

    core: tuple[str, ...]
    trades: tuple[str, ...]
    towns: frozenset[str]
    countries: frozenset[str]
    numbers: frozenset[str]
    forms: tuple[LegalForm, ...]
    initials: str
    whole: str
    chinese: str
    aliases: tuple[CompanyName, ...] = ()
    ordered: str = field(default="", compare=False)

    @property
    def joined(self) -> str:
        """Its own words in one, as they sound."""
        return sound("".join(self.core))

    @property
    def kinds(self) -> frozenset[Kind]:
        """Kinds of legal person, without those that everybody's is translated to."""
        return frozenset(form.kind for form in self.forms if form.kind is not Kind.ANY)


@dataclass(slots=True)
class _Found:
    """What has been recognised so far."""

    core: list[str]
    trades: dict[str, None]
    towns: set[str]
    countries: set[str]
    numbers: set[str]
    forms: list[LegalForm]
    initials: list[str]
    order: list[str]
    raw: list[str] = field(default_factory=list)
    chinese: str = ""

    def trade(self, meaning: str, letter: str) -> None:
        """A word that many have; import_export are two."""
        for part in meaning.split("_"):
            self.trades.setdefault(part)
            self.order.append(part)
        self.initials.append(letter)

    def place(self, word: str) -> None:
        """A town or country that the name mentions."""
        town, country = words.PLACES[word]
        self.countries.add(country)
        if town:
            self.towns.add(town)
        self.order.append(town or words.COUNTRY_WORDS[country])


@lru_cache(maxsize=4096)
def company_name(text: str) -> CompanyName:
    """The parts of a name; aliases ("trading as", brackets) are names of their own."""
    main, others = _aliases(plain(text[:LONGEST_NAME]))
    name = _name(_recognise(main))
    known = tuple(_name(_recognise(other)) for other in others)
    return replace(name, aliases=tuple(other for other in known if other.core and other.core != name.core))


def normalised(text: str) -> str:
    """The name by its meanings in the order written, without legal form; the same for its own result."""
    found = _recognise(_aliases(plain(text[:LONGEST_NAME]))[0])
    return " ".join(found.order)


def _name(found: _Found) -> CompanyName:
    return CompanyName(
        core=tuple(map(intern, found.core)),
        trades=tuple(found.trades),
        towns=frozenset(found.towns) or _NONE,
        countries=frozenset(found.countries) or _NONE,
        numbers=frozenset(found.numbers) or _NONE,
        forms=tuple(found.forms),
        initials="".join(found.initials)[:12],
        whole=umlauts_apart("".join(found.raw)),
        chinese=found.chinese,
        ordered=umlauts_apart(" ".join(found.order)),
    )


_NONE: frozenset[str] = frozenset()


def _aliases(text: str) -> tuple[str, list[str]]:
    """The first name, and others that are given beside it."""
    others = []
    text = words.AGENT.sub("", text)
    main, *beside = words.ALIAS.split(text)
    if not main.strip(" (,"):
        main, beside = (beside or [""])[0], beside[1:]
    others += [part.strip(" )") for part in beside]
    for match in _BRACKET.finditer(main):
        inside = _recognise(match[1])
        if inside.core:
            others.append(match[1])
            if len(_BRACKET.sub(" ", main).strip()) > 2:
                main = main.replace(match[0], " ", 1)
    return main, [other for other in others if other]


def _recognise(text: str) -> _Found:
    found = _Found([], {}, set(), set(), set(), [], [], [])
    tokens = _tokens(text)
    tokens = _without_forms(tokens, found)
    found.raw = [word for word in tokens if word != "the"]
    letters = ""
    for token in tokens:
        if len(token) == 1 and token.isalpha() and token.isascii() and token not in _JOINING:
            letters += token
            continue
        if letters:
            _own(letters, found)
            letters = ""
        _place_word(token, found)
    if letters:
        _own(letters, found)
    return found


_JOINING = frozenset({"y", "e", "i", "o"})
"""Letters that are "and" or "or" somewhere."""


def _tokens(text: str) -> list[str]:
    text = words.ADDRESSED.sub("", text).translate(_APOSTROPHES)
    text = words.TURKISH_TRADES.sub("sanayi ", text)
    text = _NUMBER_SIGN.sub(" ", text)
    text = _DOTTED.sub(lambda match: re.sub(r"[\s.]", "", match[1]) + " ", text)
    text = _SLASHED.sub(r"\1\2", text)
    if "&" in text or "+" in text:
        text = _SHORT_AND.sub(r"\1\2", text)
    text = words.PLACE_PHRASES.sub(lambda match: _phrase(match[1]), text)
    tokens = []
    for token in _SPLIT.findall(text):
        numbered = _NUMBERED.fullmatch(token)
        if numbered and numbered[1] in words.MEANINGS:
            tokens += [numbered[1], numbered[2]]
        elif token not in ("and", "und"):
            tokens.append(token)
    return tokens[:MOST_WORDS]


def _phrase(text: str) -> str:
    joined = text.replace(" ", "")
    return words.PHRASE_MEANS.get(joined, joined)


def _without_forms(tokens: list[str], found: _Found) -> list[str]:
    """The tokens without legal forms, which are kept; never without the last word."""
    tail: list[str] = []
    while len(tokens) > 1:
        width = _form_at_end(tokens)
        if width:
            found.forms.append(FORMS["".join(tokens[-width:])])
            del tokens[-width:]
        elif tokens[-1] in words.PLACES and not HAN.match(tokens[-1]) and _form_at_end(tokens[:-1]):
            tail.append(tokens.pop())
        else:
            break
    width = _form_at_start(tokens)
    if width and (len("".join(tokens[:width])) > 4 or _has_own_word(tokens[width:])):
        found.forms.append(FORMS["".join(tokens[:width])])
        del tokens[:width]
    tokens += reversed(tail)
    return list(_without_inner(tokens, found))


def _form_at_end(tokens: list[str]) -> int:
    for width in range(min(LONGEST, len(tokens) - 1), 0, -1):
        if "".join(tokens[-width:]) in FORMS:
            return width
    return 0


def _form_at_start(tokens: list[str]) -> int:
    for width in range(min(LONGEST, len(tokens) - 1), 0, -1):
        form = "".join(tokens[:width])
        if form in FOREMOST or (len(form) > 4 and form in FORMS):
            return width
    return 0


def _has_own_word(tokens: list[str]) -> bool:
    return any(
        token not in words.MEANINGS and token not in words.PLACES and not token.isdigit() for token in tokens
    )


def _without_inner(tokens: list[str], found: _Found) -> Iterator[str]:
    """Leaves out forms in the middle: Acme GmbH Werk 2."""
    at = 0
    while at < len(tokens):
        for width in (4, 3, 2, 1):
            form = "".join(tokens[at : at + width])
            if at + width <= len(tokens) and at > 0 and form in INNER:
                found.forms.append(FORMS[form])
                at += width
                break
        else:
            yield tokens[at]
            at += 1


def _place_word(token: str, found: _Found) -> None:
    """Sorts one word into trade, place, number or the company's own."""
    if HAN.match(token):
        _place_chinese(token, found)
        return
    meaning = words.MEANINGS.get(token)
    if meaning in words.EMPTY:
        return
    if meaning:
        found.trade(meaning, token[0])
    elif token in words.PLACES:
        found.place(token)
        found.initials.append(token[0])
    elif token in words.NUMBERS or (token.isdigit() and len(token) < 5):
        number = words.NUMBERS.get(token) or str(int(token))
        found.numbers.add(number)
        found.order.append(number)
    else:
        _own(token, found)


def _own(token: str, found: _Found) -> None:
    token = words.SPELLINGS.get(token, token)
    found.core.append(token)
    found.order.append(token)
    found.initials.append(token[0])


def _place_chinese(text: str, found: _Found) -> None:
    """Town, own name, trades and form of a name without spaces: 宁波市|恒泰|五金|工具|有限公司."""
    text = _chinese_forms(text, found)
    text = _chinese_towns(text, found)
    trades: list[str] = []
    number = ""
    while text:
        word = next((w for w in words.HAN_WORDS if text.endswith(w) and (len(text) - len(w) != 1)), None)
        numeral = _HAN_NUMBER.search(text) if trades and trades[-1] == "factory" else None
        if word:
            trades.append(words.MEANINGS[word])
            text = text.removesuffix(word)
        elif numeral and len(text) > len(numeral[0]):
            number = words.NUMBERS[numeral[1]]
            text = text[: numeral.start()]
        else:
            break
    if text in words.PLACES:
        found.place(text)
    elif text:
        found.chinese += text
        _own(pinyin(text), found)
    for trade in reversed(trades):
        found.trade(trade, trade[0])
    if number:
        found.numbers.add(number)
        found.order.append(number)


def _chinese_forms(text: str, found: _Found) -> str:
    if text in FORMS:
        found.forms.append(FORMS[text])
        return ""
    for form in CHINESE_FORMS:
        if text.endswith(form) and text != form:
            found.forms.append(FORMS[form])
            text = text.removesuffix(form)
            break
        if text.startswith(form) and text != form and form in _JAPANESE:
            found.forms.append(FORMS[form])
            text = text.removeprefix(form)
            break
    return text


_JAPANESE = frozenset(form for form in CHINESE_FORMS if "JP" in FORMS[form].countries)


def _chinese_towns(text: str, found: _Found) -> str:
    """The name without province, town and district before it, or a town behind it."""
    for _ in range(3):
        town = next((w for w in words.HAN_PLACES if text.startswith(w) and len(text) > len(w) + 1), None)
        unknown = _TOWN.match(text) or (found.towns and _DISTRICT.match(text))
        if town:
            found.place(town)
            text = re.sub("^(?:省|市|区|县|自治区)", "", text.removeprefix(town))
        elif unknown:
            if unknown.re is _TOWN:
                found.towns.add(pinyin(unknown[1]))
            text = text[unknown.end() :]
        else:
            break
    return text
