"""Names of files as people may see and save them."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 180
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Needed inside words of Persian, Hindi and in emoji; every other invisible sign can deceive.
JOINERS = "\u200c\u200d"


def clean_name(name: str) -> str:
    """A name without folders, control signs and direction overrides, at most 180 characters; never empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        c for c in last if c in JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    plain = " ".join(kept.translate(FORBIDDEN).split()).strip(". ")
    if not plain.strip("_"):
        return "file"
    if RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    if len(plain) <= LONGEST:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return plain[:LONGEST].strip(". ")
    return f"{stem[: LONGEST - len(ending) - 1].strip('. ')}.{ending}"
