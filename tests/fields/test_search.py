"""Customers and contacts are found by the texts and links of their custom fields."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions import change_contact, change_customer, create_contact, create_customer
from genjin.customers.models import Customer
from genjin.fields import actions
from genjin.search import queries
from genjin.search.actions import index_records
from genjin.search.jobs import rebuild_slice
from tests.fields.conftest import CONTACT

pytestmark = pytest.mark.django_db


@pytest.fixture
def titles(people):
    return lambda text: [hit.title for hit in queries.find(people.lin, text)]


def test_a_customer_is_found_by_its_texts_and_links_and_no_more_after_they_changed(
    define, people, moment, titles
):
    define("Port")
    define("Catalogue", type="LINK")
    row = {"name": "Hafen GmbH", "custom.port": "Mersin", "custom.catalogue": "https://zarvatex.example/list"}
    made = create_customer(row=row, by=people.lin, at=moment)
    assert titles("mersin") == titles("zarvatex") == ["Hafen GmbH"]
    change_customer(customer_id=made.pk, changes={"custom.port": "Izmir"}, by=people.lin, at=moment)
    assert (titles("mersin"), titles("izmir")) == ([], ["Hafen GmbH"])


def test_a_contact_is_found_by_its_texts(define, people, moment, customer, titles):
    define("School", kind=CONTACT)
    owner = customer(name="Hafen GmbH")
    row = {"customer_id": owner.pk, "name": "Jens", "custom.school": "Wilhelmshaven"}
    ann = create_contact(row=row, by=people.lin, at=moment)
    assert titles("wilhelmshaven") == ["Jens"]
    change_contact(contact_id=ann.pk, changes={"custom.school": ""}, by=people.lin, at=moment)
    assert titles("wilhelmshaven") == []


def test_nobody_is_found_by_what_not_everybody_sees_or_what_is_retired(
    define, people, moment, titles, monkeypatch
):
    monkeypatch.setattr(type(rebuild_slice), "enqueue", lambda task, *given: task.func(*given))
    field = define("Port", seen_by="MANAGERS")
    row = {"name": "Hafen GmbH", "custom.port": "Mersin"}
    create_customer(row=row, by=people.zhao, at=moment)

    def found():
        return [hit.title for hit in queries.find(people.zhao, "mersin")]

    assert found() == []
    actions.change_field(field_id=field.pk, seen_by="ALL", by=people.admin, at=moment)
    assert found() == ["Hafen GmbH"]
    actions.retire_field(field_id=field.pk, by=people.admin, at=moment)
    assert found() == []
    actions.restore_field(field_id=field.pk, by=people.admin, at=moment)
    assert found() == ["Hafen GmbH"]
    actions.change_field(field_id=field.pk, seen_by="MANAGERS", by=people.admin, at=moment)
    assert found() == []


def test_texts_of_many_cost_one_query(define, people, moment):
    define("Port")
    made = [
        create_customer(row={"name": f"Hafen {n}", "custom.port": f"Port {n}"}, by=people.lin, at=moment).pk
        for n in range(6)
    ]
    counts = []
    for ids in (made[:2], made):
        Customer.objects.filter(pk__in=ids).update(city="Kiel")
        with CaptureQueriesContext(connection) as asked:
            index_records("customers.customer", ids)
        counts.append(sum("customfield" in query["sql"] for query in asked))
    assert counts == [1, 1]
