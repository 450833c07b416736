"""A salesperson's week: the clock moves, promises come due, an absence is covered, nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups import actions, queries, sweep
from genjin.followups.models import Task
from genjin.notifications.models import Notice
from genjin.people.models import Absence, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def list_of(user: User, at: datetime) -> list[tuple[str, str]]:
    """What stands on somebody's list: name of the customer and leading rule."""
    rows = queries.due_tasks(user, queries.View.MINE, at.date())
    tasks, _more = queries.page_of(rows)
    return [(task.customer.name, task.duties[0]["rule"]) for task in tasks]


@pytest.mark.usefixtures("no_picks")
def test_a_week_of_follow_ups(people: Cast, customer: Callable[..., Customer], moment: datetime) -> None:
    lin = people.lin
    tuesday = moment
    quiet = customer(name="Quiet Valves", value_class="B", first_contact_at=tuesday - timedelta(days=40))
    NextStep.objects.create(
        customer=quiet, owner=lin, purpose="Spring catalogue", due_on=tuesday.date() + timedelta(days=90),
        created_at=tuesday, created_by=lin,
    )  # fmt: skip
    fresh = customer(name="Fresh Pumps", follow_grade="TOP", grade_order=5)
    low = customer(name="Low Trade", follow_grade="LOW", grade_order=1)

    def go_to(at: datetime) -> datetime:
        """The clock moves; the worker sweeps."""
        sweep.sweep(lambda: at)
        return at

    def task_of(one: Customer) -> Task:
        return Task.objects.filter(customer=one).order_by("due_at").first()  # type: ignore[return-value]

    at = go_to(tuesday)
    assert list_of(lin, at) == [], "nothing is due on the first morning; nothing is forgotten either"
    assert task_of(fresh).due_on == at.date() + timedelta(days=3), "first contact within three working days"
    assert not Task.objects.filter(customer=low).exists(), "the lowest grade is left alone"

    at = go_to(tuesday + timedelta(days=3))
    assert list_of(lin, at) == [("Fresh Pumps", "FIRST_CONTACT")]
    call = LogDraft(
        kind="AUDIO_CALL", outcome=Interaction.Outcome.CONNECTED, content="Wants a quotation for DN80"
    )
    promise = NextStepDraft(purpose="Send quotation", due_on=at.date() + timedelta(days=3))
    actions.complete(task=task_of(fresh), draft=call, next_step=promise, by=lin, at=at)
    at = go_to(at + timedelta(minutes=1))
    assert list_of(lin, at) == []
    fresh.refresh_from_db()
    assert fresh.next_step_purpose == "Send quotation"

    monday = at + timedelta(days=3)
    Absence.objects.create(
        user=lin, first_day=monday.date(), last_day=monday.date() + timedelta(days=1), deputy=people.wang
    )
    at = go_to(monday)
    assert list_of(lin, at) == []
    assert list_of(people.wang, at) == [("Fresh Pumps", "NEXT_STEP")], "the deputy does it"
    notes = {note["code"] for note in task_of(fresh).duties[0]["notes"]}
    assert "STANDS_IN_FOR" in notes

    wednesday = monday + timedelta(days=2)
    at = go_to(wednesday)
    assert list_of(lin, at) == [("Fresh Pumps", "NEXT_STEP")], "back with Lin, overdue since Monday"
    actions.postpone(
        task=task_of(fresh), until=at.date() + timedelta(days=1), reason="Price not ready", by=lin, at=at
    )
    at = go_to(at + timedelta(minutes=1))
    assert list_of(lin, at) == []
    at = go_to(at + timedelta(days=1))
    assert list_of(lin, at) == [("Fresh Pumps", "NEXT_STEP")]

    at = go_to(tuesday + timedelta(days=15))
    assert ("Quiet Valves", "RHYTHM") in list_of(lin, at), "class B is contacted twice a month"
    mail = LogDraft(kind="EMAIL", content="Asked about stock for spring")
    actions.complete(task=task_of(quiet), draft=mail, by=lin, at=at)
    at = go_to(at + timedelta(minutes=1))
    assert ("Quiet Valves", "RHYTHM") not in list_of(lin, at)

    told = list(Notice.objects.values_list("key", flat=True))
    assert any("overdue" in key for key in told), "what lay overdue was told"
    go_to(at)
    assert Notice.objects.count() == len(told), "once"
