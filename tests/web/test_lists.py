"""Lists page by key: the same rows, in the same order, whichever way one walks."""

import itertools
from decimal import Decimal

import pytest
from django.db import connection, models
from django.db.models import F
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.web.lists import Column, Columns, count_upto, page_for, page_of


class Thing(models.Model):
    """A row with a sort value that may be missing and one that never is."""

    name = models.TextField()
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    seen = models.DateTimeField(null=True)

    class Meta:
        app_label = "tests_web"
        managed = False
        db_table = "tests_web_thing"


COLUMNS = Columns(
    Column("name", "Name", sort="name"),
    Column("amount", "Amount", sort="amount", descending_first=True),
    Column("seen", "Seen", sort="seen"),
    Column("plain", "Plain"),
    default="name",
)


@pytest.fixture
def things(db):
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        when = "timestamptz" if connection.vendor == "postgresql" else "datetime"
        cursor.execute(
            f"CREATE TEMPORARY TABLE {quote('tests_web_thing')} (id integer PRIMARY KEY, name text NOT NULL, "
            f"amount numeric(9, 2), seen {when})"
        )
    yield Thing.objects
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {quote('tests_web_thing')}")


def walk(rows, sorting, size):
    """Every page from first to last, then back to the first."""
    pages, token = [], ""
    while True:
        page = page_of(rows, sorting, token, size=size)
        pages.append(page)
        token = page.older
        if not token or not page.rows:
            break
    back, token = [], pages[-1].newer
    while token:
        page = page_of(rows, sorting, token, size=size)
        back.append(page)
        token = page.newer
    return pages, back


def people_read(rows, sorting):
    """The order as people expect it: by value, missing ones last, equal ones by id."""
    path = sorting.column.sort
    there = sorted((r for r in rows if getattr(r, path) is not None), key=lambda r: (getattr(r, path), r.pk))
    missing = sorted((r for r in rows if getattr(r, path) is None), key=lambda r: r.pk)
    if sorting.descending:
        there, missing = there[::-1], missing[::-1]
    return [r.pk for r in there + missing]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    amounts=st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=23),
    size=st.integers(1, 5),
    asked=st.sampled_from(["amount", "-amount", "name", "-name"]),
)
def test_walking_forth_and_back_meets_every_row_once_in_order(things, amounts, size, asked):
    things.all().delete()
    things.bulk_create(
        Thing(pk=i, name=f"n{(a or 0) % 3}", amount=None if a is None else Decimal(a))
        for i, a in enumerate(amounts, 1)
    )
    sorting = COLUMNS.sorting(asked)
    pages, back = walk(things.all(), sorting, size)
    wanted = people_read(list(things.all()), sorting)
    assert [row.pk for page in pages for row in page.rows] == wanted
    assert all(len(page.rows) <= size for page in pages)
    seen_back = [row.pk for page in reversed(back) for row in page.rows]
    assert seen_back == wanted[: len(seen_back)]
    if len(pages) > 1 and pages[-1].rows:
        assert seen_back == [row.pk for page in pages[:-1] for row in page.rows]


def test_the_last_page_offers_no_next_one(things):
    things.bulk_create(Thing(pk=i, name="x") for i in range(1, 5))
    first = page_of(things.all(), COLUMNS.default, size=2)
    second = page_of(things.all(), COLUMNS.default, first.older, size=2)
    assert [row.pk for row in second.rows] == [3, 4]
    assert second.older == ""
    assert page_of(things.all(), COLUMNS.default, second.newer, size=2).newer == ""


def test_a_row_that_was_deleted_does_not_lose_the_place(things):
    things.bulk_create(Thing(pk=i, name=f"n{i}") for i in range(1, 7))
    first = page_of(things.all(), COLUMNS.default, size=2)
    things.filter(pk=2).delete()
    assert [r.pk for r in page_of(things.all(), COLUMNS.default, first.older, size=2).rows] == [3, 4]


def test_the_number_itself_can_be_sorted_by(things):
    things.bulk_create(Thing(pk=i, name="x") for i in range(1, 6))
    columns = Columns(Column("number", "Number", sort="pk"), default="-number")
    pages, _back = walk(things.all(), columns.default, 2)
    assert [r.pk for page in pages for r in page.rows] == [5, 4, 3, 2, 1]


def test_an_annotation_can_be_sorted_by(things):
    things.bulk_create(Thing(pk=i, name="x", amount=Decimal(i)) for i in range(1, 6))
    columns = Columns(Column("double", "Double", sort="double"), default="-double")
    rows = things.annotate(double=F("amount") * 2)
    pages, _back = walk(rows, columns.default, 2)
    assert [r.pk for page in pages for r in page.rows] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "token",
    [
        "x", "====", "bnVsbA", "W10", "\x00", "我", "WyJuYW1lIiwiZiIsIngiLCI5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Il0",
        "WyJuYW1lIiwiZiIsWzFdLCIxIl0", "W1tbW1tbW1tbW1tbW1tb" * 300,
    ],
)  # fmt: skip
def test_a_token_nobody_was_given_leads_to_a_page_and_no_error(things, token):
    things.create(pk=1, name="x")
    page_of(things.all(), COLUMNS.default, token)


def test_a_token_of_another_sorting_is_not_used(things):
    things.bulk_create(Thing(pk=i, name=f"n{i}") for i in range(1, 4))
    token = page_of(things.all(), COLUMNS.default, size=1).older
    page = page_of(things.all(), COLUMNS.sorting("-name"), token, size=1)
    assert [row.pk for row in page.rows] == [3]


def test_unknown_and_unsortable_columns_fall_back_to_the_default():
    for asked in (None, "", "nope", "-plain", "plain", "--name"):
        assert COLUMNS.sorting(asked) is COLUMNS.default


def test_a_head_turns_its_own_direction_and_starts_as_its_column_wants():
    shown = {c.name: c.next_sort for c in COLUMNS.shown(None, COLUMNS.sorting("name"))}
    assert shown["name"] == "-name"
    assert shown["amount"] == "-amount"
    assert shown["seen"] == "seen"


def test_counting_stops_at_the_limit(things, django_assert_num_queries):
    things.bulk_create(Thing(pk=i, name="x") for i in range(1, 13))
    with django_assert_num_queries(1):
        assert count_upto(things.all(), 10).text == "10+"
    assert count_upto(things.all(), 12).text == "12"
    assert count_upto(things.none()).text == "0"


def test_a_page_costs_two_queries_however_many_rows_it_shows(things, django_assert_num_queries):
    things.bulk_create(Thing(pk=i, name="x") for i in range(1, 60))
    for size in (2, 50):
        with django_assert_num_queries(2):
            page_for(RequestFactory().get("/"), things.all(), COLUMNS, size=size)


def test_equal_values_do_not_repeat_rows_across_pages(things):
    things.bulk_create(Thing(pk=i, name="same") for i in range(1, 8))
    pages, _back = walk(things.all(), COLUMNS.sorting("-name"), 3)
    ids = list(itertools.chain.from_iterable([r.pk for r in page.rows] for page in pages))
    assert ids == [7, 6, 5, 4, 3, 2, 1]
