"""A store of its own for every test, and a record to attach to."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from genjin.customers.models import Customer
from genjin.files import actions
from genjin.records import registry
from genjin.records.registry import RecordKind


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "files"


@pytest.fixture
def kind(monkeypatch):
    """Customers are on the register whether or not their folder is."""
    known = dict(registry._kinds)
    known["customers.customer"] = RecordKind(
        name="customers.customer", label="Customer", plural="Customers", model=Customer,
        visible_to=lambda user: Customer.objects.visible_to(user), title=str,
    )  # fmt: skip
    monkeypatch.setattr(registry, "_kinds", known)
    return "customers.customer"


@pytest.fixture
def put(people, moment):
    def make(data: bytes, **options):
        return actions.put(at=moment, stream=io.BytesIO(data), **options)

    return make


@pytest.fixture
def picture():
    def make(size=(1600, 900), mode="RGB", form="JPEG", **options):
        target = io.BytesIO()
        Image.new(mode, size, "navy" if mode != "L" else 30).save(target, form, **options)
        return target.getvalue()

    return make
