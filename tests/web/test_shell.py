"""The frame: headers, ids, languages, rights, errors, palette."""

import json
import re

import pytest
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.test import RequestFactory, override_settings
from django.utils import translation

from genjin.web import answers, errors, navigation
from genjin.web.guards import public, requires
from genjin.web.middleware import RequestId, SecurityHeaders, request_id
from genjin.web.navigation import Entry, Hit
from genjin.web.templatetags.web import initials, moment, url_with


class Person:
    is_authenticated = True


class Access:
    def may(self, right):
        return right == "customers.view"


@pytest.fixture
def request_of_a_person(rf):
    request = rf.get("/x")
    request.user, request.access = Person(), Access()
    return request


@pytest.fixture
def register(monkeypatch):
    fresh = navigation._Register()
    monkeypatch.setattr(navigation, "_register", fresh)
    return fresh


def test_every_answer_forbids_foreign_and_inline_scripts_and_styles(rf):
    response = SecurityHeaders(lambda request: HttpResponse())(rf.get("/"))
    policy = response["Content-Security-Policy"]
    for part in (
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert response["Referrer-Policy"] == "same-origin"


def test_a_stricter_policy_of_a_view_is_kept(rf):
    strict = {"Content-Security-Policy": "sandbox"}
    response = SecurityHeaders(lambda request: HttpResponse(headers=strict))(rf.get("/"))
    assert response["Content-Security-Policy"] == "sandbox"


def test_no_template_holds_inline_styles_or_scripts():
    from tools.assets import ROOT

    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\bsrc=)")
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "genjin").glob("*/templates/**/*.html")
        if inline.search(path.read_text(encoding="utf-8"))
        # The text of a mail is a document of its own: it has styles, and its policy lets nothing run.
        and path.name != "body.html"
    ]
    assert wrong == []


def test_a_request_has_an_id_that_logs_can_ask_for(rf):
    seen = []
    response = RequestId(lambda request: seen.append(request_id()) or HttpResponse())(rf.get("/"))
    assert seen == [response["X-Request-Id"]]
    assert request_id() == ""


def test_a_clients_own_id_is_believed_behind_a_trusted_proxy_only(rf):
    ask = RequestId(lambda request: HttpResponse())
    with override_settings(TRUSTED_PROXIES=0):
        assert ask(rf.get("/", headers={"X-Request-Id": "abcdefgh1"}))["X-Request-Id"] != "abcdefgh1"
    with override_settings(TRUSTED_PROXIES=1):
        assert ask(rf.get("/", headers={"X-Request-Id": "abcdefgh1"}))["X-Request-Id"] == "abcdefgh1"
        assert "\n" not in ask(rf.get("/", headers={"X-Request-Id": "a b<script>"}))["X-Request-Id"]


def test_a_missing_right_is_not_found_and_a_stranger_is_led_to_sign_in(request_of_a_person, rf, settings):
    settings.LOGIN_URL = "/sign-in/"
    from django.contrib.auth.models import AnonymousUser

    view = requires("customers.view")(lambda request: HttpResponse("seen"))
    assert view(request_of_a_person).content == b"seen"
    with pytest.raises(Http404):
        requires("costs.view")(lambda request: HttpResponse())(request_of_a_person)
    stranger = rf.get("/customers/?q=a&b=c")
    stranger.user = AnonymousUser()
    assert view(stranger)["Location"].endswith("next=%2Fcustomers%2F%3Fq%3Da%26b%3Dc")
    stranger.htmx = True
    assert view(stranger).status_code == 401


def test_guards_can_be_read_by_the_test_of_every_address():
    assert requires("a.b")(lambda request: None).required_right == "a.b"
    assert public(lambda request: None).needs_sign_in is False


def test_the_rail_shows_what_one_may_use(register, request_of_a_person):
    navigation.register_entry(Entry("b", "B", "web:palette", right="costs.view"))
    navigation.register_entry(Entry("c", "C", "web:palette", right="customers.view", order=2))
    navigation.register_entry(Entry("a", "A", "web:palette", order=3))
    navigation.register_entry(Entry("later", "Later", "nowhere:yet"))
    assert [entry.name for entry in navigation.entries(request_of_a_person, "rail")] == ["c", "a"]


