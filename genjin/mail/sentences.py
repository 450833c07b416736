"""Codes that are kept with what happened, and the sentences that people are told for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format


def told(sentences: Mapping[str, Any], code: str, details: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code in the language in use, "" for none that is known.

    `details` fill its places; numbers are written as people write them, what is not known stays empty.
    """
    if code not in sentences:
        return ""
    known = {name: _written(value) for name, value in (details or {}).items()}
    return str(sentences[code]) % defaultdict(str, known)


def _written(value: Any) -> Any:
    return number_format(value) if isinstance(value, int) and not isinstance(value, bool) else value
