"""Raw messages to plain values: `read(raw)` answers a `Letter` for any bytes and never raises."""

from genjin.mail.reading.facts import facts_of
from genjin.mail.reading.letter import Attachment, CalendarPart, Letter, Mailbox, Part, Problem, Protection
from genjin.mail.reading.read import attachment_content, read

__all__ = [
    "Attachment",
    "CalendarPart",
    "Letter",
    "Mailbox",
    "Part",
    "Problem",
    "Protection",
    "attachment_content",
    "facts_of",
    "read",
]
