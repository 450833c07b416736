"""What is handed to a colleague is his until it is settled, and its result goes back (000-37)."""

from __future__ import annotations

from datetime import date

from genjin.rules.decide import decide
from genjin.rules.facts import NextStepFact, Outcome, OutcomeKind
from genjin.rules.setting import Absence, Colleague
from tests.rules.build import CHEN, CHINA, LIN, NOW, WANG, at, codes, customer, day, setting, step


def handed(key: str, when: str = "2026-02-27 10:00", to: int = CHEN) -> Outcome:
    return Outcome(key, OutcomeKind.DELEGATED, at(when), LIN, reason="He knows them", to_id=to)


def planned(*outcomes: Outcome, steps: tuple[NextStepFact, ...] | None = None, **fields: object):  # type: ignore[no-untyped-def]
    return customer(next_steps=(step(day("03-03")),) if steps is None else steps, outcomes=outcomes, **fields)


def test_it_stands_with_the_colleague_and_says_by_whom_and_why() -> None:
    (duty,) = decide(planned(handed("next-step:1")), setting(), NOW).duties
    assert (duty.owner_id, duty.due_on, codes(duty)) == (CHEN, day("03-03"), ["DELEGATED"])
    assert duty.notes[0].params == {"by_id": LIN, "on": "2026-02-27", "why": "He knows them"}


def test_while_the_colleague_is_away_his_deputy_does_it() -> None:
    away = Colleague(CHEN, CHINA, None, (Absence(date(2026, 3, 2), date(2026, 3, 9), WANG),))
    (duty,) = decide(planned(handed("next-step:1")), setting(people={CHEN: away}), NOW).duties
    assert (duty.owner_id, codes(duty)) == (WANG, ["DELEGATED", "STANDS_IN_FOR"])


def test_the_last_one_to_whom_it_was_handed_does_it() -> None:
    facts = planned(handed("next-step:1"), handed("next-step:1", "2026-02-28 10:00", WANG))
    assert decide(facts, setting(), NOW).duties[0].owner_id == WANG


def test_a_new_owner_decides_anew() -> None:
    facts = planned(handed("next-step:1"), owned_since=at("2026-02-28 10:00"))
    assert decide(facts, setting(), NOW).duties[0].owner_id == LIN


def test_whoever_handed_it_over_is_told_once_it_is_owed_no_more() -> None:
    assert decide(planned(handed("next-step:1")), setting(), NOW).notices == ()
    (notice,) = decide(planned(handed("next-step:1"), steps=()), setting(), NOW).notices
    assert (notice.kind, notice.recipient_ids) == ("DELEGATED_SETTLED", (LIN,))
    assert notice.reason.params == {"owner_id": CHEN, "on": "2026-02-27", "why": "He knows them"}
