"""What every page's template knows of the shell."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from genjin.web import navigation

THEME_COOKIE = "genjin_theme"
THEMES = ("auto", "light", "dark")


def theme_of(request: HttpRequest) -> str:
    """This browser's choice, else the user's, else "auto" (as the system has it)."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else "auto"


def shortcuts_of(request: HttpRequest) -> bool:
    """Whether single-key shortcuts are on (`user.shortcuts`, on unless switched off)."""
    return bool(getattr(getattr(request, "user", None), "shortcuts", True))


class Shell:
    """The frame of one page: what this person may reach and how it should look."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.rail = navigation.entries(request, "rail")
        self.foot = navigation.entries(request, "foot")
        self.user_menu = navigation.entries(request, "user")
        self.theme = theme_of(request)
        self.shortcuts = shortcuts_of(request)
        self.banners = navigation.banners()

    @cached_property
    def current(self) -> str:
        """Name of the entry of the rail where this page belongs; what the settings lead to is theirs."""
        settings = navigation.entries(self.request, "settings")
        name = navigation.current(self.request, [*self.rail, *self.foot, *settings])
        return "settings" if any(entry.name == name for entry in settings) else name

    @cached_property
    def phone(self) -> list[navigation.Entry]:
        """The at most four entries in the bar of a phone."""
        return ([entry for entry in self.rail if entry.phone] or self.rail)[:4]

    @cached_property
    def settings(self) -> list[tuple[str, list[navigation.Entry]]]:
        """The pages of the settings this person may open, in groups."""
        found = navigation.entries(self.request, "settings")
        groups = ((_("You"), 0, 100), (_("Company"), 100, 200), (_("System"), 200, 10_000))
        named = [(name, [e for e in found if low <= e.order < high]) for name, low, high in groups]
        return [(name, entries) for name, entries in named if entries]

    @cached_property
    def settings_current(self) -> str:
        """Name of the settings page being shown."""
        return navigation.current(self.request, navigation.entries(self.request, "settings"))

    @property
    def texts(self) -> dict[str, str]:
        """What scripts say."""
        return {
            "offline": _("No connection. What you typed is kept."),
            "failed": _("That did not work. What you typed is kept."),
            "failed_id": _("That did not work (error {id}). What you typed is kept."),
            "timeout": _("The server took too long. What you typed is kept."),
            "signed_out": _("You have been signed out. Sign in again in a new tab, then continue here."),
            "sign_in": _("Sign in"),
            "forbidden": _("This is not allowed or no longer exists."),
            "close": _("Close"),
            "copied": _("Copied"),
            "order_saved": _("Order saved"),
            "leave": _("What you typed has not been saved."),
            "restored": _("Your draft was restored."),
            "discard": _("Discard draft"),
            "draft_saved": _("Draft saved"),
            "nothing": _("Nothing found"),
            "searching": _("Searching…"),
            "selected": _("{n} selected"),
            "confirm": _("Confirm"),
            "cancel": _("Cancel"),
            "remove": _("Remove {name}"),
            "undo": _("Undo"),
        }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, made only when a template asks."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
