"""Every reason that a rule may give is a sentence in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from genjin.followups.reasons import CLASSES, NOTICES, RULES, SENTENCES, Names, render
from genjin.rules.duties import REASONS, NoticeKind, Rule, WorkClass

NAMES = Names({7: "王磊"}, {8: "Elif Demirkan"})


EITHER = {
    "most": (8, None), "value_class": ("B", "B"), "half": ("CLOSED", "PROSPECT"), "grade": ("TOP", None),
}  # fmt: skip
"""What is usual, and what it may be instead."""


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
        elif name in EITHER:
            values[name] = EITHER[name][empty]
        elif name == "eta" and empty:
            values[name] = None
        elif name in ("sender", "sequence", "step"):
            known = {"sender": "lin@firm.example", "sequence": "nurture", "step": "MONTHLY_MAIL"}
            values[name] = "OUR_OWN" if empty else known[name]
        elif name == "why":
            values[name] = "" if empty else "展会后再谈"
        elif empty and name in ("last_on", "until") and code.startswith("RHYTHM"):
            values[name] = None
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
