"""What this folder adds to the rail and the palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.web.navigation import Entry, register_entry


def register_all() -> None:
    """Today, its calls, the team, and the sequences."""
    register_entry(
        Entry(
            "today",
            _("Today"),
            "today",
            "today",
            order=10,
            badge="followups:badge",
            phone=True,
            keywords="home tasks 首页 任务",
        )
    )
    register_entry(Entry("calls", _("Today's calls"), "followups:calls", "phone", place="palette", order=11))
    register_entry(Entry("meetings", _("Meetings"), "followups:meetings", "users", place="palette", order=11))
    register_entry(Entry("done", _("Done today"), "followups:done", "check", place="palette", order=12))
    register_entry(
        Entry(
            "morning",
            _("Morning mail"),
            "followups:morning",
            "mail",
            place="settings",
            order=15,
            keywords="daily mail digest 早报 邮件",
        )
    )
    register_entry(
        Entry(
            "own_numbers",
            _("My numbers"),
            "followups:own_numbers",
            "chart",
            place="palette",
            order=13,
        )
    )
    register_entry(
        Entry("team", _("Team"), "followups:team", "team", right="manage_team", place="foot", order=10)
    )
    register_entry(
        Entry(
            "sequences", _("Sequences"), "followups:sequences", "list", right="manage_team",
            place="settings", order=145, keywords="sequence process 流程 自动过程",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "roster", _("Duty roster"), "followups:roster", "calendar", right="manage_team",
            place="settings", order=146, keywords="on duty roster 值班",
        )
    )  # fmt: skip
