"""The rhythm by purchase class (001-32 to 001-36)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import Duty, EndCadenceOverride
from genjin.rules.facts import CadenceOverride, Channel, DormancyState, Outcome, ValueClass
from genjin.rules.setting import Setting
from tests.rules.build import (
    CUSTOMER,
    NOW,
    at,
    codes,
    contact,
    customer,
    day,
    dismissed,
    duties,
    postponed,
    setting,
)

WEDNESDAY = at("2026-03-04 10:00")


def rhythm(
    last: datetime = WEDNESDAY, given: Setting | None = None, now: datetime = NOW, **fields: Any
) -> Duty:
    values = {"value_class": ValueClass.A, "last_follow_up_at": last} | fields
    return duties(customer(**values), given, now)["RHYTHM"]


@pytest.mark.parametrize(
    ("value_class", "due", "requirement"),
    [
        (ValueClass.A, "03-11", "001-33"),
        (ValueClass.B, "03-19", "001-34"),
        (ValueClass.C, "04-03", "001-35"),
    ],
)
def test_each_class_has_its_longest_gap(value_class: ValueClass, due: str, requirement: str) -> None:
    duty = rhythm(value_class=value_class)
    assert (duty.due_on, duty.requirement, duty.is_proactive) == (day(due), requirement, True)


def test_who_never_bought_has_no_rhythm() -> None:
    assert "RHYTHM" not in duties(customer(value_class=None))


@pytest.mark.parametrize(
    "fields",
    [
        {"owner_id": None, "in_pool": True},
        {"is_confirmed": False},
        {"dormancy_state": DormancyState.LOST},
    ],
)
def test_no_rhythm_without_somebody_who_looks_after_it(fields: dict[str, Any]) -> None:
    assert "RHYTHM" not in duties(customer(value_class=ValueClass.A, **fields))


def test_a_gap_that_ends_on_a_day_off_is_due_before_it() -> None:
    duty = rhythm(given=setting(cadence__A=4))  # Sunday 8 March
    assert (duty.due_on, codes(duty)) == (day("03-06"), ["MOVED_TO_WORKDAY"])


def test_a_gap_that_ends_in_the_festival_after_a_follow_up_on_its_eve_is_due_after_it() -> None:
    duty = rhythm(last=at("2026-02-14 15:00"), now=at("2026-02-14 16:00"))
    assert duty.due_on == day("02-24")


def test_a_gap_that_ends_on_a_day_off_at_go_live_is_due_after_it() -> None:
    assert rhythm(given=setting(cadence__A=4, go_live=day("03-08"))).due_on == day("03-09")


def test_the_key_names_the_follow_up_it_counts_from() -> None:
    assert rhythm().key == f"rhythm:{CUSTOMER}:2026-03-04"
    assert rhythm(last=at("2026-03-05 10:00")).key != rhythm().key


def test_a_customer_never_followed_up_counts_from_when_it_became_somebodys() -> None:
    facts = customer(value_class=ValueClass.A, last_follow_up_at=None, owned_since=WEDNESDAY)
    duty = duties(facts)["RHYTHM"]
    assert (duty.due_on, duty.reason.params["last_on"]) == (day("03-11"), None)


def test_what_was_late_before_the_hand_over_is_due_on_its_day() -> None:
    assert rhythm(last=at("2026-01-20 10:00"), owned_since=WEDNESDAY).due_on == day("03-04")


def test_a_dismissed_node_skips_one_follow_up_and_not_the_customer() -> None:
    first = rhythm()
    late = dismissed(first.key, at("2026-03-12 10:00"))
    assert rhythm(outcomes=(late,)).due_on == day("03-19")
    same_day = dismissed(first.key, WEDNESDAY + timedelta(hours=1))
    assert rhythm(outcomes=(same_day,)).due_on == day("03-12")


def test_dismissals_in_a_row_each_take_one_node() -> None:
    outcomes: tuple[Outcome, ...] = ()
    days = []
    for when in ("2026-03-11 10:00", "2026-03-18 10:00", "2026-03-25 10:00"):
        duty = rhythm(outcomes=outcomes)
        days.append(duty.due_on)
        outcomes += (dismissed(duty.key, at(when)),)
    assert days == [day("03-11"), day("03-18"), day("03-25")]


def test_a_postponed_rhythm_returns_on_its_day_and_not_before() -> None:
    duty = rhythm(outcomes=(postponed(f"rhythm:{CUSTOMER}:2026-03-04", day("03-14")),))  # a Saturday
    assert (duty.due_on, duty.earliest_on) == (day("03-16"), day("03-14"))


def test_the_postponement_of_an_earlier_node_does_not_hold_the_next() -> None:
    duty = rhythm(outcomes=(postponed(f"rhythm:{CUSTOMER}:2026-02-26", day("03-30")),))
    assert duty.due_on == day("03-11")


OWN = CadenceOverride(20, day("03-31"), "Only the quarter's end matters")


def test_the_customers_own_rhythm_beats_the_class_and_gives_one_to_who_never_bought() -> None:
    duty = rhythm(cadence_override=OWN)
    assert (duty.due_on, duty.requirement, duty.reason.code) == (day("03-24"), "001-36", "RHYTHM_OF_CUSTOMER")
    assert rhythm(cadence_override=OWN, value_class=None).due_on == day("03-24")


def test_an_own_rhythm_ends_with_its_last_day() -> None:
    facts = customer(value_class=ValueClass.A, last_follow_up_at=WEDNESDAY, cadence_override=OWN)
    before = decide(facts, setting(), at("2026-03-31 23:59"))
    assert (before.changes, before.wake_at) == ((), at("2026-04-01 00:00"))
    after = decide(facts, setting(), at("2026-04-01 00:00"))
    assert after.changes == (EndCadenceOverride(CUSTOMER, day("03-31")),)
    rhythms = [duty for duty in after.duties if duty.rule == "RHYTHM"]
    assert [duty.reason.code for duty in rhythms] == ["RHYTHM_OF_CLASS"]


def test_an_own_rhythm_without_end_stays() -> None:
    facts = customer(cadence_override=CadenceOverride(20, None, "Monthly buyer"))
    assert decide(facts, setting(), at("2027-03-31 23:59")).changes == ()


def test_the_channel_is_what_the_contacts_allow() -> None:
    assert rhythm(contacts=(contact(),)).channel is Channel.EMAIL
    assert rhythm(contacts=(contact(has_email=False),)).channel is Channel.AUDIO_CALL
    assert rhythm().channel is Channel.OTHER
