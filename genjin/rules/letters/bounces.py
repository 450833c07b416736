"""Notices that a message was not delivered: RFC 3464 reports, and what servers write freely."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genjin.rules.letters.bounce_causes import bounced, smtp_code
from genjin.rules.letters.bounce_texts import failures, notice_part
from genjin.rules.letters.bounce_words import (
    ADDRESS_ALONE,
    DELAYED,
    FAILED_WORDS,
    SENDER_NAMES,
    SENDERS,
    STRONG_SENDERS,
    SUBJECTS,
)
from genjin.rules.letters.facts import Bounced, Evidence, Kind, LetterFacts, Verdict
from genjin.rules.letters.subjects import says_forward, says_reply

_SENDER, _STRONG = re.compile(SENDERS, re.IGNORECASE), re.compile(STRONG_SENDERS, re.IGNORECASE)
_NAME, _SUBJECT, _FAILED, _DELAYED = (
    re.compile(words) for words in (SENDER_NAMES, SUBJECTS, FAILED_WORDS, DELAYED)
)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"(?<![^\s<>;,\"'()\[\]:])[^\s<>;,\"'()\[\]:]+@[^\s<>;,\"'()\[\]:]+")
_DIAGNOSTIC_TYPE = re.compile(r"^(?:x-)?[a-z0-9-]+\s*;\s*", re.IGNORECASE)
_CODED = re.compile(
    r"\b[45]\d\d[ -]|\b[45]\.\d\.\d|(?:user|host) unknown|unknown user|smtp error", re.IGNORECASE
)
_ALONE = re.compile(ADDRESS_ALONE)
_TOP = 1_500
_ARRIVED = ("delivered", "relayed", "expanded")
_BEGINNING = 6_000


def complaint(letter: LetterFacts) -> tuple[Evidence, ...]:
    """Why a message is a feedback report (RFC 5965); empty when it is none."""
    if "message/feedback-report" in letter.types:
        return (Evidence("FEEDBACK_REPORT"),)
    if "feedback-report" in letter.header("content-type").lower():
        return (Evidence("FEEDBACK_REPORT"),)
    if letter.header("x-apple-unsubscribe"):
        return (Evidence("UNSUBSCRIBE_REQUEST"),)
    subject = letter.subject.lower()
    if subject.startswith(
        ("complaint about message from", "fw: complaint about", "email feedback report for")
    ):
        return (Evidence("SUBJECT", letter.subject[:80]),)
    return ()


def receipt(letter: LetterFacts) -> tuple[Evidence, ...]:
    """Why a message is a report of success or of reading; empty when it is none."""
    if "message/disposition-notification" in letter.types:
        return (Evidence("DISPOSITION_NOTIFICATION"),)
    groups = [group for report in letter.reports for group in _groups(report)]
    actions = [group["action"].lower() for group in groups if "action" in group]
    if actions and all(action.startswith(_ARRIVED) for action in actions):
        return (Evidence("DELIVERED", actions[0]),)
    return ()


def bounce(letter: LetterFacts) -> Verdict | None:
    """The verdict on a notice of failure with its recipients; None when the message is none."""
    reported = _reported(letter)
    if reported and _is_report(letter):
        return Verdict(Kind.BOUNCE, (Evidence("DELIVERY_REPORT"),), bounced=tuple(reported.values()))
    if receipt(letter):
        return None
    why = _free_form(letter)
    if not why:
        return None
    notice = notice_part(letter.text)
    delayed = bool(_DELAYED.search(f"{letter.subject}\n{notice[:_BEGINNING]}"))
    found = failures(letter, notice, is_delayed=delayed)
    return Verdict(Kind.BOUNCE, why, bounced=found)


def _is_report(letter: LetterFacts) -> bool:
    """Whether the report is the message itself, not something that a person passes on."""
    if letter.types[:1] == ("multipart/report",) or _from_daemon(letter):
        return True
    return not (says_reply(letter.subject) or says_forward(letter.subject))


def _from_daemon(letter: LetterFacts) -> bool:
    return any(_STRONG.match(sender) for sender in (*letter.from_, letter.from_name)) or letter.header(
        "return-path"
    ).strip() in (
        "<>",
        "<MAILER-DAEMON>",
    )


def _free_form(letter: LetterFacts) -> tuple[Evidence, ...]:
    """Two independent signs: who sends or how it was sent, and what subject or text say."""
    if says_reply(letter.subject) and not _from_daemon(letter) and not _names_a_failed_one(letter):
        return ()
    if letter.header("x-failed-recipients"):
        return (Evidence("FAILED_RECIPIENTS", letter.header("x-failed-recipients")[:100]),)
    sender = letter.from_[0] if letter.from_ else ""
    local = sender.split("@")[0]
    strong = bool(_STRONG.match(sender or letter.from_name)) or (not sender and not letter.from_name)
    weak = bool(_SENDER.match(local + "@") or _NAME.search(letter.from_name))
    empty_path = letter.header("return-path").strip() in ("<>", "<MAILER-DAEMON>")
    titled = _SUBJECT.search(letter.subject)
    if not (strong or weak or empty_path or titled):
        return ()
    said = _FAILED.search(notice_part(letter.text)[:_BEGINNING])
    if says_forward(letter.subject) and not (strong or empty_path):
        return ()
    if strong and (titled or said):
        return (Evidence("SENDER", sender), *_evidence(titled, said))
    if (weak or empty_path) and titled and said:
        return (Evidence("SENDER" if weak else "EMPTY_RETURN_PATH", sender), *_evidence(titled, said))
    if (weak or empty_path) and said and letter.returned:
        return (Evidence("ENCLOSES_MESSAGE"), *_evidence(titled, said))
    at_front = titled and (titled.start() <= 2 or _names_a_failed_one(letter))
    if at_front and said and (letter.returned or _notices(letter)):
        return _evidence(titled, said)
    return ()


def _names_a_failed_one(letter: LetterFacts) -> bool:
    """Whether a notice that keeps the "Re:" of the returned mail says at its top whose address failed."""
    refers = letter.in_reply_to or letter.references
    return not refers and bool(_ALONE.search(notice_part(letter.text)[:300]))


def _notices(letter: LetterFacts) -> bool:
    """Whether the text has the shape of a notice: an address with a code of failure, or alone on its line."""
    notice = notice_part(letter.text)[:_BEGINNING]
    return bool(_ADDRESS.search(notice) and _CODED.search(notice)) or bool(_ALONE.search(notice[:_TOP]))


def _evidence(titled: re.Match[str] | None, said: re.Match[str] | None) -> tuple[Evidence, ...]:
    told = (("SUBJECT", titled), ("SAYS_FAILED", said))
    return tuple(Evidence(code, found[0].strip()[:80]) for code, found in told if found)


def _groups(report: str) -> Iterator[dict[str, str]]:
    """The field groups of a report: blank lines part them, the first is about the whole message."""
    for block in re.split(r"\n[ \t]*\n", report.replace("\r\n", "\n").strip()):
        fields: dict[str, str] = {}
        for name, value in _FIELD.findall(block):
            key = name.lower()
            if key == "final-recipient" and key in fields:
                yield fields  # some forget the blank line between recipients
                fields = {}
            fields.setdefault(key, " ".join(value.split()))
        if fields:
            yield fields


def _reported(letter: LetterFacts) -> dict[str, Bounced]:
    """Recipients of the reports; where one gives codes only, the notice beside the address tells more."""
    out: dict[str, Bounced] = {}
    if not letter.reports:
        return out
    told = {one.address: one for one in failures(letter, notice_part(letter.text), is_delayed=False)}
    for report in letter.reports:
        for group in _groups(report):
            found = _recipient(group, told)
            if found:
                out.setdefault(found.address, found)
    return out


def _recipient(group: dict[str, str], told: dict[str, Bounced]) -> Bounced | None:
    """One recipient of a report; None when it was reached or the fields are about something else."""
    action = group.get("action", "").lower()
    recipient = (
        group.get("original-recipient") or group.get("final-recipient") or group.get("x-actual-recipient", "")
    )
    if (not recipient and not action) or action.startswith(_ARRIVED):
        return None
    if not action and not group.get("status"):
        return None
    address = next((one for one in map(_address, _written_to(group)) if "@" in one), _address(recipient))
    status = re.sub(r"\s*\(.*", "", group.get("status", "")).strip()
    words = _DIAGNOSTIC_TYPE.sub("", group.get("diagnostic-code", "")) or group.get("status", "")
    code = ""
    beside = told.get(address)
    if beside and len(re.sub(r"[\W\d]+", "", words)) < 8:
        words, code = f"{words} {beside.words}", smtp_code(words) or beside.code
        status = beside.status if beside.status and status.endswith(".0.0") else status or beside.status
    stage = beside.words if beside else ""
    return bounced(address, words, status, code, is_delayed=action.startswith("delay"), stage=stage)


def _written_to(group: dict[str, str]) -> tuple[str, str]:
    """The recipient as it was written first (RFC 3464, 2.3.1): what we know, before any forwarding."""
    return group.get("original-recipient", ""), group.get("final-recipient", "")


def _address(field: str) -> str:
    found = _ADDRESS.search(field.partition(";")[2] or field)
    return found[0].strip(".").lower() if found else (field.partition(";")[2] or field).strip(" <>").lower()
