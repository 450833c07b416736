"""The customer list filtered and sorted by custom fields, with their columns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.actions import change_customer
from genjin.customers.models.customer import KIND
from genjin.fields import actions, filters
from genjin.people import access, saved_views
from genjin.web import lists

pytestmark = pytest.mark.django_db
LIST = reverse("customers:list")


@pytest.fixture
def book(every, people, customer, moment):
    """Four customers of Lin's, by name; the last one has no values."""
    monthly, prepaid = every["CHOICE"].choices.order_by("pk")
    ce, iso = every["CHOICES"].choices.order_by("pk")
    today = moment.date()
    values = {
        "Alfa": {
            "port": "Mersin", "lines": "4", "budget": ("900", "EUR"), "audit-due": today, "terms": monthly.pk,
            "certificates": [ce.pk, iso.pk], "engineer": people.wang.pk, "catalogue": "alfa.example/list",
        },
        "Beta": {
            "port": "Izmir", "lines": "12.5", "budget": ("100", "USD"), "terms": prepaid.pk,
            "audit-due": today - timedelta(days=8), "certificates": [iso.pk], "engineer": people.lin.pk,
        },
        "Gama": {
            "port": "ÇEŞME mersin", "lines": "-3", "budget": ("20000", "EUR"), "terms": monthly.pk,
            "audit-due": today + timedelta(days=20),
        },
        "Zeta": {},
    }  # fmt: skip
    found = {}
    for name, given in values.items():
        found[name] = customer(name=name, short_name=name)
        changes = {f"custom.{key}": value for key, value in given.items()}
        change_customer(customer_id=found[name].pk, changes=changes, by=people.lin, at=moment)
    return found


@pytest.fixture
def shown(people, sign_in):
    """`shown("custom.port_has=x")` gives the names that the list shows for that query."""
    browser = sign_in(people.lin)

    def names(query: str) -> list[str]:
        answer = browser.get(f"{LIST}?{query}")
        assert answer.status_code == 200
        return [row.name for row in answer.context["page"].rows]

    return names


FOUND = [
    ("custom.port_has=MERSIN", {"Alfa", "Gama"}),
    ("custom.port_has=çeşme", {"Gama"}),
    ("custom.port_has=100%25", set()),
    ("custom.port_state=NONE", {"Zeta"}),
    ("custom.catalogue_state=FILLED", {"Alfa"}),
    ("custom.catalogue_has=alfa.example", {"Alfa"}),
    ("custom.lines_from=4", {"Alfa", "Beta"}),
    ("custom.lines_from=-5&custom.lines_to=4", {"Alfa", "Gama"}),
    ("custom.lines_state=NONE", {"Zeta"}),
    ("custom.budget_from=500", {"Alfa", "Gama"}),
    ("custom.budget_to=1000&custom.budget_currency=eur", {"Alfa"}),
    ("custom.budget_currency=USD", {"Beta"}),
    ("custom.audit-due_state=today", {"Alfa"}),
    ("custom.audit-due_state=before", {"Beta"}),
    ("custom.audit-due_state=-7", {"Alfa"}),
    ("custom.audit-due_state=30", {"Alfa", "Gama"}),
    ("custom.audit-due_from=-10&custom.audit-due_to=today", {"Alfa", "Beta"}),
    ("custom.audit-due_state=NONE", {"Zeta"}),
    ("custom.lines_from=4&custom.port_has=izmir", {"Beta"}),
    ("custom.lines_from=many&custom.port_has=izmir", {"Beta"}),
    ("custom.nothing=1&custom.port_has=izmir", {"Beta"}),
]


@pytest.mark.parametrize("few", [2000, 0], ids=["few by keys", "many one by one"])
@pytest.mark.parametrize(("query", "names"), FOUND)
def test_a_filter_shows_whom_it_says(book, shown, monkeypatch, query, names, few):
    monkeypatch.setattr(filters, "FEW", few)
    assert set(shown(query)) == names


@pytest.mark.parametrize("few", [2000, 0])
def test_who_sees_everybody_finds_the_same(book, people, sign_in, monkeypatch, few):
    monkeypatch.setattr(filters, "FEW", few)
    browser = sign_in(people.zhao)

    def shown(query):
        return {row.name for row in browser.get(f"{LIST}?{query}").context["page"].rows}

    assert access.of(people.zhao).scope(KIND) == "ALL"
    assert shown("custom.lines_from=-3&custom.lines_to=4") == {"Alfa", "Gama"}
    assert shown("custom.audit-due_state=FILLED") == {"Alfa", "Beta", "Gama"}
    assert shown("custom.lines_from=4&custom.audit-due_state=before") == {"Beta"}


@pytest.mark.parametrize("few", [2000, 0])
def test_choices_and_people_are_found_by_any_of_them(book, shown, every, people, monkeypatch, few):
    monkeypatch.setattr(filters, "FEW", few)
    monthly, prepaid = every["CHOICE"].choices.order_by("pk")
    ce, iso = every["CHOICES"].choices.order_by("pk")
    assert set(shown(f"custom.terms={monthly.pk}")) == {"Alfa", "Gama"}
    assert set(shown(f"custom.terms={prepaid.pk}&custom.terms=NONE")) == {"Beta", "Zeta"}
    assert set(shown("custom.terms=NONE")) == {"Zeta"}
    assert set(shown(f"custom.certificates={ce.pk}&custom.certificates={iso.pk}")) == {"Alfa", "Beta"}
    assert set(shown(f"custom.engineer={people.wang.pk}")) == {"Alfa"}
    assert len(shown("custom.engineer=nobody")) == 4


