"""What the coming days bring to a customer if nothing happens, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.followups.what_if import CHANGES, Kind, events_of
from genjin.rules.duties import Change


@pytest.fixture
def ask(sign_in):
    def run(user, row, **headers):
        return sign_in(user).get(reverse("followups:what_if", args=[row.pk]), headers=headers)

    return run


@pytest.fixture
def regular(customer, moment):
    """A customer of purchase class A, contacted yesterday."""

    def make(**fields):
        at = moment - timedelta(days=1)
        usual = {
            "value_class": "A", "first_contact_at": at, "last_contact_at": at, "last_follow_up_at": at,
            "follow_up_count": 3,
        }  # fmt: skip
        return customer(**(usual | fields))

    return make


def told(row, moment):
    events, _names = events_of(row.pk, moment)
    return [(one.kind.value, one.title, one.day) for one in events]


def test_duties_stand_on_their_days_with_the_reason_as_a_sentence(regular, moment):
    events, _names = events_of(regular(follow_grade="LOW").pk, moment)
    first = next(one for one in events if one.kind == Kind.DUTY)
    assert first.title == "Get in touch again"
    assert "7 days" in first.why[0]
    assert [one.day for one in events] == sorted(one.day for one in events)


def test_the_end_of_the_own_rhythm_is_an_event_and_what_follows_from_it(regular, moment):
    ends = moment.date() + timedelta(days=20)
    row = regular(follow_grade="LOW", cadence_days=40, cadence_until=ends, cadence_reason="On leave")
    found = told(row, moment)
    change = next(one for one in found if one[0] == "CHANGE" and "rhythm" in one[1])
    assert change[2] == ends + timedelta(days=1)
    days = [day for kind, title, day in found if kind == "DUTY" and title == "Get in touch again"]
    assert len(days) == 2, "first by his own rhythm, then by that of the class"
    assert days != sorted(set(days))[:1]


def test_whoever_is_told_and_when_stands_between_the_duties(customer, step, moment):
    row = customer(first_contact_at=moment, last_contact_at=moment, last_follow_up_at=moment)
    step(row, moment.date() + timedelta(days=1))
    notices = [one for one in told(row, moment) if one[0] == "NOTICE"]
    assert [title for _, title, _ in notices][:3] == ["Overdue", "Overdue in your team", "At risk"]


def test_the_return_to_the_pool_is_the_end(customer, moment, ask, people):
    at = moment - timedelta(days=40)
    row = customer(
        follow_grade="MID", first_contact_at=at, last_contact_at=at, last_follow_up_at=at, follow_up_count=2,
        owned_since=at,
    )  # fmt: skip
    answer = ask(people.lin, row)
    last = answer.context["groups"][-1]["lines"][-1]["event"]
    assert last.title == "Returns to the public pool"
    warned = [one for one in told(row, moment) if "warned" in one[1]]
    assert warned and warned[0][2] < last.day


def test_it_opens_as_a_page_and_as_a_dialog(regular, ask, people):
    row = regular()
    page = ask(people.lin, row).content.decode()
    dialog = ask(people.lin, row, HX_Request="true").content.decode()
    assert "<html" in page
    assert "<html" not in dialog
    assert "Get in touch again" in page
    assert "Get in touch again" in dialog


def test_who_may_not_see_the_customer_gets_nothing(regular, ask, people):
    assert ask(people.hu, regular()).status_code == 404


def test_however_much_comes_it_costs_the_same(regular, step, ask, people, moment):
    def cost(count):
        row = regular()
        for number in range(count):
            step(row, moment.date() + timedelta(days=number * 5))
        ask(people.lin, row)
        with CaptureQueriesContext(connection) as made:
            ask(people.lin, row)
        return len(made)

    assert cost(12) == cost(2)


def test_every_change_of_the_clock_has_words():
    kinds = get_args(Change) or (Change,)
    assert set(CHANGES) == set(kinds)
