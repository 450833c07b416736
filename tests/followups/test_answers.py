"""A mail of the customer waits on Today for our answer (000-15, 000-27), from the mailbox to the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from genjin.customers.models import Customer
from genjin.followups import actions
from genjin.followups.models import Outcome, Task
from genjin.mail.actions.assigning import assign, set_private
from genjin.mail.models import AccountMember, MailAccount
from tests.conftest import Cast
from tests.journeys.days import Days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_picks")]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.fixture
def days(people: Cast, customer: Callable[..., Customer], moment: Any) -> Callable[..., Days]:
    def make(**fields: Any) -> Days:
        known = {"follow_grade": "MID", "owned_since": moment - timedelta(days=9)}
        return Days(people.lin, customer(**(known | fields)), moment)

    return make


def test_one_click_opens_the_answer_in_its_conversation(
    days: Callable[..., Days], sign_in: Any, people: Cast
) -> None:
    one = days()
    message = one.receive()
    assert one.list() == [("ANSWER", "EMAIL")]
    page = sign_in(people.lin).get("/").content.decode()
    assert f'href="/mail/messages/{message.pk}/reply/"' in page
    assert f'href="/mail/conversations/{message.thread_id}/"' in page
    assert "waits for your answer" in page


def test_our_mail_in_the_conversation_fulfils_it_and_what_goes_to_others_does_not(
    days: Callable[..., Days],
) -> None:
    one = days()
    one.receive()
    first = one.last_id
    one.later(hours=1)
    one.send(to="factory@partner.test")
    assert one.rules() == ["ANSWER"], "passed on is not answered"
    one.send(fresh=True)
    assert one.rules() == ["ANSWER"], "another conversation answers nothing"
    one.last_id = first
    one.send()
    assert one.rules() == []


@pytest.mark.parametrize(
    ("kind", "outcome", "left"),
    [
        ("AUDIO_CALL", "CONNECTED", False),
        ("AUDIO_CALL", "NO_ANSWER", True),
        ("CHAT", "", False),
        ("EMAIL", "", False),
        ("NOTE", "", True),
    ],
)
def test_a_talk_that_is_logged_answers_it(
    days: Callable[..., Days], kind: str, outcome: str, left: bool
) -> None:
    one = days()
    one.receive()
    one.later(hours=1)
    one.complete("ANSWER", kind, outcome)
    assert ("ANSWER" in one.rules()) is left
    assert Outcome.objects.filter(rule="ANSWER", kind="DONE").exists() is not left


def test_that_no_answer_is_needed_holds_until_the_customer_writes_again(days: Callable[..., Days]) -> None:
    one = days()
    one.receive()
    one.later(minutes=5)
    actions.dismiss(task=one.task("ANSWER"), reason="Only thanks", by=one.user, at=one.at)
    one.later(minutes=1)
    assert one.rules() == []
    one.send(fresh=True)
    one.later(days=1)
    assert "ANSWER" not in one.rules(), "also after another contact"
    one.receive()
    assert "ANSWER" in one.rules()


def test_history_of_a_new_mailbox_and_private_mail_ask_for_no_answer(days: Callable[..., Days]) -> None:
    one = days()
    one.receive(date=one.at - timedelta(days=20))
    assert "ANSWER" not in one.rules()
    message = one.receive(fresh=True)
    assert one.rules() == ["ANSWER"]
    set_private(thread_id=message.thread_id, is_private=True, by=one.user, at=one.at)
    one.sweep()
    assert "ANSWER" not in one.rules()


def test_in_a_shared_mailbox_whoever_looks_after_it_answers(days: Callable[..., Days], people: Cast) -> None:
    one = days()
    MailAccount.objects.filter(pk=one.account.pk).update(is_shared=True, owner=None)
    for user in (people.lin, people.wang):
        AccountMember.objects.create(account=one.account, user=user, may_assign=True)
    message = one.receive()
    assert (one.rules(), one.rules(people.wang)) == (["ANSWER"], [])
    assign(
        account_id=one.account.pk, thread_id=message.thread_id, to_id=people.wang.pk, by=people.lin, at=one.at
    )
    one.sweep()
    assert (one.rules(), one.rules(people.wang)) == ([], ["ANSWER"])


@pytest.mark.parametrize(("grade", "offered"), [("TOP", True), ("MID", False)])
def test_the_first_mail_of_an_important_customer_offers_a_call_with_number(
    days: Callable[..., Days], sign_in: Any, people: Cast, grade: str, offered: bool
) -> None:
    one = days(follow_grade=grade)
    one.receive()
    page = sign_in(people.lin).get("/").content.decode()
    assert ('href="tel:+4915123456789"' in page) is offered
    assert ("better call at once" in page) is offered


def test_a_mail_of_a_weekend_is_due_on_monday(days: Callable[..., Days]) -> None:
    one = days()
    one.go("11-28")
    one.receive()
    assert one.due("ANSWER").isoformat() == "2026-11-30"
    assert Task.objects.get().rank == 5
