"""Local time: right for half-hour zones, summer time of both hemispheres, weekends of all kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from genjin.customers import local_time
from genjin.customers.country_holidays import Holiday
from genjin.customers.local_time import Place, Reason, at
from genjin.customers.models import Contact, Country
from genjin.rules.facts import PreferredWindow
from genjin.rules.worktime import LocalState, daily, weekly


def resting(*weekdays):
    """A week from nine to six with these days of rest."""
    return weekly(set(range(7)) - set(weekdays), daily(9 * 60, 18 * 60))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "text"),
    [
        ("Asia/Kolkata", utc(2026, 11, 24, 4, 0), "09:30"),
        ("Asia/Kathmandu", utc(2026, 11, 24, 4, 0), "09:45"),
        ("Europe/Berlin", utc(2026, 7, 1, 8, 0), "10:00"),
        ("Europe/Berlin", utc(2026, 12, 1, 8, 0), "09:00"),
        ("Australia/Sydney", utc(2026, 1, 15, 0, 0), "11:00"),
        ("Australia/Sydney", utc(2026, 7, 15, 0, 0), "10:00"),
        ("Australia/Lord_Howe", utc(2026, 1, 15, 0, 0), "11:00"),
        ("Australia/Lord_Howe", utc(2026, 7, 15, 0, 0), "10:30"),
        ("Africa/Casablanca", utc(2026, 7, 1, 8, 0), "09:00"),
        ("Africa/Casablanca", utc(2026, 3, 1, 8, 0), "08:00"),
        ("Europe/Berlin", utc(2026, 10, 25, 0, 30), "02:30"),
        ("Europe/Berlin", utc(2026, 10, 25, 1, 30), "02:30"),
        ("Pacific/Chatham", utc(2026, 12, 1, 0, 0), "13:45"),
    ],
)
def test_clocks_there_show_the_right_time(zone, moment, text):
    assert at(Place(zone), moment).text == text


def test_in_hours_one_may_call_until_work_ends():
    here = at(Place("Europe/Berlin"), utc(2026, 11, 24, 10, 0))
    assert here.state is LocalState.IN_HOURS
    assert here.can_call_until == utc(2026, 11, 24, 17, 0)


def test_friday_is_rest_in_riyadh_and_sunday_is_work():
    riyadh = Place("Asia/Riyadh", week=resting(4, 5))
    friday = at(riyadh, utc(2026, 11, 27, 8, 0))
    assert (friday.state, friday.reason) == (LocalState.OUT, Reason.WEEKEND)
    assert friday.opens_at == utc(2026, 11, 29, 6, 0)
    assert at(riyadh, utc(2026, 11, 29, 8, 0)).state is LocalState.IN_HOURS


def test_a_single_day_of_rest_in_nepal_is_saturday():
    nepal = Place("Asia/Kathmandu", week=resting(5))
    assert at(nepal, utc(2026, 11, 28, 6, 0)).reason is Reason.WEEKEND
    assert at(nepal, utc(2026, 11, 29, 6, 0)).state is LocalState.IN_HOURS


def test_a_holiday_is_named_and_the_next_opening_lies_behind_it():
    thanksgiving = Holiday(date(2026, 11, 26), date(2026, 11, 26), "感恩节", "Thanksgiving Day")
    there = at(Place("America/New_York", holidays=(thanksgiving,)), utc(2026, 11, 26, 15, 0))
    assert there.reason is Reason.HOLIDAY
    assert there.opens_at == utc(2026, 11, 27, 14, 0)
    with translation.override("zh-hans"):
        assert "感恩节" in there.sentence


def test_slow_days_are_days_of_work():
    slow = Holiday(date(2026, 2, 18), date(2026, 3, 19), "斋月", "Ramadan", "SLOW")
    assert (
        at(Place("Asia/Riyadh", resting(4, 5), holidays=(slow,)), utc(2026, 2, 23, 8, 0)).state
        is LocalState.IN_HOURS
    )


@pytest.mark.parametrize(
    ("hour", "state", "reason"),
    [
        (1, LocalState.OUT, Reason.NIGHT), (6, LocalState.OUT, Reason.EARLY),
        (7, LocalState.SOON, Reason.EARLY),
        (8, LocalState.IN_HOURS, None), (17, LocalState.OUT, Reason.LATE), (21, LocalState.OUT, Reason.NIGHT),
    ],
)  # fmt: skip
def test_out_of_hours_says_why(hour, state, reason):
    there = at(Place("Europe/Berlin"), utc(2026, 11, 24, hour, 30))
    assert (there.state, there.reason) == (state, reason)


def test_opening_is_told_in_minutes_then_hours_then_days():
    berlin = Place("Europe/Berlin")
    assert at(berlin, utc(2026, 11, 24, 7, 30)).opens_in == "in 30 minutes"
    assert at(berlin, utc(2026, 11, 24, 3, 0)).opens_in == "in 5 hours"
    assert at(berlin, utc(2026, 11, 27, 17, 0)).opens_in == "in 3 days"
    assert at(berlin, utc(2026, 11, 24, 10, 0)).opens_in == ""


def test_preferred_hours_replace_working_hours_on_working_days():
    place = Place("Europe/Berlin", preferred=PreferredWindow(7 * 60, 8 * 60))
    assert at(place, utc(2026, 11, 24, 6, 30)).state is LocalState.IN_HOURS
    assert at(place, utc(2026, 11, 24, 10, 0)).sentence == "Outside the preferred hours"
    assert at(place, utc(2026, 11, 28, 6, 30)).reason is Reason.WEEKEND


def test_private_hours_hold_on_every_day_and_over_midnight():
    place = Place("Europe/Berlin", preferred=PreferredWindow(20 * 60, 60, is_private=True))
    saturday = at(place, utc(2026, 11, 28, 20, 0))
    assert saturday.state is LocalState.IN_HOURS
    assert saturday.can_call_until == utc(2026, 11, 29, 0, 0)


def test_a_day_that_the_clocks_shorten_still_opens_at_its_hour():
    # Lord Howe puts its clocks forward by half an hour on 4 October 2026.
    place = Place("Australia/Lord_Howe", week=resting())
    before = at(place, utc(2026, 10, 3, 14, 0))
    assert before.opens_at == utc(2026, 10, 3, 22, 0)


@pytest.fixture
def tuesday(moment):
    return moment.astimezone(UTC)


def test_a_contact_elsewhere_has_the_time_of_there(customer, tuesday):
    firm = customer(country_id="US", city="Houston, TX")
    made = {"customer": firm, "created_at": tuesday, "updated_at": tuesday}
    contacts = [
        Contact.objects.create(name="At the firm", **made),
        Contact.objects.create(name="In Los Angeles", city="Los Angeles", **made),
        Contact.objects.create(name="In Mumbai", country_id="IN", city="Mumbai", **made),
        Contact.objects.create(name="With own zone", timezone="Asia/Kathmandu", **made),
        Contact.objects.create(name="With a broken zone", timezone="Mars/Olympus", **made),
    ]
    found = local_time.of_contacts(contacts, tuesday)
    zones = [found[contact.pk].place.zone for contact in contacts]
    assert zones == [
        "America/Chicago", "America/Los_Angeles", "Asia/Kolkata", "Asia/Kathmandu", "America/Chicago",
    ]  # fmt: skip


def test_a_customer_of_unknown_place_has_no_local_time(customer, tuesday):
    assert local_time.of_customers([customer()], tuesday) == {}


def test_fifty_customers_cost_the_queries_of_one(customer, tuesday, django_assert_num_queries):
    codes = list(Country.objects.values_list("code", flat=True)[:50])
    rows = [customer(country_id=code) for code in codes]
    with django_assert_num_queries(2):
        assert len(local_time.of_customers(rows[:1], tuesday)) == 1
    with django_assert_num_queries(2):
        assert len(local_time.of_customers(rows, tuesday)) == 50


def test_corrections_of_the_country_reach_its_customers(customer, people, tuesday):
    from genjin.customers import country_actions

    firm = customer(country_id="IN")
    country_actions.add_correction(
        by=people.admin, at=tuesday, code="IN", first_day=tuesday.date(), last_day=tuesday.date(),
        kind="ADDED", effect="CLOSED", name_en="Strike",
    )  # fmt: skip
    there = local_time.of_customers([firm], tuesday + timedelta(hours=5))[firm.pk]
    assert there.reason is Reason.HOLIDAY
