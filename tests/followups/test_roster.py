"""The duty roster, and the promises that it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from genjin.customers.models import Customer
from genjin.followups import actions, gather, roster_actions, setting
from genjin.followups import decide as deciding
from genjin.followups.models import DutyDay, Task
from genjin.followups.sweep import carry_changes
from genjin.journal.models import Entry, Mark
from genjin.notifications.models import Notice
from genjin.rules.facts import CustomerFacts
from genjin.rules.promised import PromiseFact, PromiseKind
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Decided = Callable[..., list[Task]]
ROSTER = "/settings/roster/?from=2026-11-23"


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch, people: Cast) -> Callable[..., PromiseFact]:
    """`promised(began_at)` has every customer of the test wait for a first answer of Lin's since then."""

    def make(began_at: datetime, kind: PromiseKind = PromiseKind.FIRST_RESPONSE) -> PromiseFact:
        fact = PromiseFact(id=1, kind=kind, subject="inquiry-1", began_at=began_at, owner_id=people.lin.pk)
        facts_of = gather._facts

        def with_promise(*args: object) -> CustomerFacts:
            return replace(facts_of(*args), promises=(fact,))  # type: ignore[arg-type]

        monkeypatch.setattr(gather, "_facts", with_promise)
        return fact

    return make


def test_a_manager_fills_in_the_roster_and_each_day_is_journalled(
    people: Cast, sign_in: Callable[..., Client]
) -> None:
    page = sign_in(people.chen)
    assert "2026-11-23" in page.get(ROSTER).content.decode()
    sent = {"2026-11-28": people.wang.pk, "2026-11-29": people.wang.pk}
    assert page.post(ROSTER, sent).status_code == 302
    assert [row.person_id for row in DutyDay.objects.all()] == [people.wang.pk] * 2
    page.post(ROSTER, sent | {"2026-11-29": ""})
    assert [str(row.day) for row in DutyDay.objects.all()] == ["2026-11-28"]
    assert Entry.objects.filter(kind="followups.dutyday").count() == 3
    assert page.post(ROSTER, {"2026-11-28": "999999"}).status_code == 200
    assert sign_in(people.lin).get(ROSTER).status_code == 404


def test_a_promise_outside_of_work_goes_to_who_is_on_duty_else_to_the_manager(
    people: Cast, customer: Make, decided: Decided, promised: Callable[..., PromiseFact], moment: datetime
) -> None:
    saturday = moment + days(4)
    promised(saturday)
    one = customer()
    owner = {task.owner_id for task in decided(one, at=saturday) if task.key.startswith("promise:")}
    assert owner == {people.chen.pk}
    roster_actions.set_roster(days={saturday.date(): people.wang.pk}, by=people.chen, at=moment)
    owner = {task.owner_id for task in decided(one, at=saturday) if task.key.startswith("promise:")}
    assert owner == {people.wang.pk}


def test_a_changed_roster_decides_anew_whom_something_was_promised_and_nobody_else(
    people: Cast, customer: Make, decided: Decided, promised: Callable[..., PromiseFact], moment: datetime
) -> None:
    other = customer()
    decided(other)
    promised(moment)
    one = customer()
    decided(one)
    while carry_changes(moment):
        pass
    Mark.objects.all().delete()
    roster_actions.set_roster(days={moment.date(): people.wang.pk}, by=people.chen, at=moment)
    carry_changes(moment)
    assert list(Mark.objects.filter(subject="CUSTOMER").values_list("subject_id", flat=True)) == [one.pk]


def test_a_promise_can_neither_be_put_off_nor_dismissed_and_is_told_once_when_missed(
    people: Cast, customer: Make, decided: Decided, promised: Callable[..., PromiseFact], moment: datetime
) -> None:
    fact = promised(moment)
    one = customer()
    task = next(task for task in decided(one) if task.key == fact.key)
    assert task.due_at == moment + timedelta(hours=24)
    with pytest.raises(actions.Refused):
        actions.postpone(task=task, until=(moment + days(2)).date(), by=people.lin, at=moment)
    with pytest.raises(actions.Refused):
        actions.dismiss(task=task, reason="Not needed", by=people.lin, at=moment)
    warned = moment + timedelta(hours=18)
    assert deciding.judge([one.pk], moment)[0][one.pk].decision.wake_at == warned
    for hours in (18, 19, 24, 25, 48):
        decided(one, at=moment + timedelta(hours=hours))
    told = sorted(Notice.objects.filter(customer_id=one.pk).values_list("kind", "user_id"))
    assert told == sorted(
        [
            ("followups.promise_warned", people.lin.pk),
            ("followups.promise_missed", people.lin.pk),
            ("followups.promise_escalated", people.chen.pk),
        ]
    )
    assert setting.current(moment).base.manager_of(people.lin.pk) == people.chen.pk


def test_a_promise_to_somebody_not_accepted_yet_is_a_task_all_the_same(
    customer: Make, decided: Decided, promised: Callable[..., PromiseFact], moment: datetime
) -> None:
    fact = promised(moment, PromiseKind.ASKED_FOR_CALL)
    lead = customer(is_confirmed=False, serial=None)
    assert [task.key for task in decided(lead)] == [fact.key]
