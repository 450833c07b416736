"""Addresses by their names: looked up once, for a page has a hundred of them."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, reverse

_PLACE = 7_000_000_007
"""Stands for the id in the pattern of an address."""


def address(name: str, pk: int | None = None, *more: str) -> str:
    """The address of that name, of the record with that id if it has one; raises `NoReverseMatch`.

    `more` are further parts of it, of which there are few: the name of a dimension.
    """
    places = () if pk is None else (_PLACE, *more)
    pattern = _pattern(name, places, get_urlconf() or settings.ROOT_URLCONF)
    return pattern if pk is None else pattern.replace(str(_PLACE), str(pk))


def address_if_any(name: str, pk: int | None = None) -> str:
    """The same; empty for a name that does not exist, as that of a folder which is not there."""
    try:
        return address(name, pk) if name else ""
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=2000)
def _pattern(name: str, places: tuple[int | str, ...], urlconf: str) -> str:
    return reverse(name, urlconf, args=places)
