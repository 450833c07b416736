"""Cuts the fonts of printed documents out of the packages of package-lock.json.

Typst embeds what a document uses, so the fonts need every character a document may hold, and nothing else:
GB 2312 and Big5, Latin, Cyrillic and Greek in one family, Arabic in another.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

FAMILIES = ("@expo-google-fonts/noto-sans-sc", "@expo-google-fonts/noto-sans-arabic")
WEIGHTS = ("400Regular", "700Bold")
CUT = FAMILIES[0]
BLOCKS = (
    (0x0020, 0x024F), (0x0300, 0x0530), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20C0),
    (0x2100, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x25FF), (0x3000, 0x303F), (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)  # fmt: skip
"""Latin, Cyrillic, Greek, punctuation, currencies, letter-like signs, arrows, operators, full-width forms."""


def out_folder(root: Path) -> Path:
    """Where the fonts lie: beside what prints with them."""
    return root / "genjin" / "sales" / "documents" / "fonts"


def build(root: Path, modules: Path) -> bool:
    """Write the fonts unless they are made of the same sources already; says whether it wrote."""
    if are_built(root):
        return False
    out = out_folder(root)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for family in FAMILIES:
        for weight in WEIGHTS:
            (source,) = (modules / family / weight).glob("*.ttf")
            if family == CUT:
                _cut(source, out / source.name)
            else:
                shutil.copyfile(source, out / source.name)
        shutil.copyfile(modules / family / "LICENSE_FONT", out / f"OFL-{family.rpartition('/')[2]}.txt")
    (out / "stamp").write_text(_fingerprint(root))
    return True


def are_built(root: Path) -> bool:
    """Whether the fonts that lie there are made of these sources."""
    stamp = out_folder(root) / "stamp"
    return stamp.is_file() and stamp.read_text() == _fingerprint(root)


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update((root / "package-lock.json").read_bytes())
    return digest.hexdigest()


def _cut(source: Path, target: Path) -> None:
    """Write the font with the characters documents may hold; hinting is of no use in print."""
    from fontTools import subset

    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    options.layout_features = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "tnum"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=set(_characters()))
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def _characters() -> Iterator[int]:
    for first, last in BLOCKS:
        yield from range(first, last + 1)
    for encoding in ("gb2312", "big5"):
        for lead in range(0xA1, 0xFF):
            for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
                text = bytes((lead, trail)).decode(encoding, "ignore")
                yield from map(ord, text)
