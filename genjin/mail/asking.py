"""What people type into the search of mail, taken apart; knows neither database nor person.

`from:` `to:` `cc:` `subject:` `in:` `customer:` take a word or a "quoted text"; `has:attachment`;
`is:unread`, `is:read`, `is:starred`, `is:filed`, `is:unfiled`; `before:`, `after:`, `on:` take a
day in the usual forms (2026-11-24, 2026/11/24, 24.11.2026, 2026年11月24日, 2026-11, 2026, 11-24,
7d). Chinese names of all of these work too, with a full-width colon as well. Everything else are words, all
of which must be found.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = 300
_PIECE = re.compile(r'(?:([^\s:："“”]{1,12})[:：])?(?:["“”]([^"“”]*)["“”]?|([^\s"“”]+))')
_WAYS = {
    "from": "from 发件人 来自",
    "to": "to 收件人 发给",
    "cc": "cc 抄送",
    "subject": "subject 主题 标题",
    "in": "in folder 文件夹",
    "customer": "customer 客户",
    "has": "has 有 含",
    "is": "is 是",
    "before": "before until 之前 早于",
    "after": "after since 之后 晚于",
    "on": "on date 日期",
}
_NAMES = {way: name for name, ways in _WAYS.items() for way in ways.split()}
_STATE_WAYS = {
    "unread": "unread 未读",
    "read": "read 已读",
    "starred": "starred star flagged 星标",
    "filed": "filed 已归档",
    "unfiled": "unfiled 未归档",
}
_STATES = {way: state for state, ways in _STATE_WAYS.items() for way in ways.split()}
_ATTACHMENTS = ("attachment", "attachments", "file", "附件")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_NO_YEAR = re.compile(r"(\d{1,2})[-/月](\d{1,2})日?$")
_AGO = re.compile(r"(\d{1,4})([dwmy天周月年])$")
_DAYS = {"d": 1, "天": 1, "w": 7, "周": 7, "m": 30, "月": 30, "y": 365, "年": 365}
_NAMED = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}


@dataclass(frozen=True)
class Asked:
    """A search. Days are whole days of the reader: `since` is the first, `before` the first one not meant."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """(from, to, cc or subject; text)."""
    folders: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    states: frozenset[str] = field(default_factory=frozenset)
    with_attachment: bool = False
    since: date | None = None
    before: date | None = None
    not_understood: tuple[str, ...] = ()
    """What looks like an operator but has a value that means nothing."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return self == Asked()


@dataclass
class _Gathering:
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    attached: bool = False
    since: date | None = None
    before: date | None = None
    odd: list[str] = field(default_factory=list)


def parse(text: str, today: date) -> Asked:
    """What a text asks for."""
    found = _Gathering()
    for name, quoted, plain in _PIECE.findall(text.replace("\x00", "")[:LONGEST]):
        value = (quoted or plain).strip()
        known = _NAMES.get(name.casefold()) if name else None
        if known and value:
            if not _take(found, known, value, today):
                found.odd.append(f"{name}:{value}")
        elif not name and quoted.strip():
            found.phrases.append(value)
        elif value:
            found.words.append(f"{name}:{value}" if name else value)
    return Asked(
        words=" ".join(found.words),
        phrases=tuple(found.phrases),
        fields=tuple(found.fields),
        folders=tuple(found.folders),
        customers=tuple(found.customers),
        states=frozenset(found.states),
        with_attachment=found.attached,
        since=found.since,
        before=found.before,
        not_understood=tuple(found.odd),
    )


def _take(found: _Gathering, name: str, value: str, today: date) -> bool:
    """Note one operator; False when its value means nothing."""
    if name in ("from", "to", "cc", "subject"):
        found.fields.append((name, value))
    elif name == "in":
        found.folders.append(value)
    elif name == "customer":
        found.customers.append(value)
    elif name == "has":
        found.attached = found.attached or value.casefold() in _ATTACHMENTS
        return value.casefold() in _ATTACHMENTS
    elif name == "is":
        state = _STATES.get(value.casefold())
        if state is None:
            return False
        found.states.add(state)
    else:
        return _bound(found, name, value, today)
    return True


def _bound(found: _Gathering, name: str, value: str, today: date) -> bool:
    days = days_of(value, today)
    if days is None:
        return False
    first, last = days
    if name in ("after", "on"):
        found.since = max(found.since or first, first)
    if name in ("before", "on"):
        end = first if name == "before" else last + timedelta(days=1)
        found.before = min(found.before or end, end)
    return True


def days_of(text: str, today: date) -> tuple[date, date] | None:
    """The first and last day that a text means; None when it is no day, month or year."""
    plain = text.strip().casefold()
    try:
        if plain in _NAMED:
            day = today - timedelta(days=_NAMED[plain])
            return day, day
        if ago := _AGO.match(plain):
            day = today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
            return day, day
        if re.fullmatch(r"\d{4}年?", plain):
            year = int(plain[:4])
            return date(year, 1, 1), date(year, 12, 31)
        if whole := _YEAR_FIRST.match(plain):
            return _of_month(int(whole[1]), int(whole[2]), whole[3])
        if german := _DAY_FIRST.match(plain):
            return _of_month(int(german[3]), int(german[2]), german[1])
        if short := _NO_YEAR.match(plain):
            return _last_time(int(short[1]), int(short[2]), today)
    except (ValueError, OverflowError):
        return None
    return None


def _of_month(year: int, month: int, day: str | None) -> tuple[date, date]:
    if day:
        return date(year, month, int(day)), date(year, month, int(day))
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _last_time(month: int, day: int, today: date) -> tuple[date, date]:
    """A day without a year: the last time it was."""
    found = date(today.year, month, day)
    if found > today:
        found = date(today.year - 1, month, day)
    return found, found
