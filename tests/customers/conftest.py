"""What the tests of this folder share beside the common cast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from genjin.customers.models import Contact, Country, Customer


@pytest.fixture
def turkey(db: None) -> Country:
    return Country.objects.get(pk="TR")


@pytest.fixture
def contact(db: None, moment: datetime) -> Callable[..., Contact]:
    """`contact(customer, name=…)` adds a person to a customer."""

    def make(customer: Customer, **fields: Any) -> Contact:
        given = {"name": "Faisal Al-Harbi", "created_at": moment, "updated_at": moment}
        return Contact.objects.create(customer=customer, **given | fields)

    return make