def test_a_replaced_choice_is_found_by_the_one_that_stands_for_it(book, shown, every, people, moment):
    monthly, prepaid = every["CHOICE"].choices.order_by("pk")
    actions.retire_choice(choice_id=monthly.pk, replaced_by_id=prepaid.pk, by=people.admin, at=moment)
    assert set(shown(f"custom.terms={prepaid.pk}")) == {"Alfa", "Beta", "Gama"}


SORTS = [
    ("custom.lines", ["Gama", "Alfa", "Beta", "Zeta"]),
    ("-custom.lines", ["Beta", "Alfa", "Gama", "Zeta"]),
    ("custom.budget", ["Alfa", "Gama", "Beta", "Zeta"]),
    ("custom.audit-due", ["Beta", "Alfa", "Gama", "Zeta"]),
    ("-custom.audit-due", ["Gama", "Alfa", "Beta", "Zeta"]),
]


@pytest.mark.parametrize(("sort", "names"), SORTS)
def test_a_column_sorts_and_those_without_a_value_come_last(book, shown, sort, names):
    assert shown(f"sort={sort}") == names


def test_texts_sort_whatever_their_case(book, shown, people, moment):
    for name, port in (("Alfa", "mersin"), ("Beta", "Izmir"), ("Gama", "ALIAGA")):
        change_customer(customer_id=book[name].pk, changes={"custom.port": port}, by=people.lin, at=moment)
    assert shown("sort=custom.port") == ["Gama", "Beta", "Alfa", "Zeta"]


@pytest.mark.parametrize("sort", ["custom.lines", "-custom.budget", "custom.port", "-custom.audit-due"])
def test_pages_of_a_custom_sort_hold_everybody_once(book, people, sign_in, monkeypatch, sort):
    browser, names, at = sign_in(people.lin), [], ""
    real = lists.page_of
    monkeypatch.setattr(
        lists, "page_of", lambda rows, sorting, token, size: real(rows, sorting, token, size=2)
    )
    for _page in range(3):
        page = browser.get(f"{LIST}?sort={sort}&at={at}").context["page"]
        names += [row.name for row in page.rows]
        at = page.older
        if not at:
            break
    assert sorted(names) == ["Alfa", "Beta", "Gama", "Zeta"]


def test_ten_custom_columns_cost_a_fixed_number_of_queries(book, define, people, customer, moment, sign_in):
    for number in range(10):
        define(f"More {number}")
    keys = [f"more-{number}" for number in range(10)]
    columns = [
        "name",
        *(f"custom.{key}" for key in keys),
        "custom.terms",
        "custom.certificates",
        "custom.engineer",
    ]
    saved_views.choose_columns(list_name="customers.customer", columns=columns, by=people.lin)
    browser = sign_in(people.lin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(LIST)
        assert answer.content.count(b"<td") >= 4 * len(columns)
        return len(seen)

    queries()
    before = queries()
    for number in range(6):
        row = customer(name=f"More {number}")
        changes = {f"custom.{key}": f"{key} {number}" for key in keys} | {"custom.engineer": people.hu.pk}
        change_customer(customer_id=row.pk, changes=changes, by=people.lin, at=moment)
    assert queries() == before


def test_a_saved_view_keeps_working_when_its_field_is_retired(book, every, people, shown, sign_in, moment):
    columns = ["name", "custom.port", "custom.lines"]
    query = "custom.port_has=mersin&sort=custom.lines"
    view = saved_views.save_view(
        list_name="customers.customer", name="Mersin", query=query, columns=columns, shared=False,
        by=people.lin, at=moment,
    )  # fmt: skip
    actions.retire_field(field_id=every["TEXT"].pk, by=people.admin, at=moment)
    answer = sign_in(people.lin).get(f"{LIST}?{view.asking}")
    assert {row.name for row in answer.context["page"].rows} == {"Alfa", "Gama"}
    assert [column.name for column in answer.context["columns"]] == ["name", "custom.lines"]
    assert [str(chip.label) for chip in answer.context["chips"]] == ["Port (retired) contains"]


def test_a_field_for_managers_is_neither_filter_nor_column_for_others(
    define, people, customer, moment, sign_in
):
    define("Limit", type="NUMBER", seen_by="MANAGERS")
    found = customer()
    change_customer(customer_id=found.pk, changes={"custom.limit": 5}, by=people.chen, at=moment)
    query = f"{LIST}?custom.limit_from=9"
    mine, theirs = (sign_in(who).get(query) for who in (people.lin, people.chen))
    assert (len(mine.context["page"].rows), len(theirs.context["page"].rows)) == (1, 0)
    assert [len(a.context["all_columns"]) for a in (mine, theirs)] == [21, 22]
    page = reverse("customers:customer", args=[found.pk])
    assert b"Limit" not in sign_in(people.lin).get(f"{page}?tab=changes").content
    assert b"Limit" in sign_in(people.chen).get(f"{page}?tab=changes").content


def test_a_link_in_a_cell_opens_apart_and_is_nothing_but_http(book, people, sign_in):
    columns = ["name", "custom.catalogue", "custom.budget"]
    saved_views.choose_columns(list_name="customers.customer", columns=columns, by=people.lin)
    page = sign_in(people.lin).get(LIST).content.decode()
    assert 'href="https://alfa.example/list" target="_blank" rel="noopener noreferrer nofollow"' in page
    assert "EUR 20,000" in page


def test_relative_days_count_from_the_readers_today(book, shown):
    assert set(shown("custom.audit-due_from=%2B1")) == {"Gama"}
