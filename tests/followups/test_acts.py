"""What people do with tasks: complete, postpone, dismiss, take back; two at once lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups import actions, queries
from genjin.followups.models import Outcome, Task
from genjin.journal.models import Entry, Mark
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
Decided = Callable[..., list[Task]]


@pytest.fixture
def task(customer: Make, step: Step, decided: Decided, moment: datetime) -> Task:
    """A next step of Lin's that is due today."""
    one = customer(first_contact_at=moment - days(5), last_follow_up_at=moment - days(5))
    promise = step(one)
    decided(one)
    return Task.objects.get(key=f"next-step:{promise.pk}")


def due(task: Task, people: Cast, moment: datetime) -> bool:
    """Whether the task stands on Lin's list that day."""
    rows = queries.due_tasks(people.lin, queries.View.MINE, moment.date())
    return rows.filter(key=task.key).exists()


def test_a_postponed_task_returns_on_its_day(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    back = moment.date() + days(3)
    actions.postpone(task=task, until=back, reason="Waits for samples", by=people.lin, at=moment)
    decided(task.customer)
    assert not due(task, people, moment)
    assert not due(task, people, moment + days(2))
    assert due(task, people, moment + days(3))
    again = Task.objects.get(key=task.key)
    assert again.is_date_only
    assert {note["code"] for note in again.duties[0]["notes"]} == {"POSTPONED"}


@pytest.mark.parametrize("ahead", [-1, 0, 400])
def test_a_task_is_postponed_to_a_day_within_a_year(
    task: Task, people: Cast, moment: datetime, ahead: int
) -> None:
    with pytest.raises(Refused):
        actions.postpone(task=task, until=moment.date() + days(ahead), by=people.lin, at=moment)


def test_a_dismissed_task_stays_gone_and_its_step_is_cancelled(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    with pytest.raises(Refused):
        actions.dismiss(task=task, reason=" ", by=people.lin, at=moment)
    actions.dismiss(task=task, reason="Bought elsewhere", by=people.lin, at=moment)
    assert Mark.objects.filter(subject_id=task.customer_id).exists()
    for later in (0, 1, 30):
        decided(task.customer, at=moment + days(later))
        assert not Task.objects.filter(key=task.key).exists()
    step = NextStep.objects.get()
    assert (step.state, step.closing_reason) == (NextStep.State.CANCELLED, "Bought elsewhere")
    assert Entry.objects.filter(kind="followups.outcome", verb="dismiss", by=people.lin).count() == 1


def test_undo_brings_back_what_was_dismissed(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    before = Task.objects.values("key", "due_at", "duties").get(key=task.key)
    rows = actions.dismiss(task=task, reason="By mistake", by=people.lin, at=moment)
    decided(task.customer)
    assert actions.undo(outcomes=rows, by=people.lin, at=moment + timedelta(minutes=9)) == len(rows)
    decided(task.customer)
    assert Task.objects.values("key", "due_at", "duties").get(key=task.key) == before
    with pytest.raises(Refused):
        actions.undo(outcomes=rows, by=people.lin, at=moment + timedelta(minutes=9))


def test_undo_is_for_ten_minutes_and_for_oneself(task: Task, people: Cast, moment: datetime) -> None:
    rows = actions.postpone(task=task, until=moment.date() + days(1), by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.undo(outcomes=rows, by=people.wang, at=moment)
    with pytest.raises(Refused):
        actions.undo(outcomes=rows, by=people.lin, at=moment + timedelta(minutes=11))


def test_the_second_to_act_is_told_who_was_faster(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    seen = task.decided_at
    actions.postpone(task=task, until=moment.date() + days(2), by=people.wang, at=moment, seen=seen)
    with pytest.raises(actions.Overtaken, match="Wang Lei"):
        actions.dismiss(task=task, reason="Too late", by=people.lin, at=moment, seen=seen)
    decided(task.customer, at=moment + timedelta(minutes=1))
    with pytest.raises(actions.Overtaken, match="postponed"):
        actions.dismiss(task=task, reason="Too late", by=people.lin, at=moment, seen=seen)
    assert Outcome.objects.get().by == people.wang


def test_logging_completes_the_task_and_plans_the_next(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    interaction = actions.complete(
        task=task,
        draft=LogDraft(kind="EMAIL", content="Sent the quotation"),
        next_step=NextStepDraft(purpose="Ask for feedback", due_on=moment.date() + days(4)),
        by=people.lin,
        at=moment,
    )
    decided(task.customer)
    assert not Task.objects.filter(key=task.key).exists()
    (planned,) = Task.objects.filter(customer=task.customer_id)
    assert planned.duties[0]["purpose"] == "Ask for feedback"
    assert NextStep.objects.get(pk=int(task.key.split(":")[1])).closed_in == interaction
    done = Outcome.objects.get(duty_key=task.key)
    assert (done.kind, done.is_live, done.interaction_id) == (Outcome.Kind.DONE, False, interaction.pk)


def test_a_call_that_nobody_answers_completes_nothing(
    task: Task, people: Cast, decided: Decided, moment: datetime
) -> None:
    draft = LogDraft(kind="AUDIO_CALL", outcome=Interaction.Outcome.NO_ANSWER)
    actions.complete(task=task, draft=draft, by=people.lin, at=moment)
    decided(task.customer)
    assert Task.objects.filter(key=task.key).exists()
    assert not Outcome.objects.exists()


def test_a_reminder_is_ticked_off_without_a_log(
    customer: Make, step: Step, people: Cast, decided: Decided, moment: datetime
) -> None:
    one = customer(first_contact_at=moment, last_follow_up_at=moment)
    reminder = step(one, kind=NextStep.Kind.REMINDER, purpose="Ask the factory for photos")
    decided(one)
    task = Task.objects.get(key=f"reminder:{reminder.pk}")
    actions.finish(task=task, by=people.lin, at=moment)
    decided(one)
    assert not Task.objects.filter(key=task.key).exists()
    assert not Interaction.objects.exists()


def test_what_must_be_done_cannot_be_dismissed(
    customer: Make, people: Cast, decided: Decided, moment: datetime
) -> None:
    (task,) = decided(customer())
    assert task.key.startswith("first-contact:")
    with pytest.raises(Refused):
        actions.dismiss(task=task, reason="No time", by=people.lin, at=moment)
