"""The row of a task as HTML, a function a part.

They are functions and no templates because Today has fifty rows of sixty values: rendered as templates they
took a third of the page's time. What is stored always goes through `format_html`, which escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from genjin.followups.attempts import Progress
from genjin.followups.present import Row

NOTHING = mark_safe("")


@dataclass(frozen=True)
class Frame:
    """What the rows of one list have in common."""

    words: dict[str, str]
    query: str
    """The query string that tells an act where the row stands."""
    csrf_token: str
    open_key: str = ""
    """The task whose form opens by itself."""
    shows_owner: bool = False
    moves: bool = False
    """Whether what a person put on a day is moved, not postponed."""


def row_html(row: Row, frame: Frame) -> SafeString:
    """One task with what can be done about it."""
    late, purpose, number = row.is_overdue, row.purpose, row.number
    return format_html(
        '<div class="row task{}" id="task-{}" data-row tabindex="-1" aria-label="{}: {}" data-card="{}">\n'
        '<span class="task-channel" title="{}">{}</span>\n'
        "{}\n"
        '<div class="task-grade">{}</div>\n'
        "{}\n"
        "{}\n"
        '<div class="row-actions">{}\n{}\n{}\n{}</div>\n'
        '<div class="task-work" data-work id="work-{}"{}></div>\n'
        "</div>\n",
        " task-late" if late else "", number, row.customer.name, purpose, row.card_href,
        row.channel_label, row.picture,
        _who(row),
        row.grade,
        _what(row, purpose, frame),
        _due(row, frame, is_late=late),
        _act(row, frame), _give_back(row, frame), _later(row, frame), _dismiss(row, frame),
        number, _opened(row, frame),
    )  # fmt: skip


def _who(row: Row) -> SafeString:
    contact, opens = row.contact, row.opens
    return format_html(
        '<div class="task-who"><div class="row-one"><a class="row-name cut" href="{}"><bdi>{}</bdi></a>'
        '<span class="quiet nowrap task-country">{}</span></div>\n'
        '<div class="row-two">{}{}{}</div></div>',
        row.customer_href, row.customer.name, row.country,
        format_html('<span class="cut"><bdi>{}</bdi></span>', contact.name) if contact else NOTHING,
        row.clock,
        format_html('<span class="quiet nowrap task-opens">{}</span>', opens) if opens else NOTHING,
    )  # fmt: skip


def _what(row: Row, purpose: str, frame: Frame) -> SafeString:
    thread, why = row.thread_href, row.why
    named = (
        format_html('<a class="cut" href="{}">{}</a>', thread, purpose)
        if thread
        else format_html('<span class="cut">{}</span>', purpose)
    )
    return format_html(
        '<div class="task-what"><div class="row-one">{}{}</div><div class="row-two">{}{}'
        '<span class="cut" title="{}">{}</span></div></div>',
        named, _further(row, purpose),
        _number_to_call(row, frame), attempts_html(row.progress) if row.progress else NOTHING, why, why,
    )  # fmt: skip


def _further(row: Row, purpose: str) -> SafeString:
    """How often the same is to be done, one other purpose, and how many more there are."""
    same = row.further.count(purpose)
    others = list(dict.fromkeys(one for one in row.further if one != purpose))
    shown = [f"× {same + 1}"] if same else []
    shown += [f"+ {one}" for one in others[:1]]
    badges = format_html_join("", '<span class="badge cut">{}</span>', ((one,) for one in shown))
    if len(others) < 2:
        return badges
    rest = format_html('<span class="badge" title="{}">+{}</span>', " · ".join(others[1:]), len(others) - 1)
    return badges + rest


def _number_to_call(row: Row, frame: Frame) -> SafeString:
    if row.call_now is None:
        return NOTHING
    return format_html(
        '<a class="badge badge-accent" href="tel:{}">{}{}</a>',
        row.call_now.normalised, frame.words["icon_call"], row.call_now.value,
    )  # fmt: skip


def attempts_html(progress: Progress, *, by_channel: bool = False) -> SafeString:
    """How far the attempts have come, as a bar and in figures; `by_channel` tells of each channel."""
    bar: str = NOTHING
    if progress.most:
        bar = format_html(
            '<progress max="{}" value="{}" aria-label="{}"></progress>',
            progress.most, progress.filled, progress.title,
        )  # fmt: skip
    ways = f" {progress.by_channel}" if by_channel else ""
    return format_html(
        '<span class="attempts nowrap" title="{}">{}<b>{}</b>{}</span>',
        progress.title, bar, progress.text, ways,
    )  # fmt: skip


def _due(row: Row, frame: Frame, *, is_late: bool) -> SafeString:
    css = " bad" if is_late else "" if row.task.is_date_only else " strong"
    note = row.due_note
    return format_html(
        '<div class="task-due{}">{}{}{}</div>',
        css, row.due, format_html("<small>{}</small>", note) if note else NOTHING,
        format_html('<small class="task-owner">{}</small>', row.task.owner) if frame.shows_owner else NOTHING,
    )  # fmt: skip


def _act(row: Row, frame: Frame) -> SafeString:
    """What is mainly done about it: tick it off, answer, write, or log."""
    words = frame.words
    if row.is_reminder:
        fields = format_html(
            '<input type="hidden" name="seen" value="{}"><button class="btn" data-key="l">{}{}</button>',
            row.seen, words["icon_done"], words["done"],
        )  # fmt: skip
        return _form(row, frame, "done", fields)
    if href := row.reply_href:
        return _mail(row, frame, href, "reply")
    if href := row.write_href:
        return _mail(row, frame, href, "write")
    return format_html(
        '<a class="btn" data-open data-act data-key="l" data-key-label="{}" href="{}log/?{}">{}</a>',
        words["log_long"], row.base, frame.query, words["call"] if row.is_call else words["log"],
    )  # fmt: skip


def _mail(row: Row, frame: Frame, href: str, what: str) -> SafeString:
    words = frame.words
    return format_html(
        '<a class="btn" data-open data-act data-key="r" data-key-label="{0}" title="{0} (R)"'
        ' href="{1}">{2}</a>{3}',
        words[f"{what}_long"], href, words[what],
        _icon(row, frame, act="log", key="l", label="log_long", icon="icon_log"),
    )  # fmt: skip


def _form(row: Row, frame: Frame, act: str, fields: str) -> SafeString:
    return format_html(
        '<form method="post" action="{0}{1}/?{2}" hx-post="{0}{1}/?{2}" hx-target="#work-{3}"'
        ' hx-swap="innerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{4}">{5}</form>',
        row.base, act, frame.query, row.number, frame.csrf_token, fields,
    )  # fmt: skip


def _give_back(row: Row, frame: Frame) -> SafeString:
    if not row.is_delegated:
        return NOTHING
    button = format_html(
        '<button class="icon-btn" aria-label="{0}" title="{0}">{1}</button>',
        frame.words["give_back"], frame.words["icon_back"],
    )  # fmt: skip
    return _form(row, frame, "give-back", button)


def _later(row: Row, frame: Frame) -> SafeString:
    if frame.moves and row.is_step:
        return _icon(row, frame, act="move", key="m", label="move", icon="icon_move")
    return _icon(row, frame, act="postpone", key="s", label="postpone", icon="icon_later")


def _dismiss(row: Row, frame: Frame) -> SafeString:
    if not row.task.is_dismissable:
        return mark_safe('<span class="task-gap"></span>')
    return _icon(row, frame, act="dismiss", key="x", label="dismiss", icon="icon_dismiss")


def _icon(row: Row, frame: Frame, *, act: str, key: str, label: str, icon: str) -> SafeString:
    return format_html(
        '<a class="icon-btn" data-act data-key="{0}" href="{1}{2}/?{3}"'
        ' aria-label="{4}" title="{4} ({5})">{6}</a>',
        key, row.base, act, frame.query, frame.words[label], key.upper(), frame.words[icon],
    )  # fmt: skip


def _opened(row: Row, frame: Frame) -> SafeString:
    if row.task.key != frame.open_key:
        return NOTHING
    return format_html(' hx-get="{}log/?{}" hx-trigger="load" hx-swap="innerHTML"', row.base, frame.query)
