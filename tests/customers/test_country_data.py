"""The shipped facts of countries agree with the libraries they were made from."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from genjin.customers import countries
from genjin.customers.city_zones import CITIES, STATES, zone_for
from genjin.customers.models import Country
from tools import make_countries

CORPORA = os.environ.get("GENJIN_CORPORA", "")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_the_file_is_what_the_script_makes_of_the_installed_libraries():
    assert make_countries.TARGET.read_text(encoding="utf-8") == make_countries.lines()


def test_every_code_has_exactly_one_region_and_a_zone_that_exists():
    listed = [code for codes in make_countries.REGIONS.values() for code in codes.split()]
    assert sorted(listed) == sorted(countries.shipped()) and len(set(listed)) == 249
    for facts in countries.shipped().values():
        assert facts.region in Country.Region.values
        assert facts.calling_code and facts.timezones
        assert all(ZoneInfo(zone) for zone in facts.timezones)


@pytest.mark.django_db
def test_all_249_countries_are_there_in_both_languages_after_the_migrations():
    rows = Country.objects.all()
    assert len(rows) == 249
    assert all(row.name_zh and row.name_en and row.timezones for row in rows)
    germany = next(row for row in rows if row.code == "DE")
    assert (germany.name_zh, germany.name_en, germany.currency) == ("德国", "Germany", "EUR")


@pytest.mark.parametrize(
    ("code", "weekend"),
    [
        ("SA", (4, 5)), ("AE", (5, 6)), ("IL", (4, 5)), ("EG", (4, 5)), ("IR", (4,)), ("IN", (6,)),
        ("NP", (5,)),
        ("BN", (4, 6)), ("AF", (3, 4)), ("DE", (5, 6)), ("BD", (4, 5)),
    ],
)  # fmt: skip
def test_weekends_are_those_of_the_country(code, weekend):
    assert countries.shipped()[code].weekend_days == weekend


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US", "America/New_York"), ("RU", "Europe/Moscow"), ("BR", "America/Sao_Paulo"),
        ("CN", "Asia/Shanghai"),
        ("AU", "Australia/Sydney"), ("ID", "Asia/Jakarta"), ("CA", "America/Toronto"), ("UA", "Europe/Kyiv"),
        ("MX", "America/Mexico_City"), ("KZ", "Asia/Almaty"), ("CL", "America/Santiago"),
        ("UZ", "Asia/Tashkent"),
    ],
)  # fmt: skip
def test_the_first_zone_is_that_of_most_people(code, zone):
    assert countries.shipped()[code].timezones[0] == zone


@pytest.mark.parametrize(
    ("code", "city", "zone"),
    [
        ("US", "Los Angeles", "America/Los_Angeles"), ("US", "洛杉矶", "America/Los_Angeles"),
        ("US", "Houston, TX", "America/Chicago"), ("US", "Austin TX 78701", "America/Chicago"),
        ("US", "Portland, ME 04101", "America/New_York"), ("US", "El Paso, TX", "America/Denver"),
        ("US", "nowhere at all", "America/New_York"), ("US", "", "America/New_York"),
        ("CA", "Richmond, BC", "America/Vancouver"), ("BR", "Manaus - AM", "America/Manaus"),
        ("BR", "SÃO PAULO", "America/Sao_Paulo"), ("MX", "蒂华纳", "America/Tijuana"),
        ("RU", "海参崴", "Asia/Vladivostok"), ("AU", "Perth WA", "Australia/Perth"),
        ("ID", "雅加达市", "Asia/Jakarta"), ("ID", "Jayapura", "Asia/Jayapura"),
        ("IN", "Los Angeles", "Asia/Kolkata"), ("KZ", "Almaty", "Asia/Almaty"),
    ],
)  # fmt: skip
def test_a_city_tells_its_zone(code, city, zone):
    assert zone_for(code, city, countries.shipped()[code].timezones) == zone


def test_the_table_of_cities_names_zones_of_the_country_only():
    for table in (CITIES, STATES):
        for code, zones in table.items():
            assert set(zones) <= set(countries.shipped()[code].timezones)


@pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
def test_weekends_follow_cldr_but_for_the_listed_exceptions():
    raw = json.loads((Path(CORPORA) / "06-calendar" / "weekData.json").read_text(encoding="utf-8"))
    week = raw["supplemental"]["weekData"]
    for code, facts in countries.shipped().items():
        first = DAYS.index(week["weekendStart"].get(code, "sat"))
        last = DAYS.index(week["weekendEnd"].get(code, "sun"))
        if code not in make_countries.WEEKENDS:
            assert facts.weekend_days == tuple(range(first, last + 1)), code


@pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
def test_calling_codes_and_currencies_agree_with_a_second_source():
    with (Path(CORPORA) / "06-calendar" / "countries.csv").open(encoding="utf-8") as stream:
        rows = {row["cca2"]: row for row in csv.DictReader(stream)}
    # Lately changed currencies and uninhabited places, where the second source is behind or silent.
    apart = {"AQ", "BV", "CW", "FM", "GS", "HM", "SL", "SX", "UM"}
    for code, facts in countries.shipped().items():
        if code in apart:
            continue
        assert facts.currency in rows[code]["currencies"], code
        full = f"{rows[code]['idd_root']}{rows[code]['idd_suffixes']}".lstrip("+")
        assert full.startswith(facts.calling_code), code
