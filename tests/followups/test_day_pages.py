"""Pages around a person's day: lists apart, another one instead, calendar, morning mail, catching up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer, NextStep
from genjin.followups import day_actions, jobs, morning, sweep
from genjin.followups.models import DayPick, Outcome, PersonDay, Task
from genjin.instance.models import Instance
from genjin.people.models import Absence, User
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def prospects(
    customer: Make, people: Cast, moment: datetime, django_capture_on_commit_callbacks: Callable[..., Any]
) -> list[Customer]:
    """Six prospects of Lin's, long since followed up, and her day planned."""
    old = moment - timedelta(days=40)
    rows = [customer(last_follow_up_at=old, first_contact_at=old) for _ in range(6)]
    with django_capture_on_commit_callbacks(execute=True):
        sweep.sweep(lambda: moment)
    return rows


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_lists_are_kept_apart_with_exact_counts(
    prospects: list[Customer], people: Cast, sign_in: SignIn
) -> None:
    shown = page(sign_in(people.lin), "/?view=daily")
    assert '<a href="/?view=daily" aria-current="page">Daily follow-up <small>4</small></a>' in shown
    assert '<a href="/?view=tracking">Tracking list <small>0</small></a>' in shown
    assert shown.count("data-card") == 4
    assert "2 + 2, prospect · no follow-up grade · last follow-up 40 days ago" in shown
    assert '0<span class="stat-of">/4</span>' in shown


