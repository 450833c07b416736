"""Days and times as people type them, and local time as moments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext

_now: ContextVar[datetime | None] = ContextVar("now", default=None)


@contextmanager
def reading_at(now: datetime) -> Iterator[None]:
    """Relative words typed inside ("tomorrow", "+3") count from this moment of business time."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def today() -> date:
    """The day from which relative words count, in the reader's zone."""
    return timezone.localdate(_now.get())


EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
WORDS = {
    **dict.fromkeys(("today", "今天", "今日"), 0),
    **dict.fromkeys(("tomorrow", "明天", "明日"), 1),
    **dict.fromkeys(("yesterday", "昨天", "昨日"), -1),
    "前天": -2,
    "后天": 2,
    "大后天": 3,
}
WEEKDAYS = {
    **{n: i for i, n in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{
        n: i
        for i, n in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    },
    **{f"{prefix}{c}": i for prefix in ("周", "星期", "礼拜") for i, c in enumerate("一二三四五六日")},
    **{f"{prefix}天": 6 for prefix in ("周", "星期", "礼拜")},
}


class MomentError(ValueError):
    """What was typed is no day or time; its text is a sentence for the user."""


def parse_day(text: str, *, today: date) -> date:
    """The day meant; without a year the next one to come, within the last half year the one just past."""
    words = " ".join(_plain(text).split())
    if words in WORDS:
        return today + timedelta(days=WORDS[words])
    if (steps := re.fullmatch(r"([+-]\d{1,4})\s*(天|d|days?|w|weeks?|周)?", words)) is not None:
        days = int(steps[1]) * (7 if (steps[2] or "").startswith(("w", "周")) else 1)
        return _within(today + timedelta(days=days))
    following = re.fullmatch(r"(?:下|next )(.+)", words)
    name = following[1] if following else words
    if name in WEEKDAYS:
        ahead = (WEEKDAYS[name] - today.weekday()) % 7 or 7
        if following:
            ahead = 7 - today.weekday() + WEEKDAYS[name]
        return today + timedelta(days=ahead)
    return _within(_calendar_day(words, today))


def _plain(text: str) -> str:
    """Lower case, ASCII digits and signs."""
    wide = {ord("０") + i: str(i) for i in range(10)} | {ord("－"): "-", ord("／"): "/", ord("．"): "."}
    return text.strip().lower().translate(wide | {ord("+") + 0xFEE0: "+"})


def _calendar_day(words: str, today: date) -> date:
    """A day written with numbers or a month's name."""
    if m := re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", words):
        return _make(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", words):
        return _make(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", words):
        return _make(int(m[3]), int(m[2]), int(m[1]))
    if m := re.fullmatch(r"(\d{1,2})\s*[-/月]\s*(\d{1,2})\s*[日号]?", words):
        return _near(int(m[1]), int(m[2]), today)
    if m := re.fullmatch(r"(\d{1,2})\.? ([a-z]+)\.?(?:,? (\d{4}))?", words):
        month, day, year = MONTHS.get(m[2]), int(m[1]), m[3]
    elif m := re.fullmatch(r"([a-z]+)\.? (\d{1,2})(?:,? (\d{4}))?", words):
        month, day, year = MONTHS.get(m[1]), int(m[2]), m[3]
    else:
        month, day, year = None, 0, None
    if month is None:
        raise MomentError(gettext("Write the day as 2026-11-24, 11-24, tomorrow or +3."))
    return _make(int(year), month, day) if year else _near(month, day, today)


def _make(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise MomentError(gettext("There is no such day in the calendar.")) from None


def _near(month: int, day: int, today: date) -> date:
    """That day in the year that makes it lie between half a year ago and half a year ahead."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if not found:
        raise MomentError(gettext("There is no such day in the calendar."))
    return min(found, key=lambda d: abs((d - today).days))


def _within(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise MomentError(gettext("Check the year of this day."))
    return day


def parse_time(text: str) -> time:
    """The time of day meant: 9, 9:30, 0930, 9点半, 下午3点, 3:30 pm."""
    words = _plain(text).replace("：", ":").replace(" ", "")
    m = re.fullmatch(
        r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?:[:.点时h]?(\d{2}|半)?分?)?(?::\d{2})?(am|pm)?", words
    )
    if m is None:
        raise MomentError(gettext("Write the time as 14:30."))
    hour, minute = int(m[2]), 30 if m[3] == "半" else int(m[3] or 0)
    if (m[1] in ("下午", "晚上") or m[4] == "pm") and hour < 12:
        hour += 12
    if m[4] == "am" and hour == 12:
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        raise MomentError(gettext("Write the time as 14:30.")) from None


def localise(naive: datetime, zone: tzinfo) -> datetime:
    """The moment in UTC of a local time; of an hour that occurs twice the first.

    Raises MomentError for a time that the change of clocks leaves out.
    """
    moment = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        raise MomentError(
            gettext("This time does not exist there: the clocks are put forward that night. Choose another.")
        )
    return moment


def moment_of(day: date, text: str, zone: tzinfo) -> datetime:
    """The moment in UTC of a day and a time of day as people type it there; raises MomentError."""
    return localise(datetime.combine(day, parse_time(text)), zone)
