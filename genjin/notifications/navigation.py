"""What this folder adds to the rail, the settings and the palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.web.navigation import Entry, register_entry


def register_all() -> None:
    """The notices with their bell, and how one wants to be told."""
    register_entry(
        Entry(
            "notices",
            _("Notices"),
            "notifications:list",
            "bell",
            place="foot",
            order=5,
            badge="notifications:unread",
            keywords="warnings 提醒 通知",
        )
    )
    register_entry(
        Entry(
            "notice_settings",
            _("Notice settings"),
            "notifications:preferences",
            "bell",
            place="settings",
            order=14,
            keywords="notices digest mail 提醒 通知 邮件",
        )
    )
