"""The pages of the countries, and who may write on them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import country_actions
from genjin.customers.actions import Conflict
from genjin.customers.models import Country, CountrySection, HolidayCorrection
from genjin.journal.models import Entry

LIST = reverse("countries:list")


def page(name, *args):
    return reverse(f"countries:{name}", args=args)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_in_both_languages(people, sign_in, customer, language):
    people.admin.language = language
    people.admin.save()
    customer(country_id="SA")
    client = sign_in(people.admin)
    addresses = [
        LIST, page("country", "SA"), page("facts", "SA"), page("section", "SA", "law"),
        page("add_correction", "SA"), page("country", "BV"), page("country", "us"),
    ]  # fmt: skip
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("asked", ["德国", "germ", "DE", "49"])
def test_a_country_is_found_by_either_name_its_code_and_its_calling_code(people, sign_in, asked):
    lines = sign_in(people.lin).get(LIST, {"q": asked}).context["lines"]
    assert lines[0]["country"].code == "DE"


def test_countries_of_ones_own_customers_come_first_with_their_number(people, sign_in, customer):
    customer(country_id="VN")
    customer(country_id="VN")
    customer(country_id="KE", owner=people.wang)
    lines = sign_in(people.lin).get(LIST).context["lines"]
    assert (lines[0]["country"].code, lines[0]["mine"]) == ("VN", 2)
    assert all(not line["mine"] for line in lines[1:])


def test_a_list_of_all_countries_costs_the_queries_of_one(people, sign_in, customer):
    client = sign_in(people.lin)
    customer(country_id="VN")
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST, {"q": "VN"})
    with CaptureQueriesContext(connection) as all_of_them:
        client.get(LIST)
    assert len(one) == len(all_of_them)


def test_a_profile_shows_only_customers_that_the_reader_may_see(people, sign_in, customer):
    customer(country_id="VN", name="Lin's customer")
    customer(country_id="VN", name="Hu's customer", owner=people.hu)
    text = sign_in(people.lin).get(page("country", "VN")).content.decode()
    assert "Lin&#x27;s customer" in text and "Hu&#x27;s customer" not in text


@pytest.mark.parametrize("code", ["XX", "zzz", "-"])
def test_a_country_that_does_not_exist_is_not_found(people, sign_in, code):
    assert sign_in(people.lin).get(page("country", code)).status_code == 404


def test_a_salesperson_writes_a_section_and_the_journal_tells_it(people, sign_in):
    client = sign_in(people.lin)
    text = "<script>alert(1)</script> 阿拉伯语 عربي 🎉\nSecond line"
    client.post(page("section", "SA", "consumption"), {"text": text})
    row = CountrySection.objects.get()
    assert (row.text, row.written_by, row.version) == (text, people.lin, 1)
    shown = client.get(page("country", "SA")).content.decode()
    assert "<script>alert" not in shown and "عربي" in shown
    entry = Entry.objects.get(kind="customers.countrysection")
    assert (entry.verb, entry.changes["text"]) == ("write", ["", text])


def test_the_second_writer_sees_what_the_first_wrote_and_loses_nothing(people, sign_in, moment):
    client, address = sign_in(people.lin), page("section", "SA", "law")
    shown = client.get(address).context["form"]["version"].value()
    country_actions.write_section(
        by=people.chen, at=moment, code="SA", section="LAW", text="Chen's text", version=0
    )  # fmt: skip
    answer = client.post(address, {"text": "Lin's text", "version": shown})
    body = answer.content.decode()
    assert "Chen&#x27;s text" in body and "Lin&#x27;s text" in body
    again = answer.context["form"].data["version"]
    client.post(address, {"text": "Both texts", "version": again})
    assert CountrySection.objects.get().text == "Both texts"


def test_an_action_with_an_old_version_is_refused(people, moment):
    given = {"by": people.lin, "at": moment, "code": "SA", "section": "LAW"}
    country_actions.write_section(**given, text="one", version=0)
    with pytest.raises(Conflict) as refused:
        country_actions.write_section(**given, text="two", version=0)
    assert refused.value.current.text == "one"


def test_those_who_only_read_are_not_offered_and_not_given_the_forms(people, sign_in):
    client = sign_in(people.guest)
    assert page("section", "SA", "law") not in client.get(page("country", "SA")).content.decode()
    for address in (page("section", "SA", "law"), page("add_correction", "SA"), page("facts", "SA")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "x"}).status_code == 404
    assert not CountrySection.objects.exists()


def test_facts_are_changed_with_the_right_to_change_policy_only(people, sign_in):
    values = {
        "region": "MIDDLE_EAST", "calling_code": "966", "currency": "SAR", "timezones": "Asia/Riyadh",
        "weekend_days": ["4"], "work_start": "08:30", "work_end": "16:00",
    }  # fmt: skip
    address = page("facts", "SA")
    assert sign_in(people.lin).post(address, values).status_code == 404
    assert sign_in(people.zhao).post(address, values).status_code == 302
    country = Country.objects.get(pk="SA")
    assert (country.weekend_days, country.work_start.hour, country.version) == ([4], 8, 2)
    entry = Entry.objects.get(kind="customers.country")
    assert set(entry.changes) == {"weekend_days", "work_start", "work_end"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezones", "Mars/Olympus"), ("timezones", ""), ("timezones", "../etc/passwd"),
        ("work_end", "09:00"),
        ("work_end", "25:99"), ("currency", "euro"), ("region", "MOON"), ("weekend_days", list("0123456")),
        ("calling_code", "+966"), ("timezones", "\x00"),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_refused_beside_its_field(people, sign_in, field, value):
    values = {
        "region": "MIDDLE_EAST", "calling_code": "966", "currency": "SAR", "timezones": "Asia/Riyadh",
        "weekend_days": ["4", "5"], "work_start": "09:00", "work_end": "18:00",
    }  # fmt: skip
    answer = sign_in(people.admin).post(page("facts", "SA"), values | {field: value})
    assert answer.status_code == 200 and answer.context["form"].errors[field]
    assert Country.objects.get(pk="SA").version == 1


def test_a_slow_period_is_added_once_shown_and_taken_back(people, sign_in):
    client = sign_in(people.lin)
    values = {
        "kind": "ADDED", "effect": "SLOW", "first_day": "2026-12-10", "last_day": "2026-12-20",
        "name_en": "Riyadh season", "warning_days": "30",
    }  # fmt: skip
    client.post(page("add_correction", "SA"), values)
    client.post(page("add_correction", "SA"), values)
    row = HolidayCorrection.objects.get()
    text = client.get(page("country", "SA")).content.decode()
    assert "Riyadh season is coming" in text
    client.post(page("remove_correction", "SA", row.pk))
    client.post(page("remove_correction", "SA", row.pk))
    assert not HolidayCorrection.objects.exists()
    verbs = Entry.objects.filter(kind="customers.holidaycorrection").order_by("id")
    assert [entry.verb for entry in verbs] == ["create", "delete"]


def test_a_correction_is_taken_back_in_its_own_country_only(people, sign_in, moment):
    row = country_actions.add_correction(
        by=people.lin, at=moment, code="SA", first_day=date(2026, 12, 1), last_day=date(2026, 12, 1),
        kind="ADDED", effect="CLOSED", name_en="x",
    )  # fmt: skip
    sign_in(people.lin).post(page("remove_correction", "DE", row.pk))
    assert HolidayCorrection.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": ""}, "first_day"), ({"first_day": "2026-02-30"}, "first_day"),
        ({"last_day": "2026-11-01"}, "last_day"), ({"last_day": "2029-01-01"}, "last_day"),
        ({"name_en": ""}, "name_zh"), ({"warning_days": "-1"}, "warning_days"), ({"kind": "X"}, "kind"),
        ({"name_en": "x" * 81}, "name_en"), ({"warning_days": "9" * 30}, "warning_days"),
    ],
)  # fmt: skip
def test_a_wrong_correction_is_refused_beside_its_field(people, sign_in, changes, field):
    values = {
        "kind": "ADDED", "effect": "CLOSED", "first_day": "2026-12-10", "name_en": "Day",
        "warning_days": "14",
    }  # fmt: skip
    answer = sign_in(people.lin).post(page("add_correction", "SA"), values | changes)
    assert answer.context["form"].errors[field]
    assert not HolidayCorrection.objects.exists()


def test_a_warning_on_the_profile_says_what_is_coming(people, sign_in, moment):
    country_actions.add_correction(
        by=None, at=moment, code="BV", first_day=moment.date() - timedelta(days=1),
        last_day=moment.date() + timedelta(days=1), kind="ADDED", effect="CLOSED", name_en="Storm",
    )  # fmt: skip
    assert "Storm until" in sign_in(people.lin).get(page("country", "BV")).content.decode()


def test_customers_of_a_country_are_links_and_unwritten_sections_one_line(customer, people, sign_in):
    row = customer(country_id="TR")
    html = sign_in(people.lin).get(page("country", "TR")).content.decode()
    assert f'href="{reverse("customers:customer", args=[row.pk])}"' in html
    assert html.count('class="unwritten') == 1
    assert 'id="section-economy"' not in html


def test_the_customers_page_warns_of_a_holiday_that_is_near(customer, people, sign_in, moment):
    row = customer(country_id="TR")
    day = moment.date() + timedelta(days=2)
    HolidayCorrection.objects.create(
        country_id="TR", kind="ADDED", effect="CLOSED", first_day=day, last_day=day, name_en="Elections",
        name_zh="选举",
    )  # fmt: skip
    url = reverse("customers:customer", args=[row.pk])
    assert "Elections" in sign_in(people.lin).get(url).content.decode()
    HolidayCorrection.objects.update(first_day=day + timedelta(days=90), last_day=day + timedelta(days=90))
    assert "Elections" not in sign_in(people.lin).get(url).content.decode()


def test_countries_with_ones_own_customers_stand_in_a_group_of_their_own(people, sign_in, customer):
    customer(country_id="SA")
    groups = sign_in(people.lin).get(LIST).context["groups"]
    _title, mine = groups[0]
    assert [line["country"].code for line in mine] == ["SA"]
    assert len(groups) == 2
    assert len(sign_in(people.guest).get(LIST).context["groups"]) == 1


def test_holidays_behind_us_are_folded_away(people, sign_in, moment):
    context = sign_in(people.lin).get(page("country", "DE")).context
    ahead = [holiday for year in context["years"] for holiday in year["holidays"]]
    assert context["past"], "by late November most of the year's holidays are over"
    assert all(holiday.last_day < context["today"] for holiday in context["past"])
    assert all(holiday.last_day >= context["today"] for holiday in ahead)
