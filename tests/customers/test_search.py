"""Customers and contacts are found from the moment they are written, by whatever is remembered of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.models import Customer
from genjin.search import queries
from genjin.search.models import Document


def titles(user, text):
    return [hit.title for hit in queries.find(user, text)]


@pytest.fixture
def firm(people, moment):
    row = {
        "name": "宁波恒泰阀门有限公司",
        "short_name": "Hengtai",
        "website": "https://www.htvalve.example/de",
        "phone": "+86 574 8700 1234",
    }
    return actions.create_customer(row=row, by=people.lin, at=moment)


@pytest.fixture
def person(firm, people, moment):
    points = [
        {"kind": "EMAIL", "value": "jens.w@nordkai.example"},
        {"kind": "MOBILE", "value": "+491715550142"},
    ]
    row = {"customer_id": firm.pk, "name": "Jens Wittkamp", "points": points}
    return actions.create_contact(row=row, by=people.lin, at=moment)


@pytest.mark.parametrize("asked", ["恒泰", "nbht", "Heng", "htvalve", "87001234", "serial"])
def test_a_new_customer_is_found_at_once(firm, people, asked):
    assert titles(people.lin, firm.number if asked == "serial" else asked) == [firm.name]


@pytest.mark.parametrize("asked", ["witt", "nordkai.example", "jens.w@nordkai.example", "5550142"])
def test_a_new_contact_is_found_at_once_and_leads_to_a_page(person, people, asked):
    (hit,) = queries.find(people.lin, asked)
    assert (hit.title, hit.note, hit.url) == (person.name, "宁波恒泰阀门有限公司", f"/contacts/{person.pk}/")


def test_a_changed_way_to_reach_somebody_is_found_and_the_former_is_not(person, people, moment):
    points = [{"kind": "EMAIL", "value": "fresh@elsewhere.example"}]
    actions.change_contact(contact_id=person.pk, changes={}, points=points, by=people.lin, at=moment)
    assert titles(people.lin, "fresh@elsewhere") == [person.name]
    assert titles(people.lin, "jens.w@nordkai.example") == []


def test_a_recycled_customer_is_not_found_nor_are_its_people_until_it_returns(firm, person, people, moment):
    actions.recycle(ids=[firm.pk], by=people.chen, at=moment)
    assert titles(people.zhao, "恒泰") == titles(people.zhao, "witt") == []
    actions.restore(ids=[firm.pk], by=people.chen, at=moment)
    assert titles(people.zhao, "恒泰") == [firm.name]
    assert titles(people.zhao, "witt") == [person.name]


def test_an_erased_person_leaves_nothing_in_the_index(person, people, moment):
    actions.erase_contact(contact_id=person.pk, by=people.chen, at=moment)
    assert not Document.objects.filter(kind="customers.contact").exists()


def test_a_lead_is_found_by_its_number_once_it_is_confirmed(people, moment):
    row = {"name": "Lead Works", "is_confirmed": False}
    lead = actions.create_customer(row=row, by=people.lin, at=moment)
    actions.confirm_customers(ids=[lead.pk], by=people.lin, at=moment)
    number = Customer.objects.get(pk=lead.pk).number
    assert number in Document.objects.get(kind="customers.customer", object_id=lead.pk).text


def test_a_colleagues_customer_and_its_people_stay_invisible(firm, person, people):
    assert titles(people.hu, "恒泰") == titles(people.hu, "witt") == []


def test_a_new_owner_finds_what_the_former_one_loses(firm, person, people, moment):
    actions.assign_owner(ids=[firm.pk], owner_id=people.hu.pk, by=people.zhao, at=moment, why="moves")
    assert titles(people.hu, "恒泰") == [firm.name]
    assert titles(people.lin, "恒泰") == titles(people.lin, "witt") == []


def test_the_palette_shows_customers_and_their_people(firm, person, sign_in, people):
    client = sign_in(people.lin)
    for asked, title in (("恒泰", firm.name), ("witt", person.name)):
        text = client.get(reverse("web:palette"), {"q": asked}, headers={"X-Palette": "1"}).content.decode()
        assert title in text


def test_what_is_not_searched_costs_the_index_nothing(firm, people, moment):
    with CaptureQueriesContext(connection) as made:
        actions.set_dimension(
            customer_ids=[firm.pk], dimension="follow_grade", value="TOP", by=people.lin, at=moment
        )
    assert not [one for one in made if "search_" in one["sql"]]


def test_many_customers_are_indexed_with_the_queries_of_few(people, moment):
    def cost(names):
        rows = [{"name": name} for name in names]
        with CaptureQueriesContext(connection) as made:
            actions.create_customers(rows=rows, by=people.lin, at=moment)
        # SQLite takes the tokens of each document in a statement of its own.
        return len([one for one in made if "INTO search_tokens" not in one["sql"]])

    cost(["First of all"])
    assert cost([f"Many {n}" for n in range(60)]) <= cost([f"Few {n}" for n in range(20)]) + 4


@pytest.mark.parametrize("asked", ["8700", "87001234", "0574 8700"])
def test_part_of_a_number_finds_a_customer_of_the_pool_but_does_not_tell_the_rest(
    firm, people, moment, asked
):
    actions.return_to_pool(ids=[firm.pk], by=people.lin, at=moment, why="No time")
    (hit,) = queries.find(people.hu, asked)
    assert (hit.title, hit.note) == (firm.name, "")


def test_what_else_tells_a_customer_apart_is_still_noted(firm, people):
    notes = {
        asked: queries.find(people.lin, asked)[0].note for asked in ("heng", firm.number, "+86 574 8700 1234")
    }
    assert notes == {"heng": "Hengtai", firm.number: firm.number, "+86 574 8700 1234": firm.phone}
