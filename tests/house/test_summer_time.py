"""Hours that a change of clocks leaves out or repeats, in every field of a day and a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Interaction, NextStep
from genjin.instance.models import Instance
from tests.house import samples
from tests.house.pages import forms_of
from tests.house.test_at_once import form_at
from tests.house.test_bad_input import kept, paths
from tests.house.test_refused_forms import unsaid

# zone, left out (day, time), repeated (day, time), the first of the two in UTC
AHEAD = [
    (
        "Europe/Berlin",
        ("2027-03-28", "02:30"),
        ("2027-10-31", "02:30"),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    ),
    (
        "America/New_York",
        ("2027-03-14", "02:00"),
        ("2027-11-07", "01:59"),
        datetime(2027, 11, 7, 5, 59, tzinfo=UTC),
    ),
    (
        "Australia/Lord_Howe",
        ("2027-10-03", "02:15"),
        ("2027-04-04", "01:45"),
        datetime(2027, 4, 3, 14, 45, tzinfo=UTC),
    ),
    (
        "Africa/Cairo",
        ("2027-04-30", "00:00"),
        ("2027-10-28", "23:30"),
        datetime(2027, 10, 28, 20, 30, tzinfo=UTC),
    ),
]
BEHIND = [
    (
        "Europe/Berlin",
        ("2026-03-29", "02:30"),
        ("2026-10-25", "02:30"),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ),
    (
        "Australia/Lord_Howe",
        ("2026-10-04", "02:15"),
        ("2026-04-05", "01:45"),
        datetime(2026, 4, 4, 14, 45, tzinfo=UTC),
    ),
    (
        "Africa/Cairo",
        ("2026-04-24", "00:00"),
        ("2026-10-29", "23:30"),
        datetime(2026, 10, 29, 20, 30, tzinfo=UTC),
    ),
]


@pytest.fixture
def given(people, customer, moment):
    return samples.talk(people, customer, moment)


@pytest.fixture
def everything(people, customer, moment):
    return samples.make(people, customer, moment)


def posted(people: Any, sign_in: Any, path: str, zone: str, shown: str, **typed: str) -> tuple[Any, Any]:
    """The form as shown to Lin in that zone, and the answer to it with these values."""
    people.lin.timezone = zone
    people.lin.save()
    browser = sign_in(people.lin)
    form = form_at(browser, path, shown)
    return form, browser.post(path, form.sends(**typed))


def put_clock(given: dict[str, Any], now: datetime) -> None:
    """Let it be that moment, an hour after the sample was logged."""
    Instance.objects.update(clock_offset=now - datetime.now(tz=UTC))
    then = now - timedelta(hours=1)
    Interaction.objects.filter(pk=given["logs"]).update(logged_at=then, happened_at=then)


def refused(answer: Any, form: Any, place: str, typed: dict[str, str]) -> None:
    """The sentence stands beside the field and what was typed is still there."""
    page = answer.content.decode()
    assert answer.status_code in (200, 422)
    assert not unsaid(page, {place: f"id_{place}_error"})
    assert "clocks are put forward" in page
    assert kept(answer, next(f for f in forms_of(page) if form.texts <= f.texts), typed) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "gap", "twice", "first"), AHEAD, ids=lambda value: str(value)[:24])
@pytest.mark.parametrize("name", ["add_step", "edit_step"])
def test_a_step_at_an_hour_left_out_is_refused_and_of_one_that_comes_twice_the_first_is_meant(
    people, sign_in, given, name, zone, gap, twice, first
):
    path = reverse(f"customers:{name}", args=[given["customers" if name == "add_step" else "steps"]])
    typed = {"purpose": "Call then", "day": gap[0], "time": gap[1]}
    form, answer = posted(people, sign_in, path, zone, "purpose", **typed)
    refused(answer, form, "time", typed)
    form, answer = posted(
        people, sign_in, path, zone, "purpose", **typed | {"day": twice[0], "time": twice[1]}
    )
    assert answer.status_code == 302
    assert NextStep.objects.get(purpose="Call then").due_at == first


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "gap", "twice", "first"), AHEAD, ids=lambda value: str(value)[:24])
@pytest.mark.parametrize("name", ["customers:log", "followups:log"])
def test_the_next_step_of_a_log_knows_such_hours_too(people, sign_in, given, name, zone, gap, twice, first):
    path = reverse(name, args=[given["customers" if name == "customers:log" else "task"]])
    said = {
        "kind": "EMAIL",
        "content": "Sent the price list.",
        "next_when": "date",
        "next_purpose": "Call then",
    }
    typed = {"next_on": gap[0], "next_time": gap[1]}
    form, answer = posted(people, sign_in, path, zone, "content", **said, **typed)
    refused(answer, form, "next_time", typed)
    typed = {"next_on": twice[0], "next_time": twice[1]}
    form, answer = posted(people, sign_in, path, zone, "content", **said, **typed)
    assert answer.status_code == 302
    assert NextStep.objects.get(purpose="Call then").due_at == first


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "gap", "twice", "first"), BEHIND, ids=lambda value: str(value)[:24])
@pytest.mark.parametrize("name", ["customers:log", "followups:log", "customers:edit_log"])
def test_when_something_happened_knows_such_hours_too(people, sign_in, given, name, zone, gap, twice, first):
    key = {"customers:log": "customers", "followups:log": "task", "customers:edit_log": "logs"}[name]
    path = reverse(name, args=[given[key]])
    said = {"kind": "EMAIL", "content": "Sent the price list.", "next_when": "3"}
    typed = {"happened_at_day": gap[0], "happened_at_time": gap[1]}
    form, answer = posted(people, sign_in, path, zone, "content", **said, **typed)
    refused(answer, form, "happened_at", typed)
    put_clock(given, first + timedelta(hours=3))
    typed = {"happened_at_day": twice[0], "happened_at_time": twice[1]}
    form, answer = posted(people, sign_in, path, zone, "content", **said, **typed)
    assert answer.status_code == 302
    assert Interaction.objects.get(content="Sent the price list.").happened_at == first


@pytest.mark.django_db
def test_a_log_of_the_second_of_two_equal_hours_stays_there_when_something_else_is_changed(
    people, sign_in, given
):
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    put_clock(given, second + timedelta(hours=3))
    Interaction.objects.filter(pk=given["logs"]).update(happened_at=second)
    path = reverse("customers:edit_log", args=[given["logs"]])
    _form, answer = posted(people, sign_in, path, "Europe/Berlin", "content", content="Wants DN90.")
    assert answer.status_code == 302
    assert Interaction.objects.get(pk=given["logs"]).happened_at == second


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "zone", "now"),
    [
        ("lin", "Africa/Cairo", datetime(2027, 4, 29, 22, 30, tzinfo=UTC)),  # the day begins at one
        ("admin", "Africa/Cairo", datetime(2026, 10, 29, 21, 30, tzinfo=UTC)),  # its last hour comes again
        ("admin", "Europe/Berlin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("lin", "Europe/Berlin", datetime(2026, 10, 25, 1, 15, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_every_page_opens_in_the_hours_around_a_change_of_clocks(
    people, sign_in, everything, role, zone, now
):
    person = getattr(people, role)
    person.timezone = zone
    person.save()
    Instance.objects.update(clock_offset=now - datetime.now(tz=UTC))
    browser = sign_in(person)
    browser.raise_request_exception = False
    wrong = [
        (name, answer.status_code)
        for name, path in paths(everything).items()
        if (answer := browser.get(path)).status_code >= 500
    ]
    assert wrong == []
