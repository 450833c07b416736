"""Addresses of the built scripts, styles and icons, whose file names hold a digest of their content."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).parent / "assets"


@cache
def _manifest(stamp: float) -> dict[str, str]:
    """Logical name -> file name; `stamp` makes a rebuilt manifest a new question."""
    names: dict[str, str] = json.loads((FOLDER / "genjin" / "manifest.json").read_text(encoding="utf-8"))
    return names


@cache
def _settled() -> dict[str, str]:
    return _manifest(0.0)


def asset_url(name: str) -> str:
    """The address of a built file by its logical name, such as `app.css`.

    Without built assets (a fresh checkout) the plain name is given, so that pages still answer.
    """
    return _address(name) if settings.DEBUG or settings.TESTING else _settled_address(name)


def _address(name: str) -> str:
    try:
        names = (
            _manifest((FOLDER / "genjin" / "manifest.json").stat().st_mtime) if settings.DEBUG else _settled()
        )
    except OSError:
        return static(f"genjin/{name}")
    return static(f"genjin/{names.get(name, name)}")


@cache
def _settled_address(name: str) -> str:
    """The same, asked for a hundred times on a page of icons."""
    return _address(name)
