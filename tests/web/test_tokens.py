"""Colours that carry text keep the contrast of WCAG 2.2 AA, light and dark."""

import re

import pytest

from tools.assets import ROOT

TOKENS = (ROOT / "genjin" / "web" / "source" / "css" / "tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "canvas", "sunken", "hover", "accent-wash")
INKS = ("ink", "ink-2", "ink-3")
STATES = ("ok", "warn", "bad")


def colours(block):
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


def blocks():
    light = colours(TOKENS[TOKENS.index(":root {") : TOKENS.index("@media (prefers-color-scheme: dark)")])
    by_system = colours(
        TOKENS[TOKENS.index("@media (prefers-color-scheme: dark)") : TOKENS.index(':root[data-theme="dark"]')]
    )
    chosen = colours(TOKENS[TOKENS.index(':root[data-theme="dark"]') :])
    return light, by_system, chosen


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *((ink, ground, 4.5) for ink in INKS for ground in GROUNDS),
    *((state, ground, 4.5) for state in STATES for ground in ("paper", "canvas", "hover", f"{state}-wash")),
    *(("accent-ink", ground, 4.5) for ground in ("paper", "canvas", "accent-wash", "sunken")),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-hover", 4.5),
    ("paper", "bad", 4.5),
    ("paper", "bad-hover", 4.5),
    ("paper", "ink-2", 4.5),
    ("ink", "warn-wash", 4.5),
    ("ink", "bad-wash", 4.5),
    ("line-field", "paper", 3.0),
    ("accent", "paper", 3.0),
]


@pytest.mark.parametrize("theme", [0, 2], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_text_is_readable(theme, ink, ground, least):
    palette = blocks()[theme]
    assert contrast(palette[ink], palette[ground]) >= least, contrast(palette[ink], palette[ground])


def test_dark_by_system_and_dark_by_choice_are_the_same():
    _light, by_system, chosen = blocks()
    assert by_system == chosen