def test_the_palette_puts_records_before_pages_and_hides_empty_groups(register, request_of_a_person):
    navigation.register_entry(Entry("list", "Customers", "web:palette", keywords="kehu 客户"))
    navigation.register_finder("customers", "Records", lambda request, words, limit: [Hit(words, "/1")])
    with translation.override("en"):
        found = navigation.find(request_of_a_person, "kehu")
        assert [(group.label, [str(hit.label) for hit in group.hits]) for group in found] == [
            ("Records", ["kehu"]),
            ("Go to", ["Customers"]),
        ]
        assert [group.label for group in navigation.find(request_of_a_person, "")] == ["Go to"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_error_speaks_both_languages(rf, status, language):
    with translation.override(language):
        response = errors.error_page(rf.get("/"), status, error_id="abc123")
    page = response.content.decode()
    assert response.status_code == status
    assert re.search(r"<h1>[^<]+</h1>", page)
    assert re.search(r"[\u4e00-\u9fff]{4}", page.split("<h1>")[1])
    assert re.search(r"[A-Za-z]{4} [a-z]+", page.split("<h1>")[1])
    assert ("abc123" in page) == (status >= 500 or status == 403)


def test_an_error_page_needs_no_database(rf, django_assert_num_queries, db):
    request = rf.get("/")
    request.id = "0011223344"
    with django_assert_num_queries(0):
        response = errors.handler500(request)
    assert "0011223344" in response.content.decode()
    assert response["X-Error-Id"] == "0011223344"


def test_a_broken_database_still_gives_the_error_page(client, monkeypatch):
    client.raise_request_exception = False

    def broken():
        raise DatabaseError

    monkeypatch.setattr("genjin.instance.queries.current", broken)
    response = client.get("/_components", headers={"Accept-Language": "zh-CN"})
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()


def test_a_fragment_gets_its_error_as_one_plain_sentence(rf):
    response = errors.error_page(rf.get("/", headers={"HX-Request": "true"}), 404)
    assert response["Content-Type"].startswith("text/plain")
    assert "<" not in response.content.decode()


def test_a_toast_travels_in_ascii(rf):
    response = answers.toast(HttpResponse(), "已保存", undo="/undo")
    answers.trigger(response, "genjin:changed")
    events = json.loads(response["HX-Trigger"])
    assert events["genjin:toast"]["text"] == "已保存"
    assert set(events) == {"genjin:toast", "genjin:changed"}
    assert response["HX-Trigger"].isascii()


@pytest.mark.parametrize("bad", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "x", ""])
def test_nobody_is_led_to_another_site(rf, bad):
    assert answers.back_to(rf.post("/", {"next": bad}), "/home") == "/home"
    assert answers.back_to(rf.post("/", {"next": "/here?a=b"}), "/home") == "/here?a=b"


def test_an_address_keeps_its_other_parameters():
    request = RequestFactory().get("/list", {"q": "a b", "at": "x", "tag": ["1", "2"]})
    assert url_with({"request": request}, at=None, sort="-name") == "/list?q=a+b&tag=1&tag=2&sort=-name"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林晓雯", "林"), ("Faisal Al-Harbi", "FH"), ("jens", "J"), ("", "?"), ("شركة القصر", "شا")],
)
def test_a_face_has_initials(name, shown):
    assert initials(name) == shown


def test_how_long_ago_is_counted_from_business_time(rf):
    from datetime import UTC, datetime, timedelta

    request = rf.get("/")
    request.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert "42 分钟前" in moment({"request": request}, request.now - timedelta(minutes=42), "ago")
        assert "2 天前" in moment({"request": request}, request.now - timedelta(days=2), "ago")


def test_what_people_wrote_is_escaped_in_every_component():
    from genjin.web.templatetags import web

    bad = "<script>'\""
    for html in (
        web.badge(bad),
        web.dimension(bad, bad, bad),
        web.grade(1, bad, bad),
        web.clock(bad, bad),
        web.avatar(bad),
        web.icon(bad, label=bad),
    ):
        assert "<script>" not in html
