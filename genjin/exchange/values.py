"""Values that people write in many ways: countries in any spelling, and money with its currency."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import list_currencies

from genjin.customers.countries import shipped

from .reading import DecimalSign
from .reading.cells import read_number

_LANGUAGES = (
    "en",
    "zh_Hans",
    "zh_Hant",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "tr",
    "ru",
    "id",
    "vi",
    "ja",
)
_ALIASES = {
    "US": "usa|u s a|u s|united states of america|america|the united states|the states|美利坚合众国|美利坚",
    "GB": "uk|u k|great britain|britain|england|scotland|wales|northern ireland|"
    "united kingdom of great britain and northern ireland|大不列颠|英格兰|苏格兰|大不列颠及北爱尔兰联合王国",
    "AE": "uae|u a e|emirates|dubai|abu dhabi|迪拜|阿拉伯联合酋长国",
    "KR": "korea|south korea|republic of korea|korea south|rok|korea republic of|南韩|大韩民国",
    "KP": "north korea|dprk|democratic people's republic of korea|北朝鲜",
    "CN": "china|pr china|p r china|prc|people's republic of china|mainland china|中国大陆|中华人民共和国",
    "HK": "hong kong|hongkong|hk|hong kong sar|香港",
    "MO": "macau|macao|macao sar|澳门",
    "TW": "taiwan|taiwan china|taiwan province of china|台湾|台灣|中国台湾|中国台湾省",
    "RU": "russia|russian federation|俄国|俄罗斯联邦",
    "CZ": "czech republic|czech|czechia|捷克共和国",
    "SK": "slovak republic|slovakia|斯洛伐克共和国",
    "VN": "viet nam|vietnam|越南社会主义共和国",
    "TR": "turkey|turkiye|türkiye|土尔其",
    "SA": "saudi|ksa|kingdom of saudi arabia|沙特|沙地阿拉伯",
    "NL": "holland|the netherlands|netherlands|尼德兰",
    "DE": "deutschland|brd|federal republic of germany|德意志|西德",
    "CI": "ivory coast|cote d'ivoire|cote divoire|象牙海岸",
    "MK": "macedonia|fyrom|north macedonia|马其顿",
    "MM": "burma|myanmar",
    "CD": "drc|dr congo|congo kinshasa|democratic republic of the congo|刚果金|民主刚果|刚果民主共和国",
    "CG": "congo|congo brazzaville|republic of the congo|刚果布|刚果",
    "IR": "iran islamic republic of|islamic republic of iran|persia",
    "SY": "syrian arab republic",
    "LA": "lao|lao pdr|laos",
    "BO": "bolivia plurinational state of",
    "VE": "venezuela bolivarian republic of",
    "TZ": "tanzania united republic of|united republic of tanzania",
    "MD": "republic of moldova|moldova republic of",
    "BN": "brunei darussalam",
    "PS": "palestine|state of palestine",
    "SZ": "swaziland|eswatini",
    "NZ": "new zealand|纽西兰",
    "IT": "italia|义大利",
    "ES": "españa|espana",
    "BR": "brasil|巴西联邦共和国",
    "MX": "méxico|mexico",
    "PH": "the philippines|philippine|菲利宾",
    "ZA": "south africa|rsa|republic of south africa",
    "IE": "republic of ireland|eire",
    "BA": "bosnia|bosnia herzegovina|波黑",
}  # fmt: skip
_SIGNS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "HK$": "HKD",
    "A$": "AUD",
    "C$": "CAD",
    "S$": "SGD",
}
_WORDS = {
    "RMB": "CNY", "人民币": "CNY", "元": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "英镑": "GBP",
    "日元": "JPY", "港币": "HKD", "港元": "HKD",
    "EURO": "EUR", "EUROS": "EUR", "DOLLAR": "USD", "DOLLARS": "USD",
}  # fmt: skip


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.sub(r"[^\w']+", " ", plain).split()
    return " ".join(
        "saint" if word == "st" else word for word in words if word not in ("and", "the", "islands")
    )


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Code by folded name: ours, those of many languages, then aliases, which win."""
    names: dict[str, str] = {}
    known = shipped()
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                names.setdefault(_folded(name), code)
    for code, facts in known.items():
        names[_folded(facts.name_zh)] = names[_folded(facts.name_en)] = code
    for code, aliases in _ALIASES.items():
        names.update({_folded(alias): code for alias in aliases.split("|")})
    return names


def country(text: str) -> str | None:
    """The ISO code of the country meant, or None; a code of two or three letters is taken as such."""
    bare = text.strip()
    if re.fullmatch("[A-Za-z]{2}", bare) and bare.upper() in shipped():
        return bare.upper()
    names = _countries()
    folded = _folded(bare)
    for tried in (
        folded,
        folded.removeprefix("the "),
        folded.removesuffix("国"),
        folded.removesuffix("岛"),
        _folded(bare.split("(")[0]),
    ):
        if tried and tried in names:
            return names[tried]
    inside = re.fullmatch(r"(.+?)\s*[/|(（,，]\s*(.+?)[)）]?", bare)
    codes = {code for part in inside.groups() if (code := names.get(_folded(part)))} if inside else set()
    return codes.pop() if len(codes) == 1 else None


def money(text: str, sign: DecimalSign) -> tuple[Decimal, str] | None:
    """The amount and its currency (empty if none is written), or None; ¥ alone names no currency."""
    bare = unicodedata.normalize("NFKC", text).strip().upper()
    match = re.fullmatch(r"(\(?-?)\s*([^\d\s.,()-]*)\s*(-?[\d][\d.,' ]*?)\s*([^\d\s.,()]*)\s*\)?", bare)
    if not match:
        return None
    number = read_number(match[3], sign)
    if number is None:
        return None
    written = match[2] or match[4]
    if match[2] and match[4] and _currency(match[2]) != _currency(match[4]):
        return None
    currency = _currency(written)
    if currency is None:
        return None
    negative = match[1].startswith(("-", "("))
    return (-number if negative else number), currency


def _currency(written: str) -> str | None:
    if not written or written == "¥":
        return ""
    found = _SIGNS.get(written) or _WORDS.get(written)
    return found or (written if written in list_currencies() else None)
