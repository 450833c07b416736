"""Every page of people and policy: who may open it, and what bad input does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from genjin.people.models import Absence, User

OWN = ["settings", "profile", "password", "sessions", "absences"]
ADMINISTRATOR = ["start", "organisation", "company", "invite", "teams", "team_new", "roles", "calendar"]
MANAGERS = ["users", "equipment"]
CAST = ["lin", "chen", "zhao", "zhou", "admin", "guest"]
BAD_TEXTS = {
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE people_user; --",
    "right-to-left": "שלום عليكم",
    "emoji": "😀🏴\U000e0067",
    "too long": "x" * 5000,
    "nul": "a\x00b",
    "control": "a\u202eb\x07",
}


@pytest.mark.parametrize("name", OWN + ADMINISTRATOR + MANAGERS)
@pytest.mark.parametrize("who", CAST)
def test_a_page_opens_for_those_who_may_and_is_404_for_others(sign_in, people, name, who):
    allowed = {"admin"} if name in ADMINISTRATOR else set(CAST)
    if name in MANAGERS:
        allowed = {"admin", "chen", "zhao"}
    response = sign_in(getattr(people, who)).get(reverse(f"people:{name}"))
    assert response.status_code == (200 if who in allowed else 404)


@pytest.mark.parametrize("name", OWN + ADMINISTRATOR + MANAGERS)
def test_a_page_leads_strangers_to_signing_in(client, people, name):
    address = reverse(f"people:{name}")
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("who", CAST)
def test_the_policy_is_edited_by_those_who_may(sign_in, people, who):
    browser = sign_in(getattr(people, who))
    assert browser.get(reverse("policy:index")).status_code == (200 if who in ("admin", "zhao") else 404)
    assert browser.get(reverse("policy:own")).status_code == 200
    team = browser.get(reverse("policy:team", args=[people.east.pk])).status_code
    assert team == (200 if who in ("admin", "zhao", "chen") else 404)


def test_a_manager_sees_his_own_team_only(sign_in, people):
    browser = sign_in(people.chen)
    page = browser.get(reverse("people:users")).content.decode()
    assert "lin@example.com" in page
    assert "hu@example.com" not in page
    assert browser.get(reverse("people:user", args=[people.lin.pk])).status_code == 200
    assert browser.get(reverse("people:user", args=[people.hu.pk])).status_code == 404
    assert browser.get(reverse("people:absence_new", args=[people.hu.pk])).status_code == 404


def test_the_list_of_users_makes_the_same_queries_for_more_rows(
    sign_in, people, django_assert_max_num_queries, django_assert_num_queries
):
    browser = sign_in(people.admin)
    browser.get(reverse("people:users"))
    with django_assert_max_num_queries(9) as few:
        browser.get(reverse("people:users"))
    for number in range(20):
        User.objects.create(email=f"more{number}@example.com", name_en=f"More {number}", team=people.east)
    with django_assert_num_queries(len(few)):
        browser.get(reverse("people:users"))


FORMS = {
    "profile": ({"name_en": "Lin", "theme": "auto"}, "lin"),
    "organisation": (
        {"name_en": "Firm", "base_currency": "CNY", "timezone": "Asia/Shanghai", "country": "CN",
         "work_start": "09:00", "work_end": "18:00", "work_days": ["0", "1"]},
        "admin",
    ),
    "invite": ({"email": "new@example.com", "name_en": "New", "role": "SALESPERSON"}, "admin"),
    "team_new": ({"name_en": "North"}, "admin"),
    "calendar": ({"day": "2026-12-30", "kind": "CLOSED", "name_en": "Fair"}, "admin"),
    "equipment": ({"borrower": "1", "item": "Phone", "from_day": "2026-11-24"}, "admin"),
    "company": ({"go_live_on": "2026-12-01"}, "admin"),
    "password": ({"old_password": "x", "password": "y", "password_again": "z"}, "lin"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_is_answered_with_a_sentence(sign_in, people, name):
    response = sign_in(getattr(people, FORMS[name][1])).post(reverse(f"people:{name}"), {})
    assert response.status_code in ((302,) if name == "company" else (200,))


@pytest.mark.parametrize("bad", BAD_TEXTS)
@pytest.mark.parametrize("name", FORMS)
def test_bad_text_in_any_field_is_refused_or_kept_but_never_an_error(sign_in, people, name, bad):
    values, who = FORMS[name]
    browser = sign_in(getattr(people, who))
    for field in values:
        response = browser.post(reverse(f"people:{name}"), {**values, field: BAD_TEXTS[bad]})
        assert response.status_code in (200, 302), field
        assert b"<script>alert(1)" not in response.content


@pytest.mark.parametrize("bad", BAD_TEXTS)
def test_bad_text_in_the_policy_is_refused_with_what_was_typed_kept(sign_in, people, bad):
    browser = sign_in(people.zhao)
    response = browser.post(reverse("policy:index"), {"cadence.A": BAD_TEXTS[bad]})
    assert response.status_code == 200
    assert b"Enter a whole number" in response.content or b"at most" in response.content


def test_a_name_in_any_script_is_kept(sign_in, people):
    browser = sign_in(people.lin)
    for name in ("שלום", "林😀", "Ñandú", "<b>Lin</b>"):
        response = browser.post(reverse("people:profile"), {"name_zh": name, "theme": "auto"})
        assert response.status_code == 302
        people.lin.refresh_from_db()
        assert people.lin.name_zh == name


def test_two_people_changing_one_user_lose_nothing(sign_in, people):
    admin, other = sign_in(people.admin), sign_in(people.admin)
    address = reverse("people:user", args=[people.lin.pk])

    def fields(browser):
        form = browser.get(address).context["form"]
        shown = {name: form[name].value() for name in form.fields}
        return {k: v for k, v in shown.items() if v not in (None, "", False)}

    first, second = fields(admin), fields(other)
    assert admin.post(address, {**first, "phone": "+86 1"}).status_code == 302
    assert other.post(address, {**second, "name_en": "Lin X."}).status_code == 302
    people.lin.refresh_from_db()
    assert (people.lin.phone, people.lin.name_en) == ("+86 1", "Lin X.")

    third = fields(admin)
    assert other.post(address, {**fields(other), "phone": "+86 2"}).status_code == 302
    clash = admin.post(address, {**third, "phone": "+86 3"})
    assert clash.status_code == 200
    assert "+86 2" in clash.content.decode()
    people.lin.refresh_from_db()
    assert people.lin.phone == "+86 2"


def test_tomorrow_is_the_day_after_the_business_day(sign_in, people, moment):
    given = {"first_day": "tomorrow", "last_day": "+3"}
    sign_in(people.lin).post(reverse("people:absence_new", args=[people.lin.pk]), given)
    row = people.lin.absences.get()
    today = moment.date()
    assert (row.first_day, row.last_day) == (today + timedelta(days=1), today + timedelta(days=3))


def test_absences_are_entered_changed_and_removed_by_form(sign_in, people):
    browser = sign_in(people.lin)
    new = reverse("people:absence_new", args=[people.lin.pk])
    values = {"first_day": "2026-12-01", "last_day": "2026-12-03", "deputy": people.wang.pk}
    assert browser.post(new, values).status_code == 302
    again = browser.post(new, values)
    assert "There is an absence from" in again.content.decode()
    row = Absence.objects.get()
    edit = reverse("people:absence", args=[row.pk])
    assert browser.post(edit, {**values, "last_day": "2026-12-04"}).status_code == 302
    assert sign_in(people.wang).get(edit).status_code == 404
    assert sign_in(people.chen).get(edit).status_code == 200
    assert browser.post(reverse("people:absence_remove", args=[row.pk])).status_code == 302
    assert not Absence.objects.exists()


def test_ending_access_says_what_is_still_to_be_handed_over(sign_in, people, customer):
    for _ in range(3):
        customer(owner=people.lin)
    page = sign_in(people.admin).post(reverse("people:deactivate", args=[people.lin.pk]), follow=True)
    text = page.content.decode()
    assert "Lin Xiaowen can no longer sign in." in text
    assert "Still to be handed over: 3 " in text


def test_the_first_day_shows_what_is_really_done(sign_in, people):
    page = sign_in(people.admin).get(reverse("people:start"))
    done = {step.title: step.done for step in page.context["steps"]}
    assert (done["Teams"], done["Colleagues"], done["Go-live date"], done["Your second factor"]) == (
        True, True, False, False,
    )  # fmt: skip


def test_closing_a_team_twice_leaves_it_closed(sign_in, people):
    browser, url = sign_in(people.admin), reverse("people:team_close", args=[people.west.pk])
    people.hu.team = None
    people.hu.save()
    for asked, is_active in (("close", False), ("close", False), ("open", True), ("open", True)):
        browser.post(url, {"to": asked})
        people.west.refresh_from_db()
        assert people.west.is_active is is_active
