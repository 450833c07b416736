"""Next steps, the pause, the own rhythm and the summary of the brain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from genjin.customers import actions
from genjin.customers.actions import Conflict, NextStepDraft, NextStepSummary, Refused
from genjin.journal.models import Entry, Mark

TOMORROW = date(2026, 11, 25)


@pytest.fixture
def mine(customer, people):
    return customer(owner=people.lin)


@pytest.fixture
def step(mine, people, moment):
    return actions.add_next_step(
        customer_id=mine.pk, draft=NextStepDraft("Send samples", due_on=TOMORROW), by=people.lin, at=moment
    )


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (NextStepDraft("x"), "due_on"),
        (NextStepDraft("x", due_on=TOMORROW, due_at=datetime(2026, 11, 25, tzinfo=UTC)), "due_on"),
        (NextStepDraft("x", due_on=date(2026, 11, 23)), "due_on"),
        (NextStepDraft("x", due_on=date(9999, 12, 31)), "due_on"),
        (NextStepDraft("x", due_at=datetime(2026, 11, 24, 0, 59, tzinfo=UTC)), "due_at"),
        (NextStepDraft("  ", due_on=TOMORROW), "purpose"),
        (NextStepDraft("x" * 201, due_on=TOMORROW), "purpose"),
        (NextStepDraft("x", due_on=TOMORROW, channel="PIGEON"), "channel"),
    ],
)
def test_a_poor_next_step_is_refused_beside_its_field(mine, people, moment, draft, field):
    with pytest.raises(Refused) as refused:
        actions.add_next_step(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    assert list(refused.value.message_dict) == [field]


def test_today_ends_where_the_person_is(mine, people):
    late_evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    draft = NextStepDraft("Call", due_on=date(2026, 11, 24))
    assert actions.add_next_step(customer_id=mine.pk, draft=draft, by=people.lin, at=late_evening).pk
    with pytest.raises(Refused):
        actions.add_next_step(
            customer_id=mine.pk, draft=draft, by=people.lin, at=late_evening + timedelta(hours=1)
        )


def test_closing_twice_names_who_was_faster(step, people, moment):
    actions.close_next_step(step_id=step.pk, by=people.chen, at=moment)
    with pytest.raises(Refused, match="Chen Gang"):
        actions.close_next_step(step_id=step.pk, by=people.lin, at=moment)


def test_cancelling_needs_a_reason(step, people, moment):
    with pytest.raises(Refused):
        actions.close_next_step(step_id=step.pk, by=people.lin, at=moment, state="CANCELLED", reason=" ")
    closed = actions.close_next_step(
        step_id=step.pk, by=people.lin, at=moment, state="CANCELLED", reason="He bought elsewhere"
    )
    assert closed.closing_reason == "He bought elsewhere"


def day(number):
    return {"due_on": date(2026, 12, number), "due_at": None}


def test_a_moved_step_tells_from_when_to_when(step, people, moment):
    actions.change_next_step(step_id=step.pk, changes=day(1), by=people.lin, at=moment, why="Holiday")
    entry = Entry.objects.get(kind="customers.nextstep", verb="change")
    assert entry.changes["due_on"] == ["2026-11-25", "2026-12-01"]
    assert entry.note == "Holiday"


def test_the_second_to_move_a_step_sees_the_conflict(step, people, moment):
    actions.change_next_step(step_id=step.pk, changes=day(1), by=people.chen, at=moment, expected_version=1)
    with pytest.raises(Conflict) as conflict:
        actions.change_next_step(
            step_id=step.pk, changes=day(2), by=people.lin, at=moment, expected_version=1
        )
    assert conflict.value.differences["due_on"] == (date(2026, 12, 2), date(2026, 12, 1))


def test_a_step_moves_from_a_day_to_a_moment(step, people, moment):
    at = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    moved = actions.change_next_step(
        step_id=step.pk, changes={"due_on": None, "due_at": at}, by=people.lin, at=moment
    )
    assert (moved.due_on, moved.due_at) == (None, at)


def test_a_pause_needs_a_reason_and_a_future_day(mine, people, moment):
    with pytest.raises(Refused):
        actions.set_not_before(customer_id=mine.pk, until=TOMORROW, by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.set_not_before(
            customer_id=mine.pk, until=moment.date(), reason="Fair", by=people.lin, at=moment
        )
    paused = actions.set_not_before(
        customer_id=mine.pk, until=TOMORROW, reason="At a fair", by=people.lin, at=moment
    )
    assert (paused.not_before, paused.not_before_set_at, paused.version) == (TOMORROW, moment, 2)
    ended = actions.set_not_before(customer_id=mine.pk, until=None, by=people.lin, at=moment)
    assert (ended.not_before, ended.not_before_reason, ended.not_before_set_at) == (None, "", None)


def test_an_own_rhythm_needs_a_reason(mine, people, moment):
    with pytest.raises(Refused):
        actions.set_cadence(customer_id=mine.pk, days=10, by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.set_cadence(customer_id=mine.pk, days=0, reason="x", by=people.lin, at=moment)
    own = actions.set_cadence(
        customer_id=mine.pk, days=10, reason="Big tender", until=date(2027, 1, 31), by=people.lin, at=moment
    )
    assert (own.cadence_days, own.cadence_until) == (10, date(2027, 1, 31))


def test_the_summary_leaves_no_mark_no_entry_and_no_new_version(mine, moment):
    summary = NextStepSummary(mine.pk, at=moment, purpose="Call him", channel="AUDIO_CALL")
    assert actions.write_summaries(summaries=[summary])
    assert not actions.write_summaries(summaries=[summary]), "the second time nothing differs"
    mine.refresh_from_db()
    assert (mine.next_step_at, mine.next_step_purpose, mine.version) == (moment, "Call him", 1)
    assert actions.write_summaries(summaries=[NextStepSummary(mine.pk)])
    mine.refresh_from_db()
    assert (mine.next_step_at, mine.next_step_purpose) == (None, "")
    assert not Mark.objects.exists()
    assert not Entry.objects.exists()
