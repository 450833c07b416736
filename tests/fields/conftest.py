"""Fields of every type, defined by the administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genjin.fields import actions
from genjin.fields.models import CustomField
from tests.exchange.conftest import bring, work  # noqa: F401

CUSTOMER, CONTACT, LOG = "customers.customer", "customers.contact", "customers.interaction"
CHOICES = [{"name_zh": "月结", "name_en": "Monthly"}, {"name_zh": "预付", "name_en": "Prepaid"}]


@pytest.fixture
def define(people: Any, moment: Any) -> Callable[..., CustomField]:
    """`define("PORT", type=…, …)` makes a field of customers named so, with two choices where it has some."""

    def make(name: str, *, type: str = "TEXT", kind: str = CUSTOMER, **given: Any) -> CustomField:
        values = {"name_en": name, "by": people.admin, "at": moment} | given
        if type in CustomField.CHOSEN:
            values.setdefault("choices", CHOICES)
        return actions.create_field(kind=kind, type=type, **values)

    return make


@pytest.fixture
def every(define: Any) -> dict[str, CustomField]:
    """One field of each type on customers, by type."""
    names = {
        "TEXT": "Port", "NUMBER": "Lines", "MONEY": "Budget", "DATE": "Audit due", "CHOICE": "Terms",
        "CHOICES": "Certificates", "PERSON": "Engineer", "LINK": "Catalogue",
    }  # fmt: skip
    return {type: define(name, type=type) for type, name in names.items()}
