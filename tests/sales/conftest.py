"""To whom everything is sold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genjin.customers.models import Customer


@pytest.fixture
def acme(customer: Callable[..., Customer]) -> Customer:
    """A German customer of Lin's."""
    return customer(name="Acme Lighting GmbH", short_name="Acme", country_id="DE")
