"""When a contact can be reached: the clock on the screen and the brain have one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from genjin.customers import local_time
from genjin.customers.models import Contact, Country, Customer
from genjin.followups import setting
from genjin.followups.gather import gather

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Openings = list[tuple[datetime, datetime]]

CHRISTMAS_EVE = datetime(2026, 12, 24, 9, tzinfo=UTC)
"""A Thursday before a holiday and a weekend."""
EVENING = {"preferred_from": time(20), "preferred_to": time(22)}
PRIVATE = {"preferred_time": Contact.PreferredTime.PRIVATE}


@pytest.fixture
def both(customer: Make) -> Callable[..., tuple[Openings, Openings]]:
    """`both(contact=…, **customer)`: a week of openings as the screen and as the brain see them."""

    def look(contact: dict[str, Any], **fields: Any) -> tuple[Openings, Openings]:
        one = customer(**fields)
        made = {"created_at": CHRISTMAS_EVE, "updated_at": CHRISTMAS_EVE}
        person = Contact.objects.create(customer=one, name="Anna", **made, **contact)
        shown = local_time.of_contacts([person], CHRISTMAS_EVE)[person.pk].place.calendar()
        (fact,) = gather([one.pk])[one.pk].contacts
        reckoned = setting.current(CHRISTMAS_EVE).base.contact_calendar(fact)
        assert reckoned is not None
        days = [CHRISTMAS_EVE.date() + timedelta(days=n) for n in range(7)]
        screen, brain = ([pair for day in days for pair in c.openings(day)] for c in (shown, reckoned))
        return screen, brain

    return look


@pytest.mark.parametrize(
    ("contact", "fields", "openings"),
    [
        ({}, {"country_id": "DE"}, 4),
        ({**EVENING}, {"country_id": "DE"}, 4),
        ({**EVENING, **PRIVATE}, {"country_id": "DE"}, 7),
        ({**EVENING, **PRIVATE, "timezone": "Asia/Tokyo"}, {}, 7),
        ({**PRIVATE}, {"country_id": "DE"}, 4),
        ({"timezone": "Europe/Berlin"}, {}, 5),
        ({"timezone": "Europe/Berlin", **EVENING}, {}, 5),
        ({"country_id": "SA"}, {"country_id": "DE"}, 5),
    ],
)
def test_the_screen_and_the_brain_agree_when_somebody_can_be_reached(
    both: Callable[..., tuple[Openings, Openings]],
    contact: dict[str, Any],
    fields: dict[str, Any],
    openings: int,
) -> None:
    screen, brain = both(contact, **fields)
    assert screen == brain
    assert len(brain) == openings


def test_a_country_that_works_over_midnight_is_no_riddle_to_the_brain(
    germany: Country, both: Callable[..., tuple[Openings, Openings]]
) -> None:
    Country.objects.filter(pk="DE").update(work_start=time(20), work_end=time(4), version=99)
    screen, brain = both({}, country_id="DE")
    assert screen == brain
    assert len(brain) == 8, "two stretches on each of the four days"
