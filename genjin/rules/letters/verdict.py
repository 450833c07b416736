"""The verdict on a message: a person's reply, or one of the things that must never count as one."""

from __future__ import annotations

from genjin.rules.letters.absence import auto_reply
from genjin.rules.letters.bounce_events import event
from genjin.rules.letters.bounces import bounce, complaint, receipt
from genjin.rules.letters.bulk import bulk
from genjin.rules.letters.facts import Evidence, Kind, LetterFacts, Verdict
from genjin.rules.letters.return_dates import return_date
from genjin.rules.letters.subjects import says_reply
from genjin.rules.letters.trimming import trim

_BEGINNING = 6_000
_CALENDAR = frozenset(("REQUEST", "REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "ADD", "REFRESH"))


def judge(letter: LetterFacts) -> Verdict:
    """What a message is, with reasons. A notice of absence or of failure is never a reply."""
    reported = complaint(letter)
    if reported:
        return Verdict(Kind.COMPLAINT, reported)
    failed = bounce(letter) or event(letter)
    if failed:
        return failed
    if letter.from_ and letter.from_[0] in letter.own_addresses:
        return Verdict(Kind.OWN, (Evidence("OWN_ADDRESS", letter.from_[0]),))
    arrived = receipt(letter)
    if arrived:
        return Verdict(Kind.RECEIPT, arrived)
    invited = [method for method in letter.calendar_methods if method.upper() in _CALENDAR]
    if invited:
        return Verdict(Kind.CALENDAR, (Evidence("CALENDAR_METHOD", invited[0].upper()),))
    if not (letter.from_ or letter.from_name or letter.subject):
        return Verdict(Kind.UNKNOWN, (Evidence("NOTHING_TO_TELL_BY"),))
    return _written(letter)


def _written(letter: LetterFacts) -> Verdict:
    own_words = trim(letter.text[:_BEGINNING]).reply
    absent = auto_reply(letter, own_words)
    if absent:
        words = f"{letter.subject}\n{own_words or letter.text}"
        return Verdict(Kind.AUTO_REPLY, absent, returns_on=return_date(words, letter.sent_at))
    sent_to_many = bulk(letter)
    if sent_to_many:
        return Verdict(Kind.BULK, sent_to_many)
    if letter.in_reply_to or letter.references:
        return Verdict(Kind.REPLY, (Evidence("REFERS", (letter.in_reply_to or letter.references)[-1]),))
    if says_reply(letter.subject):
        return Verdict(Kind.REPLY, (Evidence("REPLY_SUBJECT", letter.subject[:100]),))
    return Verdict(Kind.REPLY, (Evidence("NO_MACHINE_SIGN"),))
