"""Rows of former years: the year stands once above them, their days are told without it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genjin.customers import actions, timeline
from genjin.customers.models import Interaction
from genjin.customers.present_timeline import Reader, timeline_rows

NOBODY = Reader(0, False, False, False)


@pytest.fixture
def row(customer, people, moment):
    """A customer with a note of every 40th day in two years."""
    made = customer()
    for number in range(22):
        at = moment - timedelta(days=40 * number)
        Interaction.objects.create(
            customer=made, kind="NOTE", happened_at=at, logged_at=at, person=people.lin
        )
    return made


def years(page, moment):
    return [one.year for one in timeline_rows(page, masked=False, now=moment, reader=NOBODY) if one.year]


def test_each_former_year_is_told_once_and_this_one_never(row, moment):
    assert years(timeline.page(row), moment) == ["2025", "2024"]


def test_the_next_page_does_not_repeat_the_year_of_the_one_before(row, moment):
    first = timeline.page(row, size=12)
    second = timeline.page(row, size=12, before=first.before)
    assert years(first, moment) == ["2025"]
    assert years(second, moment) == ["2024"]


def test_days_of_former_years_are_shown_without_the_year(row, people, sign_in):
    html = sign_in(people.lin).get(f"/customers/{row.pk}/").content.decode()
    assert "<h3>2025</h3>" in html and ">11 Dec</time>" not in html.split("<h3>2025</h3>")[0]


def test_a_change_tells_numbers_words_and_days(customer, people, moment):
    made = customer()
    until = moment.date() + timedelta(days=30)
    actions.set_cadence(
        customer_id=made.pk, days=20, reason="They meet then", until=until, by=people.lin, at=moment
    )
    (told,) = timeline_rows(timeline.page(made), masked=False, now=moment, reader=NOBODY)
    # PostgreSQL keeps the fields of a JSON value in an order of its own
    assert sorted(new for _label, _old, new in told.changes) == ["20", "24 Dec", "They meet then"]
