"""Questions prepared once: the same answers as Django's own, with other values each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from genjin.customers.models import Contact, Country, Customer
from genjin.records.prepared import Given, Prepared, join, prefetched

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(customer: Callable[..., Customer], moment: datetime) -> list[Customer]:
    spain = Country.objects.get(pk="ES")
    return [
        customer(
            name=f"Firm {n}", custom={"n": n}, created_at=moment - timedelta(days=n),
            country=spain if n else None, annual_purchase=Decimal("12.50"), buys_in_china=True,
        )
        for n in range(3)
    ]  # fmt: skip


def asked(at: Any, ids: Any) -> QuerySet[Customer]:
    rows = Customer.objects.select_related("country", "owner").annotate(home=F("country__region"))
    return rows.filter(created_at__lt=at, pk__among=ids).order_by("pk")


def told(rows: list[Customer]) -> list[Any]:
    return [
        ({**row.__dict__, "_state": (row._state.adding, row._state.db)}, row.country, str(row.owner))
        for row in rows
    ]


def test_a_prepared_question_answers_as_the_queryset_does(firms: list[Customer], moment: datetime) -> None:
    prepared = Prepared(lambda: asked(Given("at"), Given("ids")))
    for at in (moment, moment + timedelta(days=1), moment - timedelta(days=9)):
        for ids in ([], [firms[0].pk], [row.pk for row in firms]):
            expected = Customer.objects.filter(created_at__lt=at, pk__in=ids).count()
            found = prepared(at=at, ids=ids)
            assert len(found) == expected
            assert told(found) == told(list(asked(at, ids)))


def test_it_is_compiled_once_a_shape_and_asked_once_a_use(firms: list[Customer]) -> None:
    built = []

    def rows(most: int) -> QuerySet[Customer]:
        built.append(most)
        return Customer.objects.filter(owner=Given("owner")).order_by("-pk")[:most]

    prepared = Prepared(rows)
    with CaptureQueriesContext(connection) as queries:
        sizes = [len(prepared(most, owner=firms[0].owner_id)) for most in (1, 2, 1, 2)]
    assert (sizes, built, len(queries)) == ([1, 2, 1, 2], [1, 2], 4)
    assert prepared.first(1, owner=-1) is None
    with pytest.raises(KeyError):
        prepared(1)


def test_what_cannot_be_read_by_one_statement_is_refused() -> None:
    for rows in (Customer.objects.values("pk"), Customer.objects.prefetch_related("contacts")):
        with pytest.raises(TypeError):
            Prepared(lambda rows=rows: rows)()


def test_lists_of_values_are_those_of_the_queryset(firms: list[Customer], moment: datetime) -> None:
    def rows(ids: Any) -> QuerySet[Any, Any]:
        named = Customer.objects.filter(pk__among=ids).order_by("-pk").annotate(home=F("country__region"))
        return named.values_list("name", "created_at", "home", "custom", "country_id")

    ids = [firms[0].pk, firms[2].pk]
    assert Prepared(lambda: rows(Given("ids")))(ids=ids) == list(rows(ids))


def test_columns_left_out_are_read_when_they_are_needed(firms: list[Customer]) -> None:
    (found,) = Prepared(lambda: Customer.objects.filter(pk=Given("id")).only("name"))(id=firms[1].pk)
    assert found.get_deferred_fields() >= {"custom", "country_id"}
    assert (found.name, found.custom) == ("Firm 1", {"n": 1})


def test_what_was_read_apart_stands_where_relations_do(firms: list[Customer], moment: datetime) -> None:
    Contact.objects.create(customer=firms[0], name="Ana", created_at=moment, updated_at=moment)
    rows = list(Customer.objects.order_by("pk"))
    contacts = prefetched(rows, "contacts")
    for contact in Contact.objects.all():
        contacts[contact.customer_id].append(contact)
    join(rows, "country", {"ES": Country.objects.get(pk="ES")})
    with CaptureQueriesContext(connection) as queries:
        assert [[one.name for one in row.contacts.all()] for row in rows] == [["Ana"], [], []]
        assert [str(row.country_id and row.country.pk) for row in rows] == ["None", "ES", "ES"]
    assert not queries.captured_queries
