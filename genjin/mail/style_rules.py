"""Which inline styles of a stranger's HTML are kept: looks, never loading, covering or moving."""

from __future__ import annotations

import re

PROPERTIES = frozenset(
    (
        *(
            "color",
            "background-color",
            "font",
            "font-family",
            "font-size",
            "font-style",
            "font-weight",
            "font-variant",
        ),
        *(
            "line-height",
            "letter-spacing",
            "word-spacing",
            "text-align",
            "text-decoration",
            "text-indent",
            "text-transform",
        ),
        *(
            "vertical-align",
            "white-space",
            "word-break",
            "overflow-wrap",
            "word-wrap",
            "direction",
            "unicode-bidi",
        ),
        *(
            "width",
            "max-width",
            "min-width",
            "height",
            "max-height",
            "min-height",
            "display",
            "float",
            "clear",
        ),
        *("margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top"),
        *(
            "padding-right",
            "padding-bottom",
            "padding-left",
            "border",
            "border-top",
            "border-right",
            "border-bottom",
        ),
        *("border-left", "border-color", "border-style", "border-width", "border-collapse", "border-spacing"),
        *(
            "border-radius",
            "border-top-color",
            "border-right-color",
            "border-bottom-color",
            "border-left-color",
        ),
        *(
            "border-top-style",
            "border-right-style",
            "border-bottom-style",
            "border-left-style",
            "border-top-width",
        ),
        *(
            "border-right-width",
            "border-bottom-width",
            "border-left-width",
            "list-style-type",
            "table-layout",
        ),
        *("caption-side", "empty-cells", "background"),
    )
)
_FUNCTIONS = re.compile(r"([a-z-]*)\s*\(", re.IGNORECASE)
_HARMLESS = frozenset(("rgb", "rgba", "hsl", "hsla", "calc", "min", "max"))
_HIDING = re.compile(r"[\\<>@{}]|/\*|expression|javascript|-moz-binding|behavior|!ie", re.IGNORECASE)
_LIMIT = 2_000


def plain_style(style: str) -> str:
    """The declarations that only say how something looks; those that load, run or hide are left out."""
    kept = []
    for declaration in style[:_LIMIT].split(";"):
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        if name not in PROPERTIES or not value.strip() or _HIDING.search(value):
            continue
        if all(found.lower() in _HARMLESS for found in _FUNCTIONS.findall(value)):
            kept.append(f"{name}:{value.strip()}")
    return ";".join(kept)
