"""Today shows the ways to reach somebody to those who see them on the customer's page, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace

import pytest

from genjin.customers.models import Collaborator, Customer
from genjin.followups.searching import places
from genjin.followups.views.panels import may_see_contact_data
from genjin.people import access
from genjin.people.models import Absence, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def sees(user: User, customer: Customer) -> bool:
    request = SimpleNamespace(user=user, access=access.of(user, today=DAY))
    return may_see_contact_data(request, customer)  # type: ignore[arg-type]


def test_the_pool_is_masked_on_today_too(people: Cast, customer: Callable[..., Customer]) -> None:
    pooled = customer(owner=None)
    assert [sees(user, pooled) for user in (people.lin, people.hu, people.chen)] == [False, False, True]


def test_who_deputises_for_a_collaborator_sees_how_to_reach_people(
    people: Cast, customer: Callable[..., Customer], moment: datetime
) -> None:
    shared = customer(owner=people.lin)
    Collaborator.objects.create(customer=shared, user=people.wang, since=moment)
    assert (sees(people.wang, shared), sees(people.hu, shared)) == (True, False)
    Absence.objects.create(user=people.wang, deputy=people.hu, first_day=DAY, last_day=DAY)
    assert sees(people.hu, shared)


@pytest.mark.parametrize(
    ("website", "first"),
    [
        ("nordkai.example", ("Website", "https://nordkai.example")),
        ("http://nordkai.example/de", ("Website", "http://nordkai.example/de")),
        ("javascript://x", ("Google", "https://www.google.com/search?q=%22A+%26+B%22+phone+contact")),
        ("", ("Google", "https://www.google.com/search?q=%22A+%26+B%22+phone+contact")),
    ],
)
def test_places_to_look_begin_with_the_customers_site(website: str, first: tuple[str, str]) -> None:
    (place, *others) = places(Customer(name="A & B", website=website))
    assert (place.label, place.href) == first
    assert any("linkedin.com" in other.href for other in others)
