"""The first start."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from genjin.instance.models import Instance
from genjin.journal.models import Entry
from genjin.people import actions, setup_code
from genjin.people.models import CalendarDay, Organisation, User

PASSWORD = "correct horse battery"
FORM = {
    "name_zh": "宁波远航", "name_en": "Far Voyage", "base_currency": "CNY", "timezone": "Asia/Shanghai",
    "country": "CN", "work_start": "08:30", "work_end": "17:30", "lunch_start": "12:00", "lunch_end": "13:00",
    "work_days": ["0", "1", "2", "3", "4"], "person_zh": "林", "person_en": "Lin",
    "email": "Boss@Example.com", "password": PASSWORD, "password_again": PASSWORD,
}  # fmt: skip
LOCAL = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def _fresh(db):
    Instance.objects.update(set_up_at=None)
    setup_code.forget()


@pytest.mark.parametrize("path", ["/", "/settings/", "/sign-in/", "/start/", "/sign-in/forgot/"])
def test_every_page_of_a_fresh_instance_leads_to_setting_it_up(client, path):
    response = client.get(path)
    assert response.status_code in (302, 404)
    if path != "/":
        assert response.url == "/setup/"


def test_the_first_start_makes_firm_and_administrator_and_signs_him_in():
    browser = Client(**LOCAL)
    assert browser.get("/setup/").status_code == 200
    response = browser.post("/setup/", FORM)
    assert response.url == "/start/"
    assert browser.get("/start/").status_code == 200
    user = User.objects.get()
    assert (user.email, user.role_id, user.state) == ("boss@example.com", "ADMINISTRATOR", "ACTIVE")
    firm = Organisation.objects.get()
    assert (firm.name_zh, f"{firm.work_start:%H:%M}", firm.work_days) == (
        "宁波远航",
        "08:30",
        [0, 1, 2, 3, 4],
    )
    assert Instance.objects.get().set_up_at is not None
    assert CalendarDay.objects.filter(source="OFFICIAL").exists()
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"create", "set_up", "refresh_calendar"}
    assert Client(**LOCAL).get("/setup/").status_code == 302


def test_of_two_browsers_one_wins_and_the_other_reads_a_sentence(moment):
    values = {"organisation": {"name_en": "Firm"}, "password": PASSWORD, "at": moment}
    actions.set_up(administrator={"email": "a@example.com", "name_en": "A"}, **values)
    with pytest.raises(ValidationError, match="already been set up"):
        actions.set_up(administrator={"email": "b@example.com", "name_en": "B"}, **values)
    assert User.objects.count() == 1
    late = Client(**LOCAL).post("/setup/", FORM)
    assert late.status_code == 409
    assert "a moment ago" in late.content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.168.1.20"},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
        {"HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1"},
    ],
)
def test_a_stranger_needs_the_code_printed_on_the_server(elsewhere):
    browser = Client(**elsewhere)
    assert "Set-up code" in browser.get("/setup/").content.decode()
    assert "This is not the code" in browser.post("/setup/", FORM).content.decode()
    assert (
        "This is not the code" in browser.post("/setup/", {**FORM, "code": "AAAA-BBBB-CCCC"}).content.decode()
    )
    assert not User.objects.exists()
    code = setup_code.read_or_make()
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert browser.post("/setup/", {**FORM, "code": f" {code.lower().replace('-', ' ')} "}).status_code == 302
    assert not setup_code.file().exists()


def test_the_code_lies_in_a_file_for_its_owner_only():
    setup_code.read_or_make()
    assert setup_code.file().stat().st_mode & 0o777 == 0o600


def test_guessing_the_code_is_locked_out():
    browser = Client(HTTP_HOST="localhost", REMOTE_ADDR="192.168.1.21")
    for _ in range(3):
        browser.post("/setup/", {**FORM, "code": "WRONG"})
    assert "Too many attempts" in browser.post("/setup/", {**FORM, "code": "WRONG"}).content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password_again": "other words here"}, "The two passwords differ."),
        ({"password": "short", "password_again": "short"}, "at least 10"),
        ({"email": "no address"}, "This is not an e-mail address."),
        ({"name_zh": "", "name_en": ""}, "Give a name in at least one language."),
        ({"person_zh": "", "person_en": ""}, "Give a name in at least one language."),
        ({"work_start": "18:00", "work_end": "09:00"}, "Work must end after it begins."),
        ({"lunch_end": ""}, "Give both the beginning and the end"),
        ({"timezone": "Mars/Base"}, "Mars/Base"),
        ({"name_zh": "x" * 500}, "at most 120"),
        ({"name_zh": "a\x00b"}, "U+0000"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(changed, sentence):
    page = Client(**LOCAL).post("/setup/", {**FORM, **changed})
    assert page.status_code == 200
    text = page.content.decode()
    assert sentence in text
    assert "boss@example.com" in text or "Boss@Example.com" in text or "email" in changed
    assert not User.objects.exists()
