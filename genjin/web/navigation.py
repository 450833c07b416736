"""Registers of what the shell shows: rail entries, palette commands and finders, banners.

Business folders register in their `AppConfig.ready`; the shell only asks what this person may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from django.http import HttpRequest

from genjin.web.addresses import address_if_any

Place = Literal["rail", "foot", "user", "palette", "settings"]


class Text(Protocol):
    """A text or a lazy translation of one."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """A page or command that can be reached from anywhere.

    `place`: "rail" (main part), "foot" (rail's foot), "user" (user menu), "settings" (side navigation of
    the settings: `order` below 100 "You", below 200 "Company", else "System") or "palette" (there only);
    everything is in the palette too. `right`: what `request.access.may` must grant, empty for everyone
    signed in. `badge`: URL name of a fragment with the number to show. `post`: a command, done by POST.
    `phone`: one of the four in the bar at the bottom of a phone. `keywords`: further words to find it by.
    """

    name: str
    label: Text
    url: str
    icon: str = "arrow-right"
    right: str = ""
    place: Place = "rail"
    order: int = 100
    badge: str = ""
    post: bool = False
    phone: bool = False
    keywords: str = ""
    key: str = ""

    def href(self) -> str:
        """The address, empty while its URL name does not exist."""
        return address_if_any(self.url)

    def badge_href(self) -> str:
        """The address of the badge's fragment, empty without one."""
        return address_if_any(self.badge)

    def allowed(self, request: HttpRequest) -> bool:
        """Whether this person may use it."""
        access = getattr(request, "access", None)
        return not self.right or bool(access is not None and access.may(self.right))


@dataclass(frozen=True)
class Hit:
    """One line found by the palette."""

    label: Text
    href: str
    icon: str = "arrow-right"
    note: Text = ""
    post: bool = False


@dataclass(frozen=True)
class Group:
    """Palette hits of one kind."""

    label: Text
    hits: tuple[Hit, ...]


Find = Callable[[HttpRequest, str, int], Iterable[Hit]]


@dataclass
class _Register:
    entries: dict[str, Entry] = field(default_factory=dict)
    finders: dict[str, tuple[int, Text, Find]] = field(default_factory=dict)
    banners: dict[str, int] = field(default_factory=dict)


_register = _Register()


def register_entry(entry: Entry) -> None:
    """Add (or replace, by name) an entry."""
    _register.entries[entry.name] = entry


def register_finder(name: str, label: Text, find: Find, *, order: int = 100) -> None:
    """Add a source of palette hits: `find(request, words, limit)` gives what this person may see."""
    _register.finders[name] = (order, label, find)


def register_banner(template: str, *, order: int = 100) -> None:
    """Add a template shown above every page; it renders nothing when there is nothing to say."""
    _register.banners[template] = order


def banners() -> list[str]:
    """Banner templates in order."""
    return sorted(_register.banners, key=lambda name: (_register.banners[name], name))


def entries(request: HttpRequest, *places: str) -> list[Entry]:
    """What this person may use at these places (all, if none is named), in order."""
    chosen = (entry for entry in _register.entries.values() if not places or entry.place in places)
    allowed = (entry for entry in chosen if entry.allowed(request) and entry.href())
    return sorted(allowed, key=lambda entry: (entry.order, entry.name))


def current(request: HttpRequest, candidates: Iterable[Entry]) -> str:
    """Name of the entry whose address is the longest beginning of this page's path."""
    path = request.path
    fitting = [e for e in candidates if not e.post and _leads_to(e.href(), path)]
    return max(fitting, key=lambda e: len(e.href())).name if fitting else ""


def _leads_to(href: str, path: str) -> bool:
    """Whether the path is the address itself or lies below it; the root is only itself."""
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))


def find(request: HttpRequest, words: str, *, limit: int = 6) -> list[Group]:
    """What the palette shows for these words: records first when something was typed, pages otherwise."""
    asked = words.strip().casefold()
    pages = [
        Hit(entry.label, entry.href(), entry.icon, post=entry.post)
        for entry in entries(request)
        if all(part in f"{entry.label} {entry.keywords} {entry.name}".casefold() for part in asked.split())
    ]
    groups = []
    if asked:
        for _, label, finder in sorted(_register.finders.values(), key=lambda item: item[0]):
            groups.append(Group(label, tuple(finder(request, words.strip(), limit))))
    from django.utils.translation import gettext as _

    groups.append(Group(_("Go to"), tuple(hit for hit in pages if not hit.post)))
    groups.append(Group(_("Do"), tuple(hit for hit in pages if hit.post)))
    return [group for group in groups if group.hits]
