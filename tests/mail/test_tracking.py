"""Send-tracking: one for each conversation, on its newest mail; what ends it and what does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from genjin.customers.actions.refusal import Refused
from genjin.mail import tracking_queries
from genjin.mail.actions import tracking
from genjin.mail.arrivals import Stored
from genjin.mail.models import MailFolder, MailThread, Message, MessageCopy, Participant, Tracking
from tests.mail.outgoing import account_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Talk:
    """A conversation that grows message by message."""

    def __init__(self, people: Any, at: datetime) -> None:
        self.at, self.number = at, 0
        self.account = account_of(people.lin, at)
        self.folder = MailFolder.objects.create(account=self.account, path="All")
        self.thread = MailThread.objects.create(subject="Offer", first_at=at, last_at=at)

    def message(
        self, direction: str = "OUT", verdict: str = "HUMAN", after: timedelta = HOUR, **values: Any
    ) -> Stored:
        """One more message, told to the trackings as storing does."""
        self.number += 1
        when = self.at + self.number * after
        sender = "lin@example.com" if direction == "OUT" else values.pop("sender", "hans@nordkai.example")
        row = Message.objects.create(
            thread=self.thread, content_key=f"{self.thread.pk}-{self.number}", size=1, direction=direction,
            verdict=verdict, date=when, arrived_at=when, stored_at=when, from_address=sender, subject="Offer",
            message_id=f"{self.thread.pk}.{self.number}@x", returns_on=values.get("returns_on"),
        )  # fmt: skip
        MessageCopy.objects.create(
            message=row, thread=self.thread, account=self.account, folder=self.folder, uid=self.number,
            uid_validity=1, added_at=when,
        )  # fmt: skip
        Participant.objects.create(message=row, role="TO", address="hans@nordkai.example")
        stored = Stored(
            message_id=row.pk, thread_id=self.thread.pk, is_new=True, direction=direction, verdict=verdict,
            date=when, arrived_at=when, from_address=sender, header_id=row.message_id, in_reply_to="", **values,
        )  # fmt: skip
        tracking.arrived(stored=[stored], at=when)
        return stored


@pytest.fixture
def talk(people: Any, moment: datetime) -> Talk:
    return Talk(people, moment)


@pytest.fixture
def tracked(talk: Talk, people: Any, moment: datetime) -> Callable[[], Tracking]:
    """Gives the tracking of the conversation's first mail as it is now."""
    first = talk.message()
    row = tracking.track(message_id=first.message_id, days=2, by=people.lin, at=moment)
    return lambda: Tracking.objects.get(pk=row.pk)


def test_a_tracking_moves_to_the_newest_sent_mail_by_itself(talk, tracked, people, moment):
    newer = talk.message()
    assert (tracked().state, tracked().message_id) == ("ACTIVE", newer.message_id)
    again = tracking.track(message_id=newer.message_id, days=3, by=people.lin, at=moment)
    assert Tracking.objects.count() == 1
    assert again.days == 3


@pytest.mark.parametrize(
    ("sender", "state"),
    [
        ("hans@nordkai.example", "ANSWERED"),
        ("colleague@nordkai.example", "ANSWERED"),
        ("boss@example.com", "ACTIVE"),
    ],
)
def test_a_person_outside_ends_it_and_a_colleague_of_ours_does_not(talk, tracked, sender, state):
    talk.message("IN", sender=sender)
    assert tracked().state == state


@pytest.mark.parametrize("verdict", ["BULK", "CALENDAR", "UNREADABLE"])
def test_what_no_person_wrote_ends_nothing(talk, tracked, verdict):
    talk.message("IN", verdict)
    assert tracked().state == "ACTIVE"


def test_an_automatic_answer_pauses_until_the_writer_is_back(talk, tracked, people, moment):
    talk.message("IN", "AUTO_REPLY", returns_on=date(2026, 12, 7))
    assert tracked().paused_until == date(2026, 12, 7)
    assert not tracking_queries.awaiting(people.lin, moment + timedelta(days=5))
    assert len(tracking_queries.awaiting(people.lin, moment + timedelta(days=13))) == 1
    talk.message("IN", "AUTO_REPLY")
    assert tracked().paused_until == moment.date() + timedelta(days=14)


@pytest.mark.parametrize(("kind", "state"), [("HARD", "BOUNCED"), ("SOFT", "ACTIVE")])
def test_a_permanent_bounce_ends_it(talk, tracked, kind, state):
    talk.message("IN", "BOUNCE", bounced=[{"address": "hans@nordkai.example", "kind": kind}])
    assert tracked().state == state


def test_a_bounce_of_one_of_two_recipients_ends_nothing(talk, tracked):
    Participant.objects.create(message=tracked().message, role="TO", address="eva@nordkai.example")
    talk.message("IN", "BOUNCE", bounced=[{"address": "hans@nordkai.example", "kind": "HARD"}])
    assert tracked().state == "ACTIVE"


def test_a_verdict_corrected_by_hand_takes_back_what_it_ended(talk, tracked, moment):
    answer = talk.message("IN")
    Message.objects.filter(pk=answer.message_id).update(verdict="AUTO_REPLY")
    tracking.verdict_changed(message_id=answer.message_id, at=moment)
    assert tracked().state == "ACTIVE"
    assert tracked().paused_until is not None
    Message.objects.filter(pk=answer.message_id).update(verdict="HUMAN")
    tracking.verdict_changed(message_id=answer.message_id, at=moment)
    assert tracked().state == "ANSWERED"


def test_it_is_due_calendar_days_after_the_newest_mail(talk, tracked, people, moment):
    assert not tracking_queries.awaiting(people.lin, moment + timedelta(days=1))
    (one,) = tracking_queries.awaiting(people.lin, moment + timedelta(days=2))
    assert (one.due_on, one.attempts) == (moment.date() + timedelta(days=2), 1)
    talk.message()
    assert tracking_queries.awaited(people.lin, moment)[0].attempts == 2
    assert not tracking_queries.awaited(people.wang, moment)


def test_cancelling_is_undone_for_a_day(talk, tracked, people, moment):
    pk = tracked().pk
    assert tracking.cancel_trackings(ids=[pk], by=people.wang, at=moment) == 0
    assert tracking.cancel_trackings(ids=[pk], by=people.lin, at=moment, reason="Phoned") == 1
    later = moment + timedelta(hours=25)
    assert tracking.take_back_ended(ids=[pk], by=people.lin, at=later) == 0
    assert tracking.take_back_ended(ids=[pk], by=people.lin, at=moment + HOUR) == 1
    assert tracked().state == "ACTIVE"


def test_never_more_than_a_page_is_cancelled_at_once(people, moment):
    with pytest.raises(Refused, match="50"):
        tracking.cancel_trackings(ids=range(1, 52), by=people.lin, at=moment)


def test_only_sent_mail_is_tracked_for_one_to_three_days(talk, people, moment):
    received, sent = talk.message("IN"), talk.message()
    with pytest.raises(Refused):
        tracking.track(message_id=received.message_id, days=2, by=people.lin, at=moment)
    with pytest.raises(Refused):
        tracking.track(message_id=sent.message_id, days=4, by=people.lin, at=moment)


@pytest.mark.parametrize(
    ("grade", "days"), [("TOP", 1), ("UPPER_MID", 1), ("MID", 2), ("LOWER_MID", 3), ("LOW", None), ("", 2)]
)
def test_days_are_proposed_by_the_grade(people, customer, grade, days):
    assert tracking_queries.proposed_days(customer(follow_grade=grade), people.lin.pk) == days
