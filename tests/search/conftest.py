"""Customers and contacts as searched kinds, whatever their own folder registers."""

from __future__ import annotations

import pytest

from genjin.customers import kinds as customer_kinds
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.records import registry
from genjin.records.registry import RecordKind
from genjin.search import actions


def customer_text(row):
    lines = (row.name_local, row.short_name, row.number, row.city, row.domain, row.phone, row.main_products)
    return row.name, "\n".join(line for line in lines if line)


def contact_text(row):
    return row.name, "\n".join([row.name_local, *(point.value for point in row.points.all())])


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    kinds = (
        RecordKind(
            name="customers.customer", label="Customer", plural="Customers", model=Customer, icon="building",
            visible_to=lambda user: Customer.objects.visible_to(user), title=lambda row: row.name,
            customer_of=lambda row: row.pk, search_text=customer_text,
        ),
        RecordKind(
            name="customers.contact", label="Contact", plural="Contacts", model=Contact, icon="user",
            visible_to=lambda user: Contact.objects.visible_to(user), title=lambda row: row.name,
            customer_of=lambda row: row.customer_id, search_text=contact_text, search_prefetch=("points",),
        ),
        RecordKind(
            name="customers.country", label="Country", plural="Countries", model=Customer,
            visible_to=lambda user: Customer.objects.none(), title=str,
        ),
    )  # fmt: skip
    monkeypatch.setattr(registry, "_kinds", {kind.name: kind for kind in kinds})


@pytest.fixture
def real_kinds(kinds):
    """The kinds as their own folder registers them, with their gates."""
    customer_kinds.register_all()


@pytest.fixture
def firm(customer):
    """A customer that is in the index."""

    def make(name, **fields):
        row = customer(name=name, **fields)
        actions.index_records("customers.customer", [row.pk])
        return row

    return make


@pytest.fixture
def person(moment):
    """A contact that is in the index, with ways to reach it."""

    def make(firm, name, *points, **fields):
        row = Contact.objects.create(customer=firm, name=name, created_at=moment, updated_at=moment, **fields)
        for value in points:
            kind = ContactPoint.Kind.EMAIL if "@" in value else ContactPoint.Kind.MOBILE
            ContactPoint.objects.create(contact=row, kind=kind, value=value, normalised=value)
        actions.index_records("customers.contact", [row.pk])
        return row

    return make
