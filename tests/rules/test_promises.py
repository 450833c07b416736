"""Deadlines to the minute, with the errors that other systems make as examples (C-16)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.rules.clock import Clock
from genjin.rules.policy import Policy
from genjin.rules.promised import Pause, PromiseFact, PromiseKind
from genjin.rules.promises import (
    Measure,
    PromiseState,
    Standing,
    deadline,
    keeper,
    merged,
    standing,
    standings,
    term_of,
    used_up,
)
from genjin.rules.setting import DutyTurn, Setting
from genjin.rules.worktime import WorkCalendar, daily, weekly
from tests.rules.build import CHEN, CHINA, LIN, WANG, at, setting

BERLIN = ZoneInfo("Europe/Berlin")
GERMANY = WorkCalendar(BERLIN, weekly(range(5), daily(9 * 60, 17 * 60)), frozenset({date(2026, 4, 3)}))
ROUND = WorkCalendar(BERLIN, weekly(range(7), daily(0, 0)))
"""Open day and night: its working hours are those of the calendar."""


def span(text: str) -> timedelta:
    """ "90m", "24h"."""
    return timedelta(**{"m": {"minutes": int(text[:-1])}, "h": {"hours": int(text[:-1])}}[text[-1]])


def pause(text: str) -> Pause:
    """ "03-02 12:00 - 03-03 12:00"; without an end it goes on."""
    begins, _, ends = text.partition(" - ")
    return Pause(at(f"2026-{begins}"), at(f"2026-{ends}") if ends else None)


WORKING = [
    # the error that is avoided; begins, length, is due; China's week with lunch, holidays and make-up days
    ("nothing special", "03-02 09:00", "30m", "03-02 09:30"),
    ("the lunch break is counted", "03-02 11:50", "30m", "03-02 13:50"),
    ("what begins at lunch is due at lunch", "03-02 12:30", "30m", "03-02 14:00"),
    ("the weekend is counted", "03-06 17:50", "30m", "03-09 09:20"),
    ("the minute of closing belongs to the day after", "03-02 17:30", "30m", "03-02 18:00"),
    ("what begins at closing is due at closing", "03-02 18:00", "30m", "03-03 09:30"),
    ("what comes before opening counts from then", "03-02 06:00", "30m", "03-02 09:30"),
    ("a day has 24 working hours", "03-02 09:00", "8h", "03-03 09:30"),
    ("a make-up Saturday is a day off, the festival is worked", "02-14 17:50", "30m", "02-24 09:20"),
    ("a Saturday that is worked is passed over", "02-27 17:50", "30m", "02-28 09:20"),
    ("no time is no deadline", "03-02 12:30", "0m", "03-02 12:30"),
]


@pytest.mark.parametrize(("error", "begins", "length", "due"), WORKING)
def test_working_time_is_counted_where_and_when_its_owner_works(
    error: str, begins: str, length: str, due: str
) -> None:
    found = deadline(at(f"2026-{begins}"), span(length), Measure.WORKING, CHINA)
    assert found == at(f"2026-{due}"), error


def test_the_zone_in_which_a_moment_was_written_does_not_matter() -> None:
    for moment in (datetime(2026, 3, 2, 0, 50, tzinfo=UTC), at("2026-03-02 01:50", BERLIN)):
        assert deadline(moment, span("30m"), Measure.WORKING, CHINA) == at("2026-03-02 09:30")


CALENDAR = [
    ("a holiday stops the clock", "2026-02-15 10:00", CHINA, "24h", "2026-02-16 10:00"),
    ("the weekend stops the clock", "2026-03-06 18:00", CHINA, "24h", "2026-03-07 18:00"),
    ("in spring a day has 24 hours on the wall", "2026-03-28 20:00", GERMANY, "24h", "2026-03-29 21:00"),
    ("in autumn too", "2026-10-24 20:00", GERMANY, "24h", "2026-10-25 19:00"),
    ("the end of February is skipped", "2026-02-27 12:00", GERMANY, "72h", "2026-03-02 12:00"),
]


@pytest.mark.parametrize(("error", "begins", "calendar", "length", "due"), CALENDAR)
def test_hours_promised_to_customers_pass_on_holidays_too(
    error: str, begins: str, calendar: WorkCalendar, length: str, due: str
) -> None:
    found = deadline(at(begins, calendar.zone), span(length), Measure.CALENDAR, calendar)
    assert found == at(due, calendar.zone), error


PAUSED = [
    ("paused time counts", Measure.CALENDAR, "03-02 09:00", "24h",
     ["03-02 12:00 - 03-03 12:00"], "03-04 09:00"),
    ("the clock begins anew after a pause", Measure.CALENDAR, "03-02 09:00", "24h",
     ["03-02 12:00 - 03-02 13:00", "03-02 20:00 - 03-02 21:00"], "03-03 11:00"),
    ("two pauses at once count twice", Measure.CALENDAR, "03-02 09:00", "24h",
     ["03-02 12:00 - 03-02 16:00", "03-02 13:00 - 03-02 15:00", "03-02 16:00 - 03-02 17:00"], "03-03 14:00"),
    ("a pause from before counts from its beginning", Measure.CALENDAR, "03-02 09:00", "2h",
     ["03-02 07:00 - 03-02 10:00"], "03-02 12:00"),
    ("a pause after the deadline moves it", Measure.CALENDAR, "03-02 09:00", "2h",
     ["03-02 11:00 - 03-02 15:00"], "03-02 11:00"),
    ("what stands is due", Measure.CALENDAR, "03-02 09:00", "2h", ["03-02 10:00"], None),
    ("a pause begun too late saves it", Measure.CALENDAR, "03-02 09:00", "2h",
     ["03-02 12:00"], "03-02 11:00"),
    ("the lunch in a pause counts", Measure.WORKING, "03-02 11:00", "60m", ["03-02 11:30 - 03-02 14:00"],
     "03-02 14:30"),
    ("the night in a pause counts", Measure.WORKING, "03-02 17:30", "30m", ["03-02 17:45 - 03-02 22:00"],
     "03-03 09:15"),
    ("a pause at night moves it", Measure.WORKING, "03-02 17:30", "60m", ["03-02 19:00 - 03-03 07:00"],
     "03-03 09:30"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "measure", "begins", "length", "pauses", "due"), PAUSED)
def test_what_waits_for_the_customer_does_not_count(
    error: str, measure: Measure, begins: str, length: str, pauses: list[str], due: str | None
) -> None:
    given = [pause(text) for text in reversed(pauses)]
    found = deadline(at(f"2026-{begins}"), span(length), measure, CHINA, given)
    assert found == (at(f"2026-{due}") if due else None), error


SAME_DAY = [
    ("03-02 09:00", 0, [], "03-03 00:00"),
    ("03-02 23:59", 0, [], "03-03 00:00"),
    ("03-02 23:59", 1, [], "03-04 00:00"),
    ("02-15 10:00", 0, [], "02-16 00:00"),  # a holiday
    ("03-02 09:00", 0, ["03-02 10:00 - 03-04 10:00"], "03-05 00:00"),
    ("03-02 09:00", 0, ["03-03 10:00 - 03-04 10:00"], "03-03 00:00"),
    ("03-02 09:00", 0, ["03-02 10:00"], None),
]


@pytest.mark.parametrize(("begins", "days", "pauses", "due"), SAME_DAY)
def test_the_same_day_ends_at_midnight_where_its_owner_is(
    begins: str, days: int, pauses: list[str], due: str | None
) -> None:
    given = [pause(text) for text in pauses]
    found = deadline(at(f"2026-{begins}"), timedelta(days=days), Measure.END_OF_DAY, CHINA, given)
    assert found == (at(f"2026-{due}") if due else None)


MINUTE = timedelta(minutes=1)
START = at("2026-02-12 08:00")
moments = st.integers(0, 30 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for begins in draw(st.lists(moments, max_size=4)):
        found.append(Pause(begins, begins + draw(st.integers(1, 4000)) * MINUTE))
    return found


@given(moments, st.integers(1, 6000), st.sampled_from([Measure.CALENDAR, Measure.WORKING]), pauses())
@settings(max_examples=60, deadline=None)
def test_at_the_deadline_exactly_the_time_given_has_passed_and_not_a_minute_before(
    began: datetime, minutes: int, measure: Measure, given: list[Pause]
) -> None:
    due = deadline(began, minutes * MINUTE, measure, CHINA, given)
    assert due is not None
    assert used_up(began, due, measure, CHINA, given) == minutes * MINUTE
    assert used_up(began, due - MINUTE, measure, CHINA, given) < minutes * MINUTE


@given(moments, st.integers(1, 6000), pauses())
@settings(max_examples=30, deadline=None)
def test_who_works_day_and_night_has_the_calendars_deadlines(
    began: datetime, minutes: int, given: list[Pause]
) -> None:
    both = {deadline(began, minutes * MINUTE, measure, ROUND, given) for measure in ("CALENDAR", "WORKING")}
    assert len(both) == 1


def test_pauses_that_touch_are_one() -> None:
    one, two, three = (
        pause("03-02 12:00 - 03-02 13:00"),
        pause("03-02 13:00"),
        pause("03-02 15:00 - 03-02 16:00"),
    )
    assert merged([three, two, one]) == [pause("03-02 12:00")]


# how they stand


def promise(**fields: Any) -> PromiseFact:
    values: dict[str, Any] = {
        "id": 1,
        "kind": PromiseKind.FIRST_RESPONSE,
        "subject": "inquiry-12",
        "began_at": at("2026-03-02 10:00"),
        "owner_id": LIN,
    }
    return PromiseFact(**(values | fields))


def stands(fact: PromiseFact, when: str, given: Setting | None = None) -> Standing:
    return standing(fact, given or setting(), Clock(at(f"2026-{when}")))


KINDS = [
    # kind, warned from, due
    (PromiseKind.FIRST_RESPONSE, "03-03 04:00", "03-03 10:00"),
    (PromiseKind.ASKED_FOR_CALL, None, "03-02 10:30"),
    (PromiseKind.COMPLAINT_REPLY, "03-02 17:00", "03-03 00:00"),
    (PromiseKind.COMPLAINT_SOLUTION, "03-03 10:00", "03-05 10:00"),
]


@pytest.mark.parametrize(("kind", "warned", "due"), KINDS)
def test_each_kind_has_its_term_and_is_warned_before(kind: PromiseKind, warned: str | None, due: str) -> None:
    found = stands(promise(kind=kind), "03-02 10:00")
    assert (found.state, found.due_at) == (PromiseState.RUNNING, at(f"2026-{due}"))
    assert found.warn_at is not None
    if warned is not None:
        assert found.warn_at == at(f"2026-{warned}")
        assert stands(promise(kind=kind), warned).state is PromiseState.WARNED
    assert stands(promise(kind=kind), due).state is PromiseState.MISSED


def test_its_clock_wakes_at_the_warning_and_at_the_deadline() -> None:
    clock = Clock(at("2026-03-02 11:00"))
    standing(promise(), setting(), clock)
    assert clock.next_change == at("2026-03-03 04:00")


KEPT = [
    ("03-02 11:00", PromiseState.KEPT),
    ("03-03 10:00", PromiseState.KEPT),
    ("03-03 10:01", PromiseState.KEPT_LATE),
]


@pytest.mark.parametrize(("kept", "state"), KEPT)
def test_an_answer_ends_it_for_good_and_is_judged_by_when_it_was_given(
    kept: str, state: PromiseState
) -> None:
    for when in ("03-02 12:00", "03-09 12:00"):
        assert stands(promise(kept_at=at(f"2026-{kept}")), when).state is state


def test_what_was_kept_while_its_clock_stood_was_kept() -> None:
    waiting = promise(kept_at=at("2026-03-09 10:00"), pauses=(pause("03-02 11:00"),))
    assert stands(waiting, "03-10 10:00").state is PromiseState.KEPT
    assert stands(promise(pauses=(pause("03-02 11:00"),)), "03-10 10:00").state is PromiseState.WAITING


def test_of_several_questions_the_earliest_open_one_counts() -> None:
    """A second mail of the customer does not give a day more, an answered one takes none away."""
    first = promise(id=1, kept_at=at("2026-03-02 11:00"))
    second, third = (
        promise(id=2, began_at=at("2026-03-02 12:00")),
        promise(id=3, began_at=at("2026-03-02 15:00")),
    )
    other = promise(id=4, subject="inquiry-13", began_at=at("2026-03-02 14:00"))
    found = standings([third, other, second, first], setting(), Clock(at("2026-03-02 16:00")))
    assert [one.promise.id for one in found] == [1, 2, 4]


KEEPERS = [
    # begins; who keeps it without a roster, who with one
    ("03-02 10:00", LIN, LIN),
    ("03-06 17:00", LIN, LIN),  # an hour of work is left
    ("03-06 20:00", CHEN, WANG),  # due on Saturday evening
    ("02-15 10:00", CHEN, WANG),  # in the festival
    ("02-23 20:00", LIN, LIN),  # he works on the morning after
]


@pytest.mark.parametrize(("begins", "without", "with_roster"), KEEPERS)
def test_outside_of_working_hours_who_is_on_duty_keeps_it_else_the_manager(
    begins: str, without: int, with_roster: int
) -> None:
    began = at(f"2026-{begins}")
    fact = promise(began_at=began)
    roster = Setting(
        Policy.default(),
        CHINA,
        people=setting().people,
        duty_roster=(DutyTurn(WANG, at("2026-02-01 00:00"), at("2026-04-01 00:00")),),
    )
    for firm, expected in ((setting(), without), (roster, with_roster)):
        assert keeper(standing(fact, firm, Clock(began)), firm) == expected


def test_the_policy_gives_the_terms() -> None:
    policy = setting(lead_first_response_hours=4, complaint_first_reply="NEXT_DAY").policy
    assert term_of(PromiseKind.FIRST_RESPONSE, policy).due == span("4h")
    assert term_of(PromiseKind.COMPLAINT_REPLY, policy).due == span("24h")
