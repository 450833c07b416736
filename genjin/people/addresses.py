"""E-mail addresses as people paste them, made into addresses."""

from __future__ import annotations

import unicodedata
from email.utils import parseaddr


def clean_address(text: str) -> str:
    """The address in what was typed or pasted: “Lin <LIN@x.com> ”, mailto:, full-width signs; lower case."""
    plain = unicodedata.normalize("NFKC", text).replace("\x00", "").strip()
    plain = plain.removeprefix("mailto:").strip("<>;, \u200b\ufeff")
    if "<" in plain:
        plain = parseaddr(plain)[1] or plain
    return plain.strip().lower()
