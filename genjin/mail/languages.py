"""Languages that mails are written in, by the name that the reader knows."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

CODES = (
    "en", "zh", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "ru", "uk", "tr", "ar", "fa", "he", "ja",
    "ko", "vi", "th", "id", "hi",
)  # fmt: skip


def name(code: str) -> str:
    """The language in the reader's language; "" means every language."""
    if not code:
        return _("Every language")
    locale = Locale.parse("zh_Hans" if (get_language() or "").startswith("zh") else "en")
    return str(locale.languages.get(code, code))


def choices(*, with_all: bool = False) -> list[tuple[str, str]]:
    """All languages to choose from."""
    found = [(code, name(code)) for code in CODES]
    return [("", name("")), *found] if with_all else found
