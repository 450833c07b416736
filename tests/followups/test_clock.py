"""The clock of a demo moves: Today shows the new day at once, and who is late is told, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer, NextStep
from genjin.followups import jobs, sweep
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Task
from genjin.instance.actions import set_clock
from genjin.instance.models import Instance
from genjin.instance.queries import business_now
from genjin.notifications.models import Notice
from genjin.people.models import User
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
SignIn = Callable[[User], Client]


@pytest.fixture
def move(
    sign_in: SignIn, people: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> Callable[[str], None]:
    """`move("day")` presses the button of the demo's clock."""

    def press(step: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            assert sign_in(people.lin).post(reverse("instance:clock"), {"step": step}).status_code == 302

    return press


def unread(client: Client) -> int:
    """The number on the bell."""
    return int(client.get(reverse("notifications:unread")).content or 0)


def test_the_next_day_is_there_at_once_for_a_whole_demo(
    people: Cast, customer: Make, sign_in: SignIn, moment: datetime, move: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # How long it may take is asked below, of the processor: the machine may be busy with other things.
    monkeypatch.setattr(jobs, "WAKE_SECONDS", 120.0)
    rows = [
        customer(
            value_class="ABC"[n % 3] if n >= 60 else "",
            follow_grade="LOW",
            first_contact_at=moment,
            last_follow_up_at=moment - days(n % 40),
        )
        for n in range(340)
    ]
    NextStep.objects.bulk_create(
        NextStep(
            customer=row, owner=people.lin, purpose="Due tomorrow", due_on=moment.date() + days(1),
            created_at=moment,
        )
        for row in rows[:60]
    )  # fmt: skip
    NextStep.objects.bulk_create(
        NextStep(
            customer=row, owner=people.lin, purpose="Late", due_on=moment.date() - days(4), created_at=moment
        )
        for row in rows[60:]
    )
    decide_customers([row.pk for row in rows], at=business_now())
    client = sign_in(people.lin)
    page = client.get("/?shown=500").content.decode()
    assert "Late" in page
    assert "Due tomorrow" not in page
    begun = time.process_time()
    move("day")
    page = client.get("/?shown=500").content.decode()
    spent = time.process_time() - begun
    print(spent)
    assert spent < 2
    assert "Due tomorrow" in page
    assert not CustomerDecision.objects.filter(wake_at__lte=business_now()).exists()
    told = Notice.objects.filter(kind="followups.overdue", user=people.lin).count()
    assert told == 280, "due on Friday, it is Wednesday: three working days late"


def test_an_hour_later_an_appointment_is_late(
    people: Cast, customer: Make, step: Step, moment: datetime, sign_in: SignIn, move: Callable[[str], None]
) -> None:
    one = customer(first_contact_at=moment, last_follow_up_at=moment)
    step(one, due_at=moment + timedelta(minutes=30), purpose="Call about the samples")
    decide_customers([one.pk], at=business_now())
    client = sign_in(people.lin)
    assert "task-late" not in client.get("/").content.decode()
    move("hour")
    assert "task-late" in client.get("/").content.decode()


def test_a_clock_that_is_set_back_decides_everybody_again(
    customer: Make, moment: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    rows = [customer(value_class="A", first_contact_at=moment, last_follow_up_at=moment) for _ in range(3)]
    later = moment + days(60)
    decide_customers([row.pk for row in rows], at=later)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        set_clock(to=moment, real=moment + days(1))
    sweep.sweep(business_now)
    assert Instance.objects.get().clock_offset == -days(1)
    assert {row.decided_at < later for row in CustomerDecision.objects.all()} == {True}


def test_who_is_late_is_told_then_the_manager_then_both(
    people: Cast, customer: Make, step: Step, moment: datetime, sign_in: SignIn, move: Callable[[str], None]
) -> None:
    """B-11 from Tuesday on: three working days later oneself, after five the manager, after seven a risk."""
    one = customer(name="Silent Valves", first_contact_at=moment, last_follow_up_at=moment)
    step(one, on=moment.date())
    decide_customers([one.pk], at=business_now())
    lin, chen = sign_in(people.lin), sign_in(people.chen)
    bells = {}
    for day in range(1, 15):
        move("day")
        sweep.sweep(business_now)
        bells[day] = (unread(lin), unread(chen))
    changes = {day: bells[day] for day in bells if bells[day] != bells.get(day - 1, (0, 0))}
    assert changes == {3: (1, 0), 7: (1, 1), 9: (2, 2)}, "Friday; Tuesday and Thursday of the next week"
    codes = list(Notice.objects.order_by("pk").values_list("kind", "user__email"))
    assert codes == [
        ("followups.overdue", "lin@example.com"),
        ("followups.overdue_manager", "chen@example.com"),
        *sorted([("followups.at_risk", "chen@example.com"), ("followups.at_risk", "lin@example.com")]),
    ]
    for client in (lin, chen):
        page = client.get(reverse("notifications:list")).content.decode()
        assert "Silent Valves" in page
        assert "At risk" in page
        assert "overdue for 7 working days" in page
    team = chen.get(reverse("followups:team")).content.decode()
    assert "Lin Xiaowen" in team
    assert "14 days" in team
    assert Task.objects.filter(customer=one, due_on=moment.date()).exists(), "it stays until it is done"
