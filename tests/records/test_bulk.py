"""Rows stored in bulk are those that the ORM would have stored."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext

from genjin.customers.models import Contact, ContactPoint, Customer, NextStep
from genjin.journal.models import Entry
from genjin.records import bulk

pytestmark = pytest.mark.django_db


def firms(people: Any, moment: Any, count: int) -> list[Customer]:
    return [
        Customer(
            name=f"名 {n}", short_name=f"N{n}", owner=people.lin, created_at=moment, updated_at=moment,
            created_by=people.lin, social_links={"x": ["ü", n]}, annual_purchase=Decimal("12.50"),
            protected_until=date(2026, 12, 24), buys_in_china=True,
        )
        for n in range(count)
    ]  # fmt: skip


def test_every_type_of_value_comes_back_as_it_was_and_ids_are_those_stored(people: Any, moment: Any) -> None:
    rows = firms(people, moment, 3)
    bulk.insert(rows)
    assert [row.pk for row in rows] == list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    for row in rows:
        stored = Customer.objects.get(pk=row.pk)
        assert model_to_dict(stored) == model_to_dict(row)
        assert (stored.created_at, stored.owner, stored.version) == (moment, people.lin, 1)
    more = Customer.objects.create(
        name="Next", short_name="Next", owner=people.lin, created_at=moment, updated_at=moment
    )
    assert more.pk > max(row.pk for row in rows), "the ORM goes on with the ids after them"


def test_what_was_named_before_it_was_stored_is_pointed_at(people: Any, moment: Any) -> None:
    rows = firms(people, moment, 2)
    steps = [
        NextStep(customer=row, owner=people.lin, purpose="Call", due_on=moment.date(), created_at=moment)
        for row in rows
    ]
    bulk.insert(rows)
    bulk.insert(steps)
    assert [step.customer_id for step in steps] == [row.pk for row in rows]
    assert NextStep.objects.filter(customer=rows[1]).get().state == NextStep.State.OPEN


def test_what_the_database_fills_in_is_left_to_it(people: Any, moment: Any) -> None:
    rows = [Entry(at=moment, by=people.lin, verb="x", kind="k", object_id=n, changes={}) for n in range(3)]
    bulk.insert(rows)
    found = set(Entry.objects.filter(verb="x").values_list("transaction", flat=True))
    assert (found == {None}) == (connection.vendor == "sqlite")


def test_what_the_database_refuses_is_refused_as_by_the_orm(people: Any, moment: Any) -> None:
    bulk.insert(firms(people, moment, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([ContactPoint(contact_id=10**9, kind="EMAIL", value="a", normalised="a") for _n in "ab"])
        connection.check_constraints()
    person = Contact(customer=Customer.objects.first(), name="Ann", created_at=moment, updated_at=moment)
    bulk.insert([person])
    assert Contact.objects.get().name == "Ann"


def test_each_row_gets_its_own_values_with_one_statement(people: Any, moment: Any) -> None:
    rows = firms(people, moment, 40)
    bulk.insert(rows)
    for row in rows:
        row.city, row.updated_at = f"City {row.name}", moment + timedelta(days=1)
        row.remarks = "not written"
    with CaptureQueriesContext(
        connection,
    ) as seen:
        bulk.update(rows, ["city", "updated_at"])
    assert len(seen) <= 1
    stored = Customer.objects.get(pk=rows[7].pk)
    assert (stored.city, stored.remarks) == ("City 名 7", "")


def test_a_record_made_cheaply_is_the_one_that_the_model_makes(people: Any, moment: Any) -> None:
    values: dict[str, Any] = {"name": "Nordhafen", "owner_id": people.lin.pk, "created_at": moment}
    cheap, usual = bulk.fresh(Customer, **values), Customer(**values)
    assert {k: v for k, v in cheap.__dict__.items() if k != "_state"} == {
        k: v for k, v in usual.__dict__.items() if k != "_state"
    }
    assert (cheap._state.adding, cheap.owner) == (True, people.lin)
    assert cheap.social_links is not bulk.fresh(Customer, **values).social_links
    with pytest.raises(TypeError, match="adress"):
        bulk.fresh(Customer, adress="Kai 1")
