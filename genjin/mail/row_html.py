"""The row of a conversation, or of a mail that was found, as HTML.

A function and no template, because a list has forty rows with four buttons each: rendered as a template they
took a third of the page's time. What is stored always goes through `format_html`, which escapes it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from genjin.mail.present import Line
from genjin.web.templatetags.web import avatar, badge, clock, icon, moment_text

NOTHING = mark_safe("")


class Rows:
    """The rows of one list, for one reader: of mails if it is a search, else of conversations.

    `shown` is the conversation that is open beside it.
    """

    def __init__(self, *, now: datetime, is_search: bool, shown: int | None = None) -> None:
        self.now, self.is_search, self.shown = now, is_search, shown
        # Texts and pictures that every row has, looked up once.
        self.open, self.select = _("Open"), _("Select “%(subject)s”")
        self.unread = format_html('<span class="hidden-text">{}</span>', _("unread"))
        self.unfiled = format_html('<span class="mail-unfiled">{}</span>', _("unfiled"))
        self.attached = format_html(
            '{}<span class="hidden-text">{}</span>', icon("clip", "s"), _("with attachments")
        )
        self.words = {
            "star": _("Star"), "archive": _("Archive"), "trash": _("Delete"),
            "read": _("Mark as read"), "unread": _("Mark as unread"),
        }  # fmt: skip
        self.icons = {name: icon(name) for name in ("star", "archive", "trash", "mail")}

    def of(self, line: Line) -> SafeString:
        """One row; above it stands its day, where another one begins."""
        day = format_html('<li class="mail-day">{}</li>', line.group) if line.group else NOTHING
        css = " is-unread" if line.is_unread else ""
        css += " is-shown" if line.thread_id == self.shown else ""
        return format_html(
            '{0}<li class="mail-row{1}" id="{2}" data-row data-thread="{3}">\n'
            '<span class="pickbox"><label><input type="checkbox" name="{4}" value="{5}">'
            '<span class="hidden-text">{6}</span></label></span>\n'
            '<a class="mail-row-link" href="{7}" hx-get="{7}" hx-target="#reading" hx-swap="innerHTML"'
            ' hx-push-url="true" data-open data-key="o" data-key-label="{8}">\n'
            "{9}\n"
            '<span class="mail-subject cut" dir="auto">{10}{11}</span>\n'
            '<span class="mail-preview cut" dir="auto">{12}</span>\n'
            "{13}</a>\n"
            '<span class="mail-acts">{14}\n</span>\n'
            "</li>",
            day, css, line.id, line.thread_id,
            "messages" if self.is_search else "ids",
            line.id.removeprefix("message-") if self.is_search else line.thread_id,
            self.select % {"subject": line.subject},
            line.href, self.open,
            self._first(line),
            self.unread if line.is_unread else NOTHING, line.subject,
            line.preview,
            self._foot(line),
            self._acts(line),
        )  # fmt: skip

    def _first(self, line: Line) -> SafeString:
        count = format_html(' <span class="quiet">{}</span>', line.count) if line.count > 1 else NOTHING
        return format_html(
            '<span class="mail-row-one"><span class="mail-who cut"><bdi>{}</bdi>{}</span>'
            '<span class="mail-when">{}{}</span></span>',
            line.who, count,
            self.attached if line.has_attachments else NOTHING, moment_text(line.at, self.now),
        )  # fmt: skip

    def _foot(self, line: Line) -> SafeString:
        badges = format_html_join("", "{}", ((badge(text, tone),) for text, tone in line.badges))
        return format_html(
            '<span class="mail-row-foot">{}{}{}</span>', badges, self._company(line), _push(line)
        )

    def _company(self, line: Line) -> SafeString:
        if line.customer:
            time = clock("", line.time.text, line.time.dot) if line.time else NOTHING
            return format_html('<bdi class="cut">{}</bdi>{}', line.customer.name, time)
        if line.colleague:
            return format_html('<span class="cut">{}</span>', line.colleague)
        return self.unfiled if line.is_unfiled else NOTHING

    def _acts(self, line: Line) -> SafeString:
        ref: object = line.id if self.is_search else line.thread_id
        pressed = "true" if line.is_starred else "false"
        star = format_html(
            '<button type="submit" class="icon-btn icon-btn-s mail-star" name="one" value="{0}:{1}"'
            ' data-key="s" aria-pressed="{2}" aria-label="{3}" title="{3}">{4}</button>',
            "unstar" if line.is_starred else "star", ref, pressed, self.words["star"], self.icons["star"],
        )  # fmt: skip
        marked, key = ("read", "shift+i") if line.is_unread else ("unread", "shift+u")
        return (
            star
            + self._button("archive", ref, key="e", picture="archive")
            + self._button("trash", ref, key="#", picture="trash")
            + self._button(marked, ref, key=key, picture="mail", more=mark_safe(" data-mark"))
        )

    def _button(
        self, act: str, ref: object, *, key: str, picture: str, more: SafeString = NOTHING
    ) -> SafeString:
        return format_html(
            '<button type="submit" class="icon-btn icon-btn-s" name="one" value="{0}:{1}"{2} data-key="{3}"'
            ' aria-label="{4}" title="{4}">{5}</button>',
            act, ref, more, key, self.words[act], self.icons[picture],
        )  # fmt: skip


def _push(line: Line) -> SafeString:
    """Who looks after it, else where it lies."""
    if line.handling and (person := line.handling.assigned_to):
        return format_html('<span class="push" title="{}">{}</span>', _("Assigned"), avatar(person, "s"))
    if line.account:
        return format_html('<span class="push quiet cut">{}</span>', line.account)
    return NOTHING
