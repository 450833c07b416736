"""Tracked mails on Today: from the conversation to the task, and what completes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.customers.actions.interactions import LogDraft, log_interaction
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.followups import actions
from genjin.followups import decide as deciding
from genjin.followups.gather import gather
from genjin.followups.models import Outcome, Task
from genjin.journal.models import Mark
from genjin.mail.actions import tracking
from genjin.mail.arrivals import Stored
from genjin.mail.models import Filing, MailThread, Message, Tracking
from tests.conftest import Cast
from tests.followups.conftest import days
from tests.followups.test_decide import count_queries

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Decided = Callable[..., list[Task]]


class Talk:
    """A conversation that grows mail by mail."""

    def __init__(self, customer: Customer, at: datetime) -> None:
        self.customer = customer
        self.thread = MailThread.objects.create(subject="Offer", first_at=at, last_at=at)
        self.first = self.mail(at)
        self.tracking = tracking.track(message_id=self.first.pk, days=1, by=customer.owner, at=at)

    def mail(self, at: datetime, direction: str = "OUT", verdict: str = "HUMAN", **values: Any) -> Message:
        """One more mail, filed and told to the tracking as storing does."""
        number = Message.objects.count() + 1
        row = Message.objects.create(
            thread=self.thread, content_key=str(number), size=1, direction=direction, verdict=verdict,
            date=at, arrived_at=at, stored_at=at, message_id=f"{number}@x", subject="Offer",
            from_address="lin@example.com" if direction == "OUT" else "hans@nordkai.example",
        )  # fmt: skip
        Filing.objects.create(
            message=row, thread=self.thread, customer=self.customer, how="ADDRESS", date=at, filed_at=at,
            direction=direction, counts_as_contact=True,
        )  # fmt: skip
        if direction == "OUT":
            Customer.objects.filter(pk=self.customer.pk).update(first_contact_at=at, last_follow_up_at=at)
        stored = Stored(
            message_id=row.pk, thread_id=self.thread.pk, is_new=True, direction=direction, verdict=verdict,
            date=at, arrived_at=at, from_address=row.from_address, header_id="", in_reply_to="", **values,
        )  # fmt: skip
        tracking.arrived(stored=[stored], at=at)
        return row

    def key(self, which: object) -> str:
        return f"tracking:thread-{self.thread.pk}:{which}"


@pytest.fixture
def talk(customer: Make, moment: datetime) -> Callable[..., Talk]:
    """`talk(follow_grade=…)` gives a customer whom Lin wrote yesterday, with address and number."""

    def make(**fields: Any) -> Talk:
        one = customer(**({"follow_grade": "UPPER_MID", "owned_since": moment - days(9)} | fields))
        person = Contact.objects.create(
            customer=one, name="Hans Maier", is_primary=True, created_at=moment, updated_at=moment
        )
        for kind, value in (("EMAIL", "hans@nordkai.example"), ("MOBILE", "+49 151 1")):
            ContactPoint.objects.create(contact=person, kind=kind, value=value, normalised=value)
        return Talk(one, moment - days(1))

    return make


def keys(tasks: list[Task]) -> list[str]:
    return [duty["key"] for task in tasks for duty in task.duties]


def log(one: Customer, at: datetime, by: Any, **fields: Any) -> None:
    values: dict[str, Any] = {"kind": "AUDIO_CALL", "outcome": "CONNECTED", "content": "Spoke about valves"}
    log_interaction(customer_id=one.pk, draft=LogDraft(**(values | fields)), by=by, at=at)


def test_an_unanswered_mail_stands_on_today_and_leads_into_its_conversation(
    talk: Callable[..., Talk], people: Cast, decided: Decided, sign_in: Any, moment: datetime
) -> None:
    one = talk()
    (task,) = decided(one.customer)
    assert (task.key, task.owner, task.due_on) == (one.key(1), people.lin, moment.date())
    page = sign_in(people.lin).get("/").content.decode()
    assert f'href="/mail/conversations/{one.thread.pk}/"' in page
    assert f'href="/mail/messages/{one.first.pk}/reply/?purpose=tracking.1"' in page
    assert "attempt 1 of 8 · 0 mails · 0 calls · 0 video calls" in page
    assert '<progress max="8" value="0"' in page


def test_writing_again_in_the_conversation_completes_the_attempt_and_owes_the_call(
    talk: Callable[..., Talk], decided: Decided, moment: datetime
) -> None:
    one = talk()
    decided(one.customer)
    one.mail(moment)
    assert Mark.objects.filter(subject_id=one.customer.pk).exists()
    assert keys(decided(one.customer)) == [one.key("call")]


def test_only_a_call_that_somebody_answered_completes_the_call_and_then_the_mail_after_it_is_owed(
    talk: Callable[..., Talk], people: Cast, decided: Decided, moment: datetime
) -> None:
    one = talk()
    one.mail(moment)
    tomorrow = moment + days(1)
    (task,) = decided(one.customer)
    actions.complete(
        task=task, draft=LogDraft(kind="EMAIL", content="Wrote instead"), by=people.lin, at=tomorrow
    )
    assert not Outcome.objects.filter(kind="DONE").exists()
    (task,) = [t for t in decided(one.customer, at=tomorrow) if t.key == one.key("call")]
    log(one.customer, tomorrow, people.lin, outcome="NO_ANSWER", content="")
    (task,) = decided(one.customer, at=tomorrow)
    assert (task.key, task.due_on) == (one.key("call"), (tomorrow + days(1)).date())
    later = tomorrow + days(1)
    actions.complete(
        task=task,
        draft=LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="Decides in May"),
        by=people.lin,
        at=later,
    )
    assert Outcome.objects.get(kind="DONE").duty_key == one.key("call")
    tasks = decided(one.customer, at=later)
    assert [task.duties[0]["rule"] for task in tasks] == ["RECAP", "TRACKING"]
    assert tasks[0].due_at == later + timedelta(hours=2)
    assert tasks[1].channel == "VIDEO_CALL"


@pytest.mark.parametrize(("verdict", "left"), [("HUMAN", 0), ("AUTO_REPLY", 1), ("BULK", 1)])
def test_a_persons_answer_ends_it_and_no_other(
    talk: Callable[..., Talk], decided: Decided, moment: datetime, verdict: str, left: int
) -> None:
    one = talk()
    one.mail(moment, "IN", verdict)
    found = [key for key in keys(decided(one.customer)) if key.startswith("tracking:")]
    assert len(found) == left


def test_a_bounce_asks_for_another_way_until_there_was_contact(
    talk: Callable[..., Talk], people: Cast, decided: Decided, moment: datetime
) -> None:
    one = talk()
    Tracking.objects.update(state="BOUNCED", ended_at=moment - timedelta(hours=20))
    (task,) = [t for t in decided(one.customer) if t.key.startswith("bounce:")]
    assert (task.channel, task.duties[0]["reason"]["code"]) == ("AUDIO_CALL", "BOUNCED")
    log(one.customer, moment, people.lin, kind="CHAT", outcome="")
    assert not any(key.startswith("bounce:") for key in keys(decided(one.customer)))


def test_the_last_attempt_without_an_answer_ends_the_tracking_by_itself(
    talk: Callable[..., Talk], decided: Decided, moment: datetime
) -> None:
    one = talk(follow_grade="LOWER_MID")
    one.mail(moment)
    Mark.objects.all().delete()
    assert keys(decided(one.customer, at=moment + timedelta(hours=1))) == []
    tomorrow = moment + days(1)
    decided(one.customer, at=tomorrow)
    ended = Tracking.objects.get()
    assert (ended.state, ended.ended_by, ended.ended_at) == (
        "COMPLETED", None, tomorrow.replace(hour=0, minute=0),
    )  # fmt: skip
    assert not Mark.objects.filter(subject="CUSTOMER").exists()
    assert deciding.decide_customers([one.customer.pk], at=tomorrow).written == 0


def test_a_customer_who_calls_answers_all_that_awaits_his_word(
    talk: Callable[..., Talk], people: Cast, decided: Decided, moment: datetime
) -> None:
    one = talk()
    log(one.customer, moment, people.lin, direction="IN")
    assert not any(key.startswith("tracking:") for key in keys(decided(one.customer)))
    assert Tracking.objects.get().state == "ANSWERED"


def test_what_was_put_off_in_an_earlier_tracking_does_not_hold_the_next(
    talk: Callable[..., Talk], people: Cast, decided: Decided, moment: datetime
) -> None:
    one = talk(follow_grade="MID")
    (task,) = decided(one.customer)
    actions.postpone(task=task, until=(moment + days(30)).date(), by=people.lin, at=moment)
    one.mail(moment + timedelta(hours=1), "IN")
    again = one.mail(moment + timedelta(hours=2))
    tracking.track(message_id=again.pk, days=1, by=people.lin, at=moment + timedelta(hours=2))
    (task,) = decided(one.customer, at=moment + timedelta(hours=3))
    assert (task.key, task.due_on) == (one.key(1), (moment + days(1)).date())


def test_a_skipped_attempt_stays_skipped_although_there_was_other_contact(
    talk: Callable[..., Talk], people: Cast, decided: Decided, moment: datetime
) -> None:
    one = talk(follow_grade="MID")
    (task,) = decided(one.customer)
    actions.dismiss(task=task, reason="Waits for the fair", by=people.lin, at=moment)
    Customer.objects.update(last_follow_up_at=moment + timedelta(hours=1))
    (task,) = [t for t in decided(one.customer, at=moment + timedelta(hours=2)) if "tracking" in t.key]
    assert task.key == one.key(2)


def test_answers_as_of_a_moment_know_what_was_sent_and_logged_by_then(
    talk: Callable[..., Talk], people: Cast, moment: datetime
) -> None:
    one = talk()
    one.mail(moment + days(1))
    log(one.customer, moment + days(2), people.lin, outcome="NO_ANSWER", content="")
    one.mail(moment + days(3), "IN")
    before, between, after = (
        gather([one.customer.pk], moment + days(number) + timedelta(hours=1))[one.customer.pk]
        for number in (0, 2, 3)
    )
    assert [len(facts.threads) for facts in (before, between, after)] == [1, 1, 0]
    assert [len(facts.threads[0].mails) for facts in (before, between)] == [1, 2]
    assert [len(facts.attempts) for facts in (before, between)] == [0, 1]


def test_gathering_many_conversations_asks_no_more_than_gathering_one(
    talk: Callable[..., Talk], people: Cast, moment: datetime
) -> None:
    talks = [talk() for _ in range(12)]
    for one in talks:
        log(one.customer, moment, people.lin)
    deciding.judge([talks[0].customer.pk], moment)
    one, many = (count_queries([talk.customer.pk for talk in part], moment) for part in (talks[:1], talks))
    assert many == one
