"""The few words of a calendar part that a mail reader shows (RFC 5545, 5546)."""

from __future__ import annotations

import re

from genjin.mail.reading.letter import CalendarPart

_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_LINE = re.compile(
    r"^([A-Za-z-]{1,40})((?:;[^:\r\n\"]*(?:\"[^\"\r\n]*\"[^:\r\n\"]*)*)?):([^\r\n]*)", re.MULTILINE
)
_ANSWER = re.compile(r"PARTSTAT=([A-Za-z-]+)")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_LIMIT = 200_000


def calendar_part(text: str) -> CalendarPart | None:
    """What the first event says; None where there is no calendar."""
    flat = _FOLD.sub("", text[:_LIMIT])
    if "BEGIN:VCALENDAR" not in flat.upper():
        return None
    outer, _, event = flat.partition("BEGIN:VEVENT")
    told: dict[str, str] = {}
    answer = ""
    for name, parameters, value in _LINE.findall(outer + "\n" + event):
        key = name.upper()
        if key == "ATTENDEE":
            found = _ANSWER.search(parameters.upper())
            answer = answer or (found[1] if found else "")
        told.setdefault(key, _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value.strip()))
    method = told.get("METHOD", "").upper()
    return CalendarPart(
        method,
        told.get("UID", ""),
        told.get("SUMMARY", ""),
        told.get("DTSTART", ""),
        told.get("DTEND", ""),
        re.sub(r"(?i)^mailto:", "", told.get("ORGANIZER", "")),
        answer if method == "REPLY" else "",
    )
