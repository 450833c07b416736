"""Text of any script as plain Latin letters, so that two ways of writing a name can be compared.

Cyrillic, Greek, kana and hangul are written with Latin letters, Chinese is simplified and stays (its pinyin is
asked for word by word); accents and case go. `sound` is coarser still: Müller, Mueller and Muller sound alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
KANA = re.compile("[\u3041-\u30fa]")
HANGUL = re.compile("[\uac00-\ud7a3]")
ABROAD = re.compile("[\u0370-\u03ff\u0400-\u04ff]")

_CYRILLIC = """
    а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh
    щ shch ъ _ ы y ь _ э e ю yu я ya і i ї yi є ye ґ g ў u ј j љ lj њ nj ћ c ђ dj џ dz ѓ g ќ k ѕ dz
"""
_GREEK = """
    α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
"""
_KANA = """
    あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su せ se そ so た ta ち chi つ tsu て te と to
    な na に ni ぬ nu ね ne の no は ha ひ hi ふ fu へ he ほ ho ま ma み mi む mu め me も mo や ya ゆ yu よ yo
    ら ra り ri る ru れ re ろ ro わ wa を o ん n が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu ぜ ze ぞ zo
    だ da ぢ ji づ zu で de ど do ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ゔ vu
    ぁ a ぃ i ぅ u ぇ e ぉ o ゃ ya ゅ yu ょ yo
"""
_SPECIAL = "ø o đ d ł l ı i æ ae œ oe þ th ð d ß ss ə a"


def _table(text: str) -> dict[int, str]:
    words = text.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return {ord(letter): latin.strip("_") for letter, latin in pairs}


LETTERS = _table(_CYRILLIC) | _table(_GREEK) | _table(_SPECIAL)
SYLLABLES = {chr(letter): latin for letter, latin in _table(_KANA).items()}
GREEK_PAIRS = (("ου", "ou"), ("μπ", "b"), ("ντ", "nt"), ("γκ", "gk"), ("ευ", "ev"), ("αυ", "av"), ("ει", "i"))
INITIALS = "g kk n d tt r m b pp s ss _ j jj ch k t p h".split()
VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
FINALS = "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def plain(text: str) -> str:
    """The text in small Latin letters without accents; Chinese characters stay, simplified."""
    if text.isascii():
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).casefold()
    if KANA.search(wide):
        wide = _kana(wide)
    if HAN.search(wide):
        wide = _simplifier().convert(wide)
    if HANGUL.search(wide):
        wide = HANGUL.sub(lambda match: _hangul(match[0]), wide)
    bare = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    if ABROAD.search(bare):
        for greek, latin in GREEK_PAIRS:
            bare = bare.replace(greek, latin)
    return bare.translate(LETTERS)


def _kana(text: str) -> str:
    """Hiragana and katakana by Hepburn's spelling; a long vowel is written once."""
    parts: list[str] = []
    for letter in text:
        small = chr(ord(letter) - 0x60) if "\u30a1" <= letter <= "\u30f4" else letter
        latin = SYLLABLES.get(small)
        if letter == "ー":
            continue
        if latin is None:
            parts.append(small)
        elif small in "ゃゅょ" and parts and parts[-1].endswith("i"):
            parts[-1] = parts[-1][:-1] + (latin[1:] if parts[-1] in ("shi", "chi", "ji") else latin)
        elif small in "ぁぃぅぇぉ" and parts:
            parts[-1] = parts[-1].rstrip("aiueo") + latin
        elif parts and parts[-1] == "っ":
            parts[-1] = latin[0] + latin
        else:
            parts.append(latin)
    return "".join(parts).replace("っ", "")


def _hangul(syllable: str) -> str:
    """One syllable in the revised romanisation, without the changes that meeting sounds make."""
    number = ord(syllable) - 0xAC00
    parts = INITIALS[number // 588], VOWELS[number % 588 // 28], FINALS[number % 28]
    return "".join(parts).replace("_", "")


@lru_cache(maxsize=20_000)
def pinyin(characters: str) -> str:
    """Chinese characters as syllables without tones, in one word."""
    if characters.isascii():
        return characters.lower().replace(" ", "")
    # Its tables are 54 MB and a third of the start of a process, and most processes need none.
    from pypinyin import Style, lazy_pinyin

    return "".join(plain(part) for part in lazy_pinyin(characters, style=Style.NORMAL)).replace(" ", "")


_SOUNDS = (
    ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("ch", "c"), ("sh", "s"), ("zh", "z"),
    ("kh", "h"), ("ph", "f"), ("th", "t"), ("ts", "z"), ("tz", "z"), ("ck", "k"), ("ks", "x"), ("qu", "kv"),
    ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ij", "i"), ("ei", "i"), ("ie", "i"), ("ou", "u"), ("ya", "ia"), ("ja", "ia"),
    ("yu", "u"), ("ju", "u"), ("w", "v"), ("y", "i"), ("j", "i"), ("q", "k"),
)  # fmt: skip
_TWICE = re.compile(r"([a-z])\1+")


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """A coarse spelling under which umlauts, double letters and the usual transliterations are one."""
    for letters, short in _SOUNDS:
        if letters in word:
            word = word.replace(letters, short)
    if "c" in word:
        word = re.sub("c(?![iea])", "k", word)
    return _TWICE.sub(r"\1", word)


def umlauts_apart(word: str) -> str:
    """Umlauts written with an e, as accents are: without."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


_SYLLABLE = (
    "(?:[bpmf]?a(?:i|o|ng?)?|[bpm](?:ei|e?ng?|i(?:e|ao?|an|ng?)?|o|u)|f(?:ei|en|eng|o|ou|u)|miu|mou|"
    "[dtnl](?:a(?:i|o|ng?)?|e(?:i|ng?)?|i(?:a(?:o|ng?)?|e|ng?|u)?|ong|ou|u(?:an|i|n|o|e)?)|"
    "[gkh](?:a(?:i|o|ng?)?|e(?:i|ng?)?|ong|ou|u(?:a(?:i|ng?)?|i|n|o)?)|"
    "[jqx](?:i(?:a(?:o|ng?)?|e|ng?|ong|u)?|u(?:an|e|n)?)|"
    "(?:[zcs]h?|r)(?:a(?:i|o|ng?)?|e(?:i|ng?)?|i|ong|ou|u(?:a(?:i|ng?)?|i|n|o)?)|"
    "y(?:a(?:o|ng?)?|e|i(?:ng?)?|ong?|ou|u(?:an|e|n)?)|w(?:a(?:i|ng?)?|e(?:i|ng?)|o|u)|[ae]r?|ai|ou)"
)
_PINYIN = re.compile(f"{_SYLLABLE}{{2,6}}")


@lru_cache(maxsize=20_000)
def is_pinyin(word: str) -> bool:
    """Whether a word can be two or more syllables of pinyin, in which one letter makes another name."""
    return len(word) >= 4 and _PINYIN.fullmatch(word) is not None
