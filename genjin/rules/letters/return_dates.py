"""The day an absence notice names for coming back: absolute, or relative to the notice itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from genjin.rules.letters.date_words import (
    CUES,
    ENDS,
    MONTH_FIRST_HINTS,
    MONTHS,
    NEXT_WEEK,
    NUMBERS,
    SPANS,
    TODAY,
    TOMORROW,
    WEEKDAYS,
)
from genjin.rules.letters.patterns import AnyOf

_FURTHEST = timedelta(days=400)
_LIMIT = 3_000


def _alternatives(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_MONTH = _alternatives(MONTHS)
_WEEKDAY = _alternatives(WEEKDAYS)
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|°|\.|-го|-е|'?(?:i|ı|u|ü)?)?"
_ABSOLUTE = (
    ("ymd", re.compile(
        r"(?<!\d)(20\d{2})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)\s*[日号號일]?")),
    ("md", re.compile(r"(?<!\d)(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?")),
    ("dMy", re.compile(
        rf"(?<!\d)(\d{{1,2}}){_ORDINAL}\s*(?:of\s+|de\s+|de\b\s*|den\s+|-|/)?\s*(?:{_MONTH})(?![^\W\d_])"
        rf"\.?,?\s*(?:de\s+|del\s+|-|/)?(20\d{{2}}|'?\d{{2}}(?=\b)(?!\s*[:.h]\d))?",
        re.IGNORECASE)),
    ("Mdy", re.compile(
        rf"(?<![^\W\d_])(?:{_MONTH})\.?\s*(\d{{1,2}})(?!\d){_ORDINAL}(?:\s*,?\s*(20\d{{2}}))?",
        re.IGNORECASE)),
    ("numeric", re.compile(
        r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})(?:\s?\2\s?(20\d{2}|\d{2}))?(?!\d|[:%])")),
)  # fmt: skip
_DAY_WORDS = [*TODAY, *TOMORROW, *NEXT_WEEK]
_MONTH_WORD = re.compile(rf"(?<![^\W\d_])({_MONTH})(?![^\W\d_])", re.IGNORECASE)
_CUE = AnyOf(cue for cues in CUES.values() for cue in cues)
_END = AnyOf(ENDS)
_DAY_WORD = re.compile(
    rf"(?<![^\W\d_])({_alternatives(_DAY_WORDS)})(?![^\W\d_\u3000-\u9fff])"
    rf"|({_alternatives([word for word in _DAY_WORDS if not word.isascii()])})",
    re.IGNORECASE,
)
_WEEKDAY_WORD = re.compile(
    rf"((?:next|coming|following|nächste[nr]?|kommende[nr]?|prochain|próxim[oa]|prossim[oa]|следующ\w+|"
    rf"下个?周|下星期|下週|"
    rf"本周|这周|来週の?|今週の?|önümüzdeki|القادم)\s*)?(?<![^\W\d_])"
    rf"({_WEEKDAY})(?![^\W\d_])(\s*(?:prochain|qui vient|próxim[oa]|prossim[oa]|القادم|que viene))?"
    rf"|(下个?周|下星期|下週|下礼拜|周|星期|礼拜|週)([一二三四五六日天])|(来週の?|今週の?)?([月火水木金土日])曜日?",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?<![^\W\d_])(?:(\d{{1,2}})|({_alternatives(NUMBERS)}))\s*({_alternatives(SPANS)})", re.IGNORECASE
)
_CHINESE_DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    day: date


def return_date(text: str, sent_at: datetime | None) -> date | None:
    """The day of the return, or the last day away; None where the text names none.

    Days without a year and relative days count from `sent_at`; without it only full dates are read.
    """
    plain = " ".join(text[:_LIMIT].split())
    today = sent_at.date() if sent_at else None
    found = sorted(_all(plain, today), key=lambda day: (day.start, -day.end))
    later = [day for day in _apart(found) if today is None or today <= day.day <= today + _FURTHEST]
    if not later:
        return None
    cued = [day for day in later if _is_cued(plain, day)]
    ends = [day for day in later if _is_end(plain, day, later)]
    # "back on 5 May" says more than "from 1 to 4 May"; of several ends the last day is meant
    chosen = cued or ends
    return (
        max(day.day for day in chosen)
        if chosen
        else (later[-1].day if len(later) == 1 else max(d.day for d in later))
    )


def _apart(found: list[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for day in found:
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
    return kept


def _all(plain: str, today: date | None) -> Iterator[_Found]:
    for kind, pattern in _ABSOLUTE:
        for match in pattern.finditer(plain):
            day = _absolute(kind, match, plain, today)
            if day:
                yield _Found(match.start(), match.end(), day)
    if today is None:
        return
    for match in _DAY_WORD.finditer(plain):
        word = (match[1] or match[2]).lower()
        ahead = 0 if word in TODAY else 1 if word in TOMORROW else 7 - today.weekday()
        yield _Found(match.start(), match.end(), today + timedelta(days=ahead))
    for match in _WEEKDAY_WORD.finditer(plain):
        yield _Found(match.start(), match.end(), _weekday(match, today))
    for match in _SPAN.finditer(plain):
        count = int(match[1]) if match[1] else NUMBERS[match[2].lower()]
        yield _Found(match.start(), match.end(), today + timedelta(days=count * SPANS[match[3].lower()]))


def _absolute(kind: str, match: re.Match[str], plain: str, today: date | None) -> date | None:
    groups = match.groups()
    if kind == "ymd":
        return _day(int(groups[0]), int(groups[1]), int(groups[2]))
    if kind == "md":
        return _near(int(groups[0]), int(groups[1]), None, today)
    if kind == "numeric":
        return _numeric(groups, plain, today)
    word = _MONTH_WORD.search(match[0])
    if not word:
        return None
    return _near(MONTHS[word[1].lower()], int(groups[0]), groups[1], today)


def _numeric(groups: tuple[str, ...], plain: str, today: date | None) -> date | None:
    """Day first, as most of the world writes, unless that is no date or the text is American or Chinese."""
    first, sign, second, year = int(groups[0]), groups[1], int(groups[2]), groups[3]
    if sign == "-" and year is None:
        return None  # "9-17" are hours
    if sign == "." and year is None and second > 12:
        return None
    month_first = sign == "/" and bool(MONTH_FIRST_HINTS.search(plain))
    pairs = [(second, first), (first, second)]
    for month, day in reversed(pairs) if month_first else pairs:
        if 1 <= month <= 12 and 1 <= day <= 31:
            found = _near(month, day, year, today)
            other = _near(day, month, year, today) if day <= 12 else None
            if (
                found
                and today
                and other
                and sign == "/"
                and not today <= found <= today + timedelta(days=120)
                and today <= other <= today + timedelta(days=120)
            ):
                return other
            return found
    return None


def _near(month: int, day: int, year: str | None, today: date | None) -> date | None:
    """The day in its year; without one, the next such day from a month before the notice on."""
    if year:
        full = int(year.strip("'"))
        return _day(full + 2000 if full < 100 else full, month, day)
    if today is None:
        return None
    found = _day(today.year, month, day)
    if found and found < today - timedelta(days=120):
        return _day(today.year + 1, month, day)
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(match: re.Match[str], today: date) -> date:
    if match[5]:
        wanted = _CHINESE_DAYS.index(match[5].replace("天", "日"))
        week = match[4]
        next_week = week.startswith("下")
    elif match[7]:
        wanted = "月火水木金土日".index(match[7])
        next_week = bool(match[6] and match[6].startswith("来"))
    else:
        wanted = WEEKDAYS[match[2].lower()]
        next_week = False
    if next_week:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _is_cued(plain: str, day: _Found) -> bool:
    """Whether a word of coming back stands close before or right after the day."""
    before = plain[max(0, day.start - 60) : day.start]
    sentence = re.split(r"[.!?。！？;；]\s", before)[-1]
    after = re.split(r"[.!?。！？;；,，]", plain[day.end : day.end + 30])[0]
    return bool(_CUE.search(sentence) or _CUE.search(after))


def _is_end(plain: str, day: _Found, found: list[_Found]) -> bool:
    before = plain[max(0, day.start - 25) : day.start]
    after = plain[day.end : day.end + 8]
    return bool(
        _END.search(before)
        or re.match(
            r"\s*(?:まで|까지|tarihine kadar|'?\w{0,3} kadar|止|前|之前|saakka|asti|-?ig\b|तक)", after
        )
    )
