"""Errors as they may be kept: where and what, without the values of people or secrets."""

from __future__ import annotations

import re
import traceback

LONGEST = 8000
_PATTERNS = (
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]*:[^\s/@]*@", re.I), r"\1***@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "***@***"),
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|api_?key|authorization|cookie)\w*[\"']?\s*[=:]\s*)\S+"
        ),
        r"\1***",
    ),
    (re.compile(r"(?m)^(DETAIL:\s+).*$"), r"\1***"),
    (re.compile(r"\+?\d[\d ()-]{8,}\d"), "***"),
)


def scrub(text: str) -> str:
    """The text without addresses, secrets, telephone numbers and row contents; at most 8,000 characters."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text if len(text) <= LONGEST else text[:1000] + "\n…\n" + text[-(LONGEST - 1003) :]


def describe(error: BaseException) -> tuple[str, str]:
    """Class path and scrubbed traceback of an error."""
    kind = type(error)
    path = f"{kind.__module__}.{kind.__qualname__}"
    return path[:200], scrub("".join(traceback.format_exception(error)))
