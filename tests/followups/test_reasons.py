"""Every reason that a rule may give is a sentence in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from genjin.followups.reasons import CLASSES, NOTICES, RULES, SENTENCES, Names, render
from genjin.rules.duties import REASONS, NoticeKind, Rule, WorkClass

MOMENT = "2026-11-24T08:30:00+00:00"
OTHERS: dict[str, tuple[object, object]] = {
    "most": (8, None),
    "made": ("EMAIL:2,AUDIO_CALL:1,VIDEO_CALL:0", "EMAIL:0"),
    "sender": ("lin@firm.example", "OUR_OWN"),
    "sequence": ("nurture", "OUR_OWN"),
    "step": ("MONTHLY_MAIL", "OUR_OWN"),
    "template": ("nurture.MONTHLY_MAIL", "own-1.OUR_OWN"),
    "what": ("COMPLAINT_REPLY", "FIRST_RESPONSE"),
    "due_at": (MOMENT, MOMENT),
    "value_class": ("B", "B"),
    "order": ("SC2026-0009", "SC2026-0009"),
    "order_id": (9, 9),
    "offer": ("QT2026-0007", "PI2026-0007-R1"),
    "offer_id": (7, 7),
    "offer_kind": ("QUOTATION", "PROFORMA"),
    "valid_until": ("2026-11-24", "2026-11-24"),
    "kind": ("BALANCE", "DEPOSIT"),
    "amount": ("7000.00", "7000.00"),
    "currency": ("USD", "JPY"),
    "date_of": ("SHIPMENT", "EXPIRY"),
    "letter": ("LC-77", "LC-77"),
    "half": ("CLOSED", "PROSPECT"),
    "grade": ("TOP", None),
    "why": ("展会后再谈", ""),
    "measure": ("QUANTITY", "KINDS"),
    "percent": ("-58.10", "-20.00"),
    "level": (3, 1),
    "rate": ("USD 80.00", "USD 80.00"),
    "lead_days": (60, 0),
}
"""Believable values, and those that are as empty as they may be."""
NAMES = Names({7: "王磊"}, {8: "Elif Demirkan"})


def sample(code: str, *, empty: bool = False) -> dict[str, object]:
    """A reason of that code with believable parameters, or with those empty that may be."""
    values: dict[str, object] = {}
    for name in REASONS[code]:
        if name in ("by_id", "owner_id"):
            values[name] = None if empty else 7
        elif name == "contact_id":
            values[name] = 8
        elif name in (
            "days",
            "workdays",
            "attempt",
            "mails",
            "hours",
            "count",
            "number",
            "thread_id",
            "message_id",
        ):
            values[name] = 1 if empty else 15
        elif name in OTHERS:
            values[name] = OTHERS[name][empty]
        elif (empty and name in ("last_on", "until") and code.startswith("RHYTHM")) or (
            name == "eta" and empty
        ):
            values[name] = None
        elif (code, name) == ("PROMISED", "since"):
            values[name] = MOMENT
        else:
            values[name] = date(2026, 11, 24).isoformat()
    return {"code": code, "params": values}


def test_every_code_has_its_sentence_and_no_other() -> None:
    assert SENTENCES.keys() == REASONS.keys()
    assert set(RULES) == set(Rule)
    assert set(CLASSES) == set(WorkClass)
    assert set(NOTICES) == set(NoticeKind)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_reads_as_a_sentence(code: str, empty: bool, language: str) -> None:
    with translation.override(language):
        text = render(sample(code, empty=empty), NAMES)
    assert text
    assert "%(" not in text
    assert "None" not in text
    assert "2026-11-24" not in text, "days are written as people write them"
