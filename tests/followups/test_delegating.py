"""Handing a task over, giving it back, asking one's superior to call (000-37)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from genjin.customers.actions.interactions import LogDraft
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, NextStep
from genjin.followups import actions
from genjin.followups.asking_actions import Call, ask_superior
from genjin.followups.days import judge_day
from genjin.followups.models import Outcome, Task
from genjin.notifications.models import Notice
from genjin.rules.day import DutyKind
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Decided = Callable[..., list[Task]]
SAID = "Spoke about valves"


def shared(one: Customer, with_: Any, by: Any, at: Any) -> None:
    from genjin.customers.actions import set_collaborators

    set_collaborators(customer_ids=[one.pk], add=[with_.pk], remove=[], by=by, at=at)


def test_a_handed_over_task_stands_with_the_colleague_and_can_be_undone(
    customer: Make, step: Any, people: Cast, decided: Decided, moment: Any, sign_in: Any
) -> None:
    one = customer()
    step(one)
    shared(one, people.wang, people.lin, moment)
    (task,) = decided(one)
    done = actions.delegate(task=task, to=people.wang, by=people.lin, at=moment, reason="Knows the buyer")
    later = moment + timedelta(minutes=1)
    (task,) = decided(one, at=later)
    assert (task.owner, task.duties[0]["notes"][0]["code"]) == (people.wang, "DELEGATED")
    page = sign_in(people.wang).get("/").content.decode()
    assert "handed over by Lin Xiaowen" in page and "Knows the buyer" in page
    assert list(Notice.objects.values_list("kind", "user")) == [("followups.delegated", people.wang.pk)]
    actions.undo(outcomes=done, by=people.lin, at=later)
    (task,) = decided(one, at=later)
    assert task.owner == people.lin


def test_only_who_may_work_with_the_customer_gets_it(
    customer: Make, step: Any, people: Cast, decided: Decided, moment: Any, sign_in: Any
) -> None:
    one = customer()
    step(one)
    (task,) = decided(one)
    for colleague in (people.wang, people.lin):
        with pytest.raises(Refused):
            actions.delegate(task=task, to=colleague, by=people.lin, at=moment)
    answer = sign_in(people.lin).post(f"/today/task/{task.key}/delegate/", {"to": people.wang.pk})
    assert "may not work with this customer" in answer.content.decode()
    assert not Outcome.objects.exists()
    assert sign_in(people.hu).get(f"/today/task/{task.key}/delegate/").status_code == 404


def test_the_colleague_gives_it_back_and_whoever_handed_it_over_takes_it_back(
    customer: Make, step: Any, people: Cast, decided: Decided, moment: Any, sign_in: Any
) -> None:
    one = customer()
    step(one)
    (task,) = decided(one)
    for number, who in enumerate((people.chen, people.lin)):
        at = moment - days(3 - number)
        decided(one, at=at)
        actions.delegate(task=task, to=people.chen, by=people.lin, at=at + timedelta(minutes=1))
        decided(one, at=at + timedelta(minutes=2))
        address = f"/today/task/{task.key}/give-back/"
        assert sign_in(people.hu).post(address).status_code == 404
        assert sign_in(who).post(address).status_code == 302
        (task,) = decided(one, at=at + timedelta(minutes=3))
        assert task.owner == people.lin
    assert Notice.objects.filter(kind="followups.given_back", user=people.lin).count() == 1


def test_the_superior_calls_and_the_result_returns(
    customer: Make, people: Cast, decided: Decided, moment: Any, sign_in: Any
) -> None:
    one = customer()
    ask_superior(
        customer_id=one.pk, call=Call("Ask about the tender", moment.date()), by=people.lin, at=moment
    )
    at = moment + timedelta(minutes=1)
    tasks = decided(one, at=at)
    (task,) = [task for task in tasks if task.channel == "AUDIO_CALL"]
    assert (task.owner, task.duties[0]["purpose"]) == (people.chen, "Ask about the tender")
    assert not Notice.objects.filter(user=people.lin).exists()
    call = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content=SAID)
    actions.complete(task=task, draft=call, by=people.chen, at=at)
    later = at + timedelta(minutes=1)
    decided(one, at=later)
    told = Notice.objects.filter(user=people.lin)
    assert list(told.values_list("kind", flat=True)) == ["followups.delegated_settled"]
    one.refresh_from_db()
    assert one.last_follow_up_at == at, "it counts for the customer"
    called = {
        who.pk: [one.done for one in judge_day(who.pk, later)[1].duties if one.kind is DutyKind.CALL_TODAY]
        for who in (people.chen, people.lin)
    }
    assert called == {people.chen.pk: [1], people.lin.pk: [0]}, "for whoever called, not for who asked"
    assert one.name in sign_in(people.lin).get("/notices/").content.decode()
    decided(one, at=later + days(1))
    assert told.count() == 1


def test_an_unanswered_call_of_the_superior_returns_nothing(
    customer: Make, people: Cast, decided: Decided, moment: Any
) -> None:
    one = customer()
    ask_superior(customer_id=one.pk, call=Call("Ask", moment.date()), by=people.lin, at=moment)
    at = moment + timedelta(minutes=1)
    (task,) = [task for task in decided(one, at=at) if task.channel == "AUDIO_CALL"]
    call = LogDraft(kind="AUDIO_CALL", outcome="NO_ANSWER")
    actions.complete(task=task, draft=call, by=people.chen, at=at)
    assert [t.owner for t in decided(one, at=at) if t.channel == "AUDIO_CALL"] == [people.chen]
    assert not Notice.objects.filter(user=people.lin).exists()


def test_it_is_asked_on_the_customers_page(
    customer: Make, people: Cast, decided: Decided, moment: Any, sign_in: Any
) -> None:
    one = customer()
    lin = sign_in(people.lin)
    page = lin.get(f"/today/customer/{one.pk}/panel/").content.decode()
    assert "Ask my superior to call" in page
    address = f"/today/customer/{one.pk}/ask-superior/"
    assert "Chen Gang finds it on Today" in lin.get(address).content.decode()
    lin.post(address, {"purpose": "Ask about the tender", "day": moment.date().isoformat()})
    assert NextStep.objects.get().purpose == "Ask about the tender"
    decided(one)
    panel = lin.get(f"/today/customer/{one.pk}/panel/").content.decode()
    assert "Chen Gang" in panel and "give-back" in panel
    assert sign_in(people.hu).get(address).status_code == 404
