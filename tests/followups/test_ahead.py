"""The panel "Next 90 days" of the customer's page: everything that comes, each thing once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


@pytest.fixture
def ask(sign_in):
    """What the panel shows that person of a customer."""

    def run(user, row):
        return sign_in(user).get(reverse("followups:customer_panel", args=[row.pk]))

    return run


def test_a_step_that_a_person_set_stands_once_with_its_controls(customer, step, decided, ask, people):
    row = customer()
    mine = step(row, purpose="Send the drawings")
    decided(row)
    html = ask(people.lin, row).content.decode()
    assert html.count("Send the drawings") == 1
    assert reverse("customers:edit_step", args=[mine.pk]) in html
    assert reverse("customers:cancel_step", args=[mine.pk]) in html


def test_what_a_rule_asks_for_stands_between_the_steps_by_day(customer, step, decided, ask, people, moment):
    row = customer(
        value_class="A", first_contact_at=moment - timedelta(days=90), last_contact_at=moment,
        last_follow_up_at=moment, follow_up_count=3,
    )  # fmt: skip
    early = step(row, moment.date() + timedelta(days=1), purpose="First")
    late = step(row, moment.date() + timedelta(days=60), purpose="Last")
    decided(row)
    ahead = ask(people.lin, row).context["ahead"]
    assert [one.step for one in ahead if one.step] == [early, late]
    assert any(one.step is None for one in ahead[1:-1])
    assert [one.day for one in ahead] == sorted(one.day for one in ahead)


def test_a_step_beyond_the_90_days_is_not_lost(customer, step, decided, ask, people, moment):
    row = customer()
    far = step(row, moment.date() + timedelta(days=200))
    decided(row)
    assert [one.step for one in ask(people.lin, row).context["ahead"] if one.step] == [far]


def test_who_may_only_read_gets_no_controls(customer, step, decided, ask, people):
    row = customer()
    step(row)
    decided(row)
    page = ask(people.guest, row).content.decode()
    opened = [reverse(f"followups:{name}", args=[row.pk]) for name in ("what_if", "history")]
    assert re.findall(r'(?:hx-get|hx-post|action)="([^"]*)"', page) == opened, "to look is all there is"


def test_the_panel_costs_the_same_however_much_comes(customer, step, decided, ask, people, moment):
    def cost(count):
        row = customer()
        for number in range(count):
            step(row, moment.date() + timedelta(days=number))
        decided(row)
        with CaptureQueriesContext(connection) as made:
            ask(people.lin, row)
        return len(made)

    assert cost(12) == cost(2)


def test_the_card_names_each_dimension_once_and_no_letter_without_it(people, customer, sign_in):
    row = customer(value_class="C", follow_grade="TOP", grade_order=5)
    page = sign_in(people.lin).get(reverse("followups:customer", args=[row.pk])).content.decode()
    chips = re.findall(r'<span class="chip[^"]*"><i>([^<]*)</i> ([^<]*)</span>', page)
    assert ("Purchase class", "C") in chips
    assert all(name and name.lower() not in value.lower() for name, value in chips)
