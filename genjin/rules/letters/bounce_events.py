"""Delivery events that a sending service mails as JSON (Amazon SES through SNS)."""

from __future__ import annotations

import json
from typing import Any

from genjin.rules.letters.bounce_causes import bounced
from genjin.rules.letters.facts import Evidence, Kind, LetterFacts, Verdict

_MARKS = ("notificationType", "eventType")
_LIMIT = 100_000


def event(letter: LetterFacts) -> Verdict | None:
    """The verdict of a mailed event; None where there is none."""
    text = letter.text[:_LIMIT]
    if not any(mark in text for mark in _MARKS):
        return None
    told = _json(text)
    kind = str(told.get("notificationType") or told.get("eventType") or "").lower()
    reasons = (Evidence("MAILED_EVENT", kind),)
    if kind == "delivery":
        return Verdict(Kind.RECEIPT, reasons)
    if kind == "complaint":
        return Verdict(Kind.COMPLAINT, reasons)
    failed = told.get("bounce")
    if kind != "bounce" or not isinstance(failed, dict):
        return None
    recipients = [one for one in failed.get("bouncedRecipients") or () if isinstance(one, dict)]
    found = [
        bounced(
            str(one.get("emailAddress", "")).strip("<> "),
            _words(one, failed),
            str(one.get("status") or ""),
            "",
        )
        for one in recipients
    ]
    return Verdict(Kind.BOUNCE, reasons, bounced=tuple(found))


def _words(one: dict[str, Any], failed: dict[str, Any]) -> str:
    said = str(one.get("diagnosticCode") or failed.get("bounceSubType") or failed.get("bounceType") or "")
    return said.partition(";")[2].strip() or said


def _json(text: str) -> dict[str, Any]:
    start = text.find("{")
    flat = text[start:].replace("\r", "").replace("\n", "") if start >= 0 else "{}"
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(flat)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    wrapped = found.get("Message")
    return _json(wrapped) if isinstance(wrapped, str) and wrapped.lstrip().startswith("{") else found
