"""What people typed, in files that a spreadsheet opens: it stays text and never runs as a formula."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text may not begin with in a spreadsheet; full-width signs are read as the plain ones."""


def harmless(text: str) -> str:
    """The text so that a spreadsheet opening it as CSV keeps it as text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def typed(text: str) -> str:
    """What people typed of a text that `harmless` gave."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
