"""The mail after a call (000-29)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import WorkClass
from genjin.rules.facts import ContactPause
from tests.rules.build import (
    CHEN,
    LIN,
    NOW,
    at,
    call,
    codes,
    contact,
    customer,
    day,
    dismissed,
    duties,
    setting,
)

SPOKE = at("2026-03-02 15:00")


def spoken(when: datetime = SPOKE, **fields: Any) -> Any:
    values: dict[str, Any] = {"last_call": call(when), "contacts": (contact(),), "last_follow_up_at": when}
    return customer(**(values | fields))


def test_the_mail_is_due_two_hours_after_the_log_and_is_no_appointment() -> None:
    duty = duties(spoken())["RECAP"]
    assert (duty.due, duty.is_due_date_only) == (at("2026-03-02 17:15"), False)
    assert (duty.work_class, duty.is_proactive, duty.is_dismissable) == (WorkClass.ANSWER, False, True)
    assert duties(spoken(), setting(call_recap_hours=1))["RECAP"].due == at("2026-03-02 16:15")


def test_who_called_writes_also_for_a_colleague() -> None:
    assert duties(spoken())["RECAP"].owner_id == LIN
    asked = call(SPOKE, by_id=CHEN)
    assert duties(spoken(last_call=asked))["RECAP"].owner_id == CHEN


@pytest.mark.parametrize(
    "fields",
    [
        {"last_call": None},
        {"contacts": (contact(has_email=False),)},
        {"outcomes": (dismissed("recap:interaction-77"),)},
        {"owner_id": None, "in_pool": True},
    ],
)
def test_no_mail_is_owed(fields: dict[str, Any]) -> None:
    assert "RECAP" not in duties(spoken(**fields))


def test_a_call_from_before_go_live_asks_for_none() -> None:
    assert "RECAP" not in duties(spoken(), setting(go_live=day("03-03")))
    assert "RECAP" in duties(spoken(), setting(go_live=day("03-02")))


def test_it_lapses_after_two_weeks() -> None:
    facts = spoken()
    assert decide(facts, setting(), SPOKE + timedelta(days=14) - timedelta(seconds=1)).wake_at == at(
        "2026-03-16 15:00"
    )
    assert "RECAP" in duties(facts, now=at("2026-03-16 14:59"))
    assert "RECAP" not in duties(facts, now=at("2026-03-16 15:00"))


def test_a_pause_agreed_on_in_the_call_does_not_hold_it() -> None:
    duty = duties(spoken(contact_pause=ContactPause(day("04-01"))), now=NOW)["RECAP"]
    assert (duty.due_on, codes(duty)) == (day("03-02"), [])
