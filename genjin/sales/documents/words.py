"""The fixed words of documents in the languages customers read; independent of the interface's language."""

from __future__ import annotations

import csv
from pathlib import Path

from babel import Locale

BILINGUAL = "en-zh"
LANGUAGES = {
    "en": "English",
    BILINGUAL: "English + 中文",
    "zh": "中文",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "ru": "Русский",
    "ar": "العربية",
    "pt": "Português",
}
"""By its own name, so that everybody finds theirs."""

WORDS: dict[str, dict[str, str]] = {}
with (Path(__file__).parent / "words.tsv").open(encoding="utf-8", newline="") as _table:
    for _row in csv.DictReader(_table, delimiter="\t"):
        WORDS[_row.pop("key")] = _row


def word(key: str, language: str) -> str:
    """The word in the document's language; both, when it is bilingual."""
    said = WORDS[key]
    if language == BILINGUAL:
        return said["en"] if said["en"] == said["zh"] else f"{said['en']} {said['zh']}"
    return said.get(language, said["en"])


def has_word(key: str) -> bool:
    """Whether documents know the word; free values (an `OTHER`) have none."""
    return key in WORDS


def main_language(language: str) -> str:
    """The language of texts that stand once: English in a bilingual document."""
    return "en" if language == BILINGUAL or language not in LANGUAGES else language


def locale_of(language: str) -> Locale:
    """How numbers and dates are written; Arabic documents keep the digits that banks and customs read."""
    code = main_language(language)
    return Locale.parse({"zh": "zh_Hans_CN", "ar": "ar_AE", "pt": "pt_BR"}.get(code, code))


def typst_language(language: str) -> str:
    """The language that hyphenation and punctuation follow."""
    return main_language(language)


def is_rtl(language: str) -> bool:
    """Whether the document runs from right to left."""
    return language == "ar"
