"""What was completed by logging is taken back from its toast, within ten minutes, by whoever logged it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.actions import LogDraft, NextStepDraft, log_interaction, set_collaborators
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups import actions
from genjin.followups.models import Outcome, Task
from genjin.journal.models import Entry
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Decided = Callable[..., list[Task]]
MEETING = LogDraft(kind="MEETING", content="Wants a sample of DN80.")


@pytest.fixture
def task(
    customer: Callable[..., Customer],
    step: Callable[..., NextStep],
    decided: Decided,
    people: Cast,
    moment: datetime,
) -> Task:
    """A next step of Lin's that is due today."""
    one = customer()
    log_interaction(customer_id=one.pk, draft=MEETING, by=people.lin, at=moment - days(5))
    promise = step(one)
    decided(one)
    return Task.objects.get(key=f"next-step:{promise.pk}")


def test_all_is_as_before_the_log_goes_to_the_bin_and_what_it_set_is_cancelled(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    before = Task.objects.values("key", "due_at", "duties", "owner").get(key=task.key)
    coming = NextStepDraft(purpose="Send the sample", due_on=moment.date() + days(3), channel="EMAIL")
    log = actions.complete(task=task, draft=MEETING, by=people.lin, at=moment, next_step=coming)
    decided(task.customer)
    assert not Task.objects.filter(key=task.key).exists()
    at = moment + timedelta(minutes=9)
    actions.undo_completing(interaction_id=log.pk, by=people.lin, at=at)
    decided(task.customer, at=at)
    assert Task.objects.values("key", "due_at", "duties", "owner").get() == before
    assert dict(NextStep.objects.values_list("purpose", "state")) == {
        "Send the quotation": "OPEN",
        "Send the sample": "CANCELLED",
    }
    log.refresh_from_db()
    assert (log.deleted_at, log.deleted_by) == (at, people.lin)
    assert not Outcome.objects.filter(is_live=True).exists()
    assert Entry.objects.filter(kind="followups.outcome", verb="undo", by=people.lin).count() == 1
    with pytest.raises(Refused, match="already taken back"):
        actions.undo_completing(interaction_id=log.pk, by=people.lin, at=at)


def test_before_it_was_decided_anew_it_can_be_completed_once_more(
    task: Task, people: Cast, moment: datetime
) -> None:
    log = actions.complete(task=task, draft=MEETING, by=people.lin, at=moment)
    with pytest.raises(actions.Overtaken):
        actions.complete(task=task, draft=MEETING, by=people.lin, at=moment)
    actions.undo_completing(interaction_id=log.pk, by=people.lin, at=moment)
    again = actions.complete(task=task, draft=MEETING, by=people.lin, at=moment)
    assert Interaction.objects.alive().get(logged_at=moment) == again
    assert NextStep.objects.get().closed_in == again


def test_it_is_for_ten_minutes_and_for_oneself(task: Task, people: Cast, moment: datetime) -> None:
    log = actions.complete(task=task, draft=MEETING, by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.undo_completing(interaction_id=log.pk, by=people.chen, at=moment)
    with pytest.raises(Refused, match="ten minutes"):
        actions.undo_completing(interaction_id=log.pk, by=people.lin, at=moment + timedelta(minutes=11))
    assert log in Interaction.objects.alive()
    assert NextStep.objects.get().state == "DONE"


def test_what_a_colleague_handed_over_stays_handed_over(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    one = task.customer
    set_collaborators(customer_ids=[one.pk], add=[people.wang.pk], remove=[], by=people.lin, at=moment)
    actions.delegate(task=task, to=people.wang, by=people.lin, at=moment)
    at = moment + timedelta(minutes=1)
    (task,) = decided(one, at=at)
    log = actions.complete(task=task, draft=MEETING, by=people.wang, at=at)
    decided(one, at=at)
    at += timedelta(minutes=1)
    decided(one, at=at)
    actions.undo_completing(interaction_id=log.pk, by=people.wang, at=at)
    found = decided(one, at=at)
    assert [one.owner for one in found if one.key == task.key] == [people.wang]


def test_the_toast_after_logging_offers_it(
    task: Task,
    people: Cast,
    sign_in: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    browser, address = sign_in(people.lin), reverse("followups:log", args=[task.key])
    sent = {
        "kind": "MEETING", "content": "Wants a sample of DN80.", "happened_at_day": "2026-11-24",
        "happened_at_time": "08:30", "seen": task.decided_at.isoformat(),
        "next_when": "none", "no_next_step_because": "Waits for their answer",
        "closes": actions.steps_of(task),
    }  # fmt: skip
    before = Interaction.objects.get().pk
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content.decode()
    undo = json.loads(answer.headers["HX-Trigger"])["genjin:toast"]["undo"]
    log = Interaction.objects.get(pk__gt=before)
    assert undo == f"{reverse('followups:undo')}?log={log.pk}"
    assert sign_in(people.chen).post(undo).status_code == 404
    assert browser.post(f"{reverse('followups:undo')}?log=x").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert "Taken back" in browser.post(undo, follow=True).content.decode()
    assert log not in Interaction.objects.alive()
    assert Task.objects.filter(key=task.key).exists()
