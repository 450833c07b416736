"""The table "What counts for what" of domain.md A.8, row by row, and the clock of logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genjin.rules.interactions import (
    Depth,
    Kind,
    LogLimits,
    content_minimum,
    counts,
    depth_shown,
    is_editable,
    is_late,
    is_too_far_back,
)
from genjin.rules.policy import Layer, Level, Policy

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
YES, NO = True, False
USUAL = LogLimits.of(Policy.default())

# kind, inbound, connected -> ends tracking, attempt, cadence, 2 + 2, call KPI, last contact, last follow-up
TABLE = [
    (Kind.EMAIL, NO, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.EMAIL, YES, NO, YES, NO, NO, NO, NO, YES, NO),
    (Kind.AUDIO_CALL, NO, YES, NO, YES, YES, YES, YES, YES, YES),
    (Kind.VIDEO_CALL, NO, YES, NO, YES, YES, YES, YES, YES, YES),
    (Kind.AUDIO_CALL, NO, NO, NO, NO, NO, NO, NO, NO, NO),
    (Kind.AUDIO_CALL, YES, NO, NO, NO, NO, NO, NO, NO, NO),
    (Kind.AUDIO_CALL, YES, YES, YES, YES, YES, YES, NO, YES, YES),
    (Kind.MEETING, NO, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.VISIT, NO, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.INBOUND_VISIT, YES, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.CHAT, NO, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.CHAT, YES, NO, YES, NO, NO, NO, NO, YES, NO),
    (Kind.COURTESY, NO, NO, NO, NO, NO, NO, NO, YES, NO),
    (Kind.SERVICE, NO, NO, NO, YES, YES, YES, NO, YES, YES),
    (Kind.NOTE, NO, NO, NO, NO, NO, NO, NO, NO, NO),
    (Kind.NOTE, YES, YES, NO, NO, NO, NO, NO, NO, NO),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r[0]}-{'in' if r[1] else 'out'}-{r[2]}")
def test_what_counts_for_what(row: tuple) -> None:
    kind, inbound, connected, *expected = row
    found = counts(kind, inbound=inbound, connected=connected)
    assert [
        found.ends_tracking, found.attempt, found.cadence, found.daily, found.call_kpi, found.contact,
        found.follow_up,
    ] == expected  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("inbound", [YES, NO])
@pytest.mark.parametrize("connected", [YES, NO])
def test_whatever_is_a_follow_up_is_a_contact(kind: Kind, inbound: bool, connected: bool) -> None:
    found = counts(kind, inbound=inbound, connected=connected)
    assert found.contact or found == counts(Kind.NOTE)


def test_only_an_answered_call_needs_ten_characters() -> None:
    assert content_minimum(Kind.AUDIO_CALL, connected=True, limits=USUAL) == 10
    assert content_minimum(Kind.AUDIO_CALL, connected=False, limits=USUAL) == 0
    assert content_minimum(Kind.MEETING, connected=False, limits=USUAL) == 1


def test_a_log_is_late_only_after_24_hours() -> None:
    assert not is_late(NOON - timedelta(hours=24), NOON, USUAL)
    assert is_late(NOON - timedelta(hours=24, seconds=1), NOON, USUAL)


def test_three_days_back_is_the_limit() -> None:
    assert not is_too_far_back(NOON - timedelta(days=3), NOON, USUAL)
    assert is_too_far_back(NOON - timedelta(days=3, seconds=1), NOON, USUAL)


def test_a_log_is_editable_for_24_hours() -> None:
    assert is_editable(NOON, NOON + timedelta(hours=24), USUAL)
    assert not is_editable(NOON, NOON + timedelta(hours=24, seconds=1), USUAL)


def test_each_number_of_the_log_is_the_policys() -> None:
    values = {
        "log.late_after_hours": 12, "log.backdating_days": 2, "log.edit_hours": 1, "log.call_content_min": 30,
    }  # fmt: skip
    strict = LogLimits.of(Policy.from_layers([Layer(Level.COMPANY, values)]))
    assert is_late(NOON - timedelta(hours=13), NOON, strict)
    assert is_too_far_back(NOON - timedelta(days=2, seconds=1), NOON, strict)
    assert not is_editable(NOON, NOON + timedelta(hours=1, seconds=1), strict)
    assert content_minimum(Kind.VIDEO_CALL, connected=True, limits=strict) == 30
    assert content_minimum(Kind.MEETING, connected=False, limits=strict) == 1


def test_depth_follows_the_evidence() -> None:
    assert depth_shown(Kind.AUDIO_CALL, connected=True) is Depth.SPOKE
    assert depth_shown(Kind.AUDIO_CALL) is Depth.NONE
    assert depth_shown(Kind.VISIT) is Depth.VISITED_COMPANY
    assert Depth.NONE.rank < Depth.WROTE.rank < Depth.SPOKE.rank < Depth.MET.rank < Depth.VISITED_COMPANY.rank