def test_opening_the_tracking_list_is_kept_once_a_day(
    prospects: list[Customer], people: Cast, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    page(client, "/")
    assert PersonDay.objects.get(user=people.lin).list_opened_at is None
    page(client, "/?view=tracking")
    opened = PersonDay.objects.get(user=people.lin).list_opened_at
    page(client, "/?view=tracking")
    assert opened is not None and PersonDay.objects.get(user=people.lin).list_opened_at == opened


def test_mails_own_list_counts_as_opened_too(
    prospects: list[Customer], people: Cast, sign_in: SignIn
) -> None:
    page(sign_in(people.lin), reverse("mail:tracking"))
    assert PersonDay.objects.get(user=people.lin).list_opened_at is not None


def test_another_one_instead_takes_the_place_of_the_first(
    prospects: list[Customer],
    people: Cast,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    task = Task.objects.filter(owner=people.lin, on_daily_list=True).order_by("id")[0]
    assert "Another one instead" in page(sign_in(people.lin), reverse("followups:dismiss", args=[task.key]))
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(people.lin).post(reverse("followups:another", args=[task.key]), headers=HTMX)
    assert answer.status_code == 200
    assert DayPick.objects.get(customer=task.customer).closed_as == "REPLACED"
    assert Task.objects.filter(owner=people.lin, on_daily_list=True).count() == 4
    assert not Task.objects.filter(customer=task.customer, on_daily_list=True).exists()


def test_the_calendar_shows_each_day_and_steps_are_moved_to_another(
    customer: Make,
    step: Step,
    people: Cast,
    sign_in: SignIn,
    moment: datetime,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    one = customer(first_contact_at=moment, last_follow_up_at=moment)
    planned = step(one, on=moment.date() + days(3))
    Absence.objects.create(
        user=people.lin, first_day=moment.date() + days(8), last_day=moment.date() + days(9)
    )
    sweep.sweep(lambda: moment)
    shown = page(sign_in(people.lin), "/today/calendar/?day=2026-11-27")
    assert "1 task</span>" in shown and one.name in shown and shown.count(">Away<") == 2
    task = Task.objects.get(customer=one)
    address = reverse("followups:move", args=[task.key])
    assert sign_in(people.lin).post(address, {"to": "2026-11-20"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(people.lin).post(address, {"to": "2026-11-25", "view": "calendar-2026-11-27"})
    assert answer["Location"].startswith("/today/calendar/?day=2026-11-27")
    planned.refresh_from_db()
    assert planned.due_on is not None and planned.due_on.isoformat() == "2026-11-25"
    assert Task.objects.get(customer=one).due_on == planned.due_on


@pytest.fixture
def mailed(settings: Any, prospects: list[Customer], people: Cast, moment: datetime) -> Cast:
    """Lin wants her tasks at half past eight; mail can leave."""
    settings.EMAIL_HOST = "localhost"
    day_actions.prefer_morning(user=people.lin, at=time(8, 30))
    return people


def test_the_morning_mail_leaves_once_with_reasons(
    mailed: Cast, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    monkeypatch.setattr(jobs, "business_now", lambda: moment)
    assert [jobs.send_mornings.func() for _ in range(2)] == [1, 0]
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([mailed.lin.email], "4 tasks today")
    assert "1. Customer" in letter.body and "last follow-up 40 days ago" in letter.body
    assert letter.body.rstrip().endswith("/")


def test_no_morning_mail_before_the_hour_on_days_off_late_or_held(mailed: Cast, moment: datetime) -> None:
    def due(at: datetime) -> int:
        return len(morning.due(at))

    assert due(moment) == 1
    assert due(moment.replace(hour=8, minute=29)) == 0
    assert due(moment.replace(hour=13)) == 0
    assert due(moment + days(4)) == 0, "a Saturday"
    Absence.objects.create(user=mailed.lin, first_day=moment.date(), last_day=moment.date())
    assert due(moment) == 0


def test_a_held_instance_sends_no_morning_mail(
    mailed: Cast, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    monkeypatch.setattr(jobs, "business_now", lambda: moment)
    monkeypatch.setattr(jobs, "can_mail", lambda: False)
    assert jobs.send_mornings.func() == 0
    assert not mail.outbox and not PersonDay.objects.filter(mail_claimed_at__isnull=False).exists()
    assert Instance.objects.exists()


def test_the_hour_is_a_preference(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.lin)
    for hour, kept in (("07:30", time(7, 30)), ("", None)):
        assert client.post("/settings/morning/", {"at": hour}).status_code == 302
        people.lin = User.objects.get(pk=people.lin.pk)
        row = getattr(people.lin, "morning_mail", None)
        assert (row.at if row else None) == kept
    assert client.post("/settings/morning/", {"at": "03:00"}).status_code in (200, 422)


def test_catching_up_is_seen_before_it_is_done_and_taken_back_in_one_go(
    customer: Make,
    step: Step,
    people: Cast,
    sign_in: SignIn,
    moment: datetime,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """Back from two weeks of leave with 24 steps that were due meanwhile."""
    begun = moment - days(20)
    rows = [customer(first_contact_at=begun, last_follow_up_at=begun) for _ in range(24)]
    for number, row in enumerate(rows):
        step(row, on=moment.date() - days(1 + number % 14), created_at=begun)
    sweep.sweep(lambda: moment)
    client = sign_in(people.lin)
    late = Task.objects.filter(owner=people.lin, due_on__lt=moment.date())
    assert late.count() == 24
    assert "/today/catch-up/" in page(client, "/")
    shown = page(client, "/today/catch-up/")
    assert "24 overdue tasks" in shown and "+20" in shown
    assert late.count() == 24, "looking changes nothing"
    first = late.order_by("id")[0]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/today/catch-up/", {"apply": "1", f"task-{first.pk}": "TODAY"})
    assert answer.status_code == 302
    sweep.sweep(lambda: moment)
    assert [task.pk for task in late.all()] == [first.pk]
    tomorrow = Task.objects.filter(owner=people.lin, due_on=moment.date() + days(1), on_daily_list=False)
    assert tomorrow.count() <= 20
    at = Outcome.objects.order_by("-id")[0].at
    client.post(f"/today/undo/?at={at.isoformat().replace('+', '%2B')}")
    sweep.sweep(lambda: moment)
    assert late.count() == 24


def test_what_is_dropped_needs_a_reason(
    customer: Make, people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    old = moment - days(60)
    one = customer(value_class="A", first_contact_at=old, last_follow_up_at=old, owned_since=old)
    sweep.sweep(lambda: moment)
    task = Task.objects.filter(customer=one).order_by("due_on")[0]
    assert task.due_on < moment.date() - days(14)
    client = sign_in(people.lin)
    wrong = client.post("/today/catch-up/", {"apply": "1", f"task-{task.pk}": "DROP"})
    assert wrong.status_code == 422 and "Say why" in wrong.content.decode()
    client.post("/today/catch-up/", {"apply": "1", f"task-{task.pk}": "DROP", "reason": "Closed for winter"})
    assert Outcome.objects.filter(customer=one, kind="DISMISSED", reason="Closed for winter").exists()
