"""Seed 000, part one: what becomes of a sent mail that nobody answers, for each grade, day by day.

The clock stands in Shanghai; Tuesday 24 November 2026 is the day of the first mail, 28 and 29 are a weekend.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from genjin.customers.actions.next_steps import set_not_before
from genjin.customers.actions.ownership import assign_owner
from genjin.customers.models import ContactPoint, Customer
from genjin.followups import actions
from genjin.followups.models import Outcome
from genjin.mail.models import Tracking
from genjin.people.models import CalendarDay
from tests.conftest import Cast
from tests.journeys.days import COLLEAGUE, Days

pytestmark = pytest.mark.django_db
Start = Callable[..., Days]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.fixture
def start(people: Cast, customer: Callable[..., Customer], moment: Any) -> Start:
    """`start("MID", days=2)`: Lin writes to a customer of that grade and sets tracking."""

    def make(grade: str, days: int | None = 1, **fields: Any) -> Days:
        known = {"follow_grade": grade, "owned_since": moment - timedelta(days=9)}
        one = Days(people.lin, customer(**(known | fields)), moment)
        one.send(days=days)
        return one

    return make


def test_low_is_not_tracked(start: Start) -> None:
    one = start("LOW", days=None)
    one.go("12-31")
    assert (one.rules(), one.tasks()) == ([], [])


def test_lower_mid_is_written_to_once_more_and_then_left_to_bulk_mail(start: Start) -> None:
    one = start("LOWER_MID", days=3)
    one.go("11-26")
    assert one.rules() == []
    one.go("11-27")
    assert one.list() == [("TRACKING", "EMAIL")]
    one.send()
    assert one.rules() == []
    one.go("11-29")
    assert (one.tracking(), one.rules()) == ("ACTIVE", [])
    one.go("11-30")
    assert (one.tracking(), one.rules()) == ("COMPLETED", []), "the day after the third: Monday"
    one.go("12-01")
    assert one.rules() == ["NO_NEXT_STEP"], "the person decides what comes next (C-13)"
    assert not one.customer.is_in_pool


def test_mid_is_tried_twice(start: Start) -> None:
    one = start("MID", days=2)
    for day in ("11-26", "11-30"):
        one.go(day)
        assert one.list() == [("TRACKING", "EMAIL")]
        one.send()
    one.go("12-02")
    assert one.tracking() == "COMPLETED"


def test_upper_mid_is_tried_eight_times_by_mail_call_and_video(start: Start) -> None:
    one = start("UPPER_MID")
    one.go("11-25")
    assert one.list() == [("TRACKING", "EMAIL")]
    one.send()
    one.go("11-26")
    assert one.list() == [("TRACKING_CALL", "AUDIO_CALL")], "after one unanswered mail (000-26)"
    one.send()
    assert one.list() == [("TRACKING_CALL", "AUDIO_CALL")], "a mail takes no call's place"
    one.complete("TRACKING_CALL", "AUDIO_CALL", "CONNECTED")
    assert one.list() == [("RECAP", "EMAIL")]
    assert one.task("RECAP").due_at == one.at + timedelta(hours=2)
    one.later(hours=1)
    one.send()
    assert one.rules() == []
    seen = []
    for _ in range(20):
        if one.tracking() != "ACTIVE":
            break
        one.later(days=1)
        if one.rules()[:1] == ["TRACKING"]:
            channel = one.list()[0][1]
            seen.append(channel)
            if channel == "EMAIL":
                one.send()
            else:
                one.complete("TRACKING", channel, "CONNECTED")
                one.later(minutes=30)
                one.send()
    assert seen == ["VIDEO_CALL", "EMAIL", "AUDIO_CALL", "VIDEO_CALL", "EMAIL", "AUDIO_CALL"]
    assert one.tracking() == "COMPLETED"


def test_top_is_never_given_up_and_visited_too(start: Start) -> None:
    one = start("TOP")
    channels = []
    for _ in range(40):
        one.later(days=1)
        for rule in ("TRACKING", "TRACKING_CALL"):
            if rule in one.rules():
                channel = one.task(rule).channel
                channels.append(channel)
                if channel == "EMAIL":
                    one.send()
                else:
                    one.complete(rule, channel, "" if channel == "VISIT" else "CONNECTED")
                    one.later(minutes=30)
                    one.send()
    assert one.tracking() == "ACTIVE"
    assert {"EMAIL", "AUDIO_CALL", "VIDEO_CALL", "VISIT"} == set(channels)
    assert len(channels) > 20


def test_nobody_picks_up_on_three_days_and_work_goes_on_by_another_way(start: Start) -> None:
    one = start("UPPER_MID")
    one.go("11-25")
    one.send()
    for day in ("11-26", "11-27", "11-30"):
        one.go(day)
        assert one.list() == [("TRACKING_CALL", "AUDIO_CALL")]
        one.call("NO_ANSWER", content="")
        assert one.rules() == [], "the next window there"
        assert "RECAP" not in [duty["rule"] for task in one.tasks() for duty in task.duties]
    one.go("12-01")
    ((rule, channel),) = one.list()
    assert (rule, channel) == ("TRACKING", "VIDEO_CALL")


@pytest.mark.parametrize("attempts", [0, 1, 2])
@pytest.mark.parametrize("sender", ["hans@nordkai.test", COLLEAGUE])
def test_an_answer_at_any_step_ends_it_and_asks_for_ours(start: Start, attempts: int, sender: str) -> None:
    """Also one of somebody else at that company whom nobody knew (000-15)."""
    one = start("UPPER_MID")
    one.go("11-25")
    if attempts:
        one.send()
    if attempts > 1:
        one.go("11-26")
        one.complete("TRACKING_CALL", "AUDIO_CALL", "CONNECTED")
        one.later(minutes=30)
        one.send()
    one.later(hours=3)
    one.receive(sender)
    assert (one.tracking(), one.list()) == ("ANSWERED", [("ANSWER", "EMAIL")])
    one.go("12-10")
    assert not {"TRACKING", "TRACKING_CALL"} & set(one.rules())
    one.send()
    assert "ANSWER" not in one.rules()


def test_a_colleague_of_the_buyer_who_begins_a_conversation_of_his_own_answers_too(start: Start) -> None:
    one = start("MID")
    one.person("Eva Klein", COLLEAGUE)
    one.go("11-25")
    one.receive(COLLEAGUE, fresh=True, subject="Your offer")
    assert one.list() == [("ANSWER", "EMAIL")]
    assert one.tracking() == "ANSWERED"


def test_what_goes_on_in_an_older_conversation_answers_no_other(start: Start, people: Cast) -> None:
    one = start("MID")
    first = one.last_id
    one.later(minutes=10)
    one.send(fresh=True, days=1)
    one.later(minutes=10)
    one.last_id, newer = first, one.last_id
    one.receive()
    assert sorted(Tracking.objects.values_list("state", flat=True)) == ["ACTIVE", "ANSWERED"]
    one.last_id = newer
    one.go("11-25")
    assert sorted(one.rules()) == ["ANSWER", "TRACKING"]


@pytest.mark.parametrize(
    ("text", "back"),
    [("I am out of office until 7 December 2026.", "12-07"), ("I am out of office.", "12-09")],
)
def test_an_automatic_answer_waits_for_the_return_or_two_weeks(start: Start, text: str, back: str) -> None:
    one = start("MID")
    one.go("11-25")
    one.away(text)
    assert (one.tracking(), one.rules()) == ("ACTIVE", [])
    due = date.fromisoformat(f"2026-{back}")
    assert (one.due("TRACKING"), one.notes("TRACKING")) == (due, ["AWAY"])
    one.go((due - timedelta(days=1)).strftime("%m-%d"))
    assert one.rules() == []
    one.go(back)
    assert one.list() == [("TRACKING", "EMAIL")]


def test_a_bounce_asks_for_another_address_or_a_call(start: Start) -> None:
    one = start("UPPER_MID")
    one.later(minutes=5)
    one.bounce()
    assert one.tracking() == "BOUNCED"
    assert one.list() == [("BOUNCE", "AUDIO_CALL")]
    assert one.contact.points.get(kind="EMAIL").state == ContactPoint.State.INVALID
    one.complete("BOUNCE", "AUDIO_CALL", "NO_ANSWER")
    assert one.list() == [("BOUNCE", "AUDIO_CALL")], "an unanswered call finds nothing"
    other = one.person("Eva Klein", COLLEAGUE)
    one.later(minutes=10)
    one.send(to=COLLEAGUE, days=1, fresh=True)
    assert "BOUNCE" not in one.rules()
    one.go("11-25")
    (task,) = [task for task in one.tasks() if task.duties[0]["rule"] == "TRACKING"]
    assert task.contact_id == other.pk


def test_a_bounce_of_an_important_customer_without_number_also_looks_for_one(start: Start) -> None:
    one = start("TOP")
    one.contact.points.filter(kind="MOBILE").delete()
    one.bounce()
    assert one.list() == [("BOUNCE", "OTHER")]
    assert "CONTACT_DATA" in [duty["rule"] for task in one.tasks() for duty in task.duties]


def test_holidays_and_weekends_move_it_later(start: Start) -> None:
    CalendarDay.objects.create(day=date(2026, 11, 25), kind=CalendarDay.Kind.CLOSED)
    one = start("MID")
    one.go("11-25")
    assert one.rules() == []
    assert (one.due("TRACKING"), one.notes("TRACKING")) == (date(2026, 11, 26), ["MOVED_TO_WORKDAY"])


@pytest.mark.parametrize(("to", "rules"), [("LOW", []), ("UPPER_MID", ["TRACKING_CALL"]), ("LOWER_MID", [])])
def test_another_grade_holds_at_once(start: Start, to: str, rules: list[str]) -> None:
    one = start("MID")
    one.go("11-25")
    one.send()
    one.grade(to)
    one.go("11-26")
    assert one.rules() == rules


def test_another_owner_takes_it_over_where_it_stands(start: Start, people: Cast) -> None:
    one = start("UPPER_MID")
    one.go("11-25")
    one.send()
    assign_owner(ids=[one.customer.pk], owner_id=people.wang.pk, by=people.chen, at=one.at, why="Region")
    one.go("11-26")
    assert (one.rules(), one.rules(people.wang)) == ([], ["TRACKING_CALL"])


def test_after_two_unanswered_mails_another_mailbox_is_proposed_until_one_is_used(start: Start) -> None:
    one = start("MID")
    one.go("11-25")
    assert one.notes("TRACKING") == []
    one.send()
    one.go("11-26")
    assert one.notes("TRACKING") == ["CHANGE_SENDER"]
    one.send(account=one.mailbox("sales@ours.test"))
    assert one.rules() == []


def test_a_customer_who_is_to_be_left_in_peace_is_asked_after_it(start: Start) -> None:
    one = start("MID")
    set_not_before(
        customer_id=one.customer.pk, until=date(2026, 12, 4), by=one.user, at=one.at, reason="Stocktaking"
    )
    one.go("12-03")
    assert one.rules() == []
    one.go("12-04")
    assert one.list() == [("TRACKING", "EMAIL")]


def test_a_recap_can_be_waived_with_a_reason_and_is_owed_until_then(start: Start) -> None:
    one = start("UPPER_MID")
    one.go("11-25")
    one.send()
    one.go("11-26")
    one.complete("TRACKING_CALL", "AUDIO_CALL", "CONNECTED")
    one.go("11-27")
    assert "RECAP" in one.rules(), "an unsent recap stays"
    actions.dismiss(task=one.task("RECAP"), reason="Spoke about the weather", by=one.user, at=one.at)
    one.later(minutes=1)
    assert "RECAP" not in one.rules()
    assert Outcome.objects.get(rule="RECAP").reason == "Spoke about the weather"


def test_one_tracking_per_conversation_moves_to_the_newest_mail(start: Start) -> None:
    one = start("MID", days=2)
    one.later(hours=2)
    newest = one.send()
    one.go("11-26")
    (task,) = one.tasks()
    assert task.duties[0]["reason"]["params"]["message_id"] == newest.pk
    assert Tracking.objects.count() == 1
