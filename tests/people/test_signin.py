"""Signing in, second factor, lock-out, sessions, links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from genjin.instance.models import Instance
from genjin.people import actions, jobs, links
from genjin.people.models import User
from genjin.policy.models import CompanySwitches
from tests.conftest import PASSWORD

SIGN_IN = "/sign-in/"
PAGE = "/settings/profile/"
NEW = "an entirely new sentence"


def enter(client, user, *, login=None, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": login or user.email, "password": password, **extra})


def current_code(user):
    secret = totp.decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.mark.parametrize(
    "typed",
    ["lin@example.com", " LIN@Example.com ", "Lin Xiaowen <lin@example.com>", "mailto:lin@example.com",
     "ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "lin@example.com\u200b"],
)  # fmt: skip
def test_an_address_signs_in_however_it_was_pasted(client, people, typed):
    assert enter(client, people.lin, login=typed).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_signing_in_gives_a_new_session_key(client, people):
    client.get(SIGN_IN)
    session = client.session
    session["before"] = 1
    session.save()
    old = session.session_key
    enter(client, people.lin)
    assert client.session.session_key != old
    assert not Session.objects.filter(session_key=old).exists()


@pytest.mark.parametrize("state", ["unknown", "wrong", "inactive", "invited"])
def test_whoever_may_not_enter_learns_only_that_it_failed(client, people, moment, state):
    login, password = people.lin.email, PASSWORD
    if state == "unknown":
        login = "nobody@example.com"
    elif state == "wrong":
        password = "wrong"
    elif state == "inactive":
        actions.deactivate_user(user_id=people.lin.pk, by=people.admin, at=moment)
    else:
        User.objects.filter(pk=people.lin.pk).update(joined_at=None)
    page = enter(client, people.lin, login=login, password=password)
    assert page.status_code == 200
    assert "Address or password is wrong." in page.content.decode()


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(client, people, monkeypatch):
    hashed = []
    original = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw) or original(self, raw))
    enter(client, people.lin, login="nobody@example.com", password="guess")
    assert hashed == ["guess"]


def test_guessing_one_account_is_locked_out_and_the_sentence_says_when_to_try_again(client, people):
    for _ in range(5):
        enter(client, people.lin, password="wrong")
    page = enter(client, people.lin)
    assert "Too many attempts. Try again in 5 minutes." in page.content.decode()
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert "Too many attempts" in enter(elsewhere, people.lin).content.decode()
    assert enter(elsewhere, people.wang).status_code == 302


def test_guessing_many_accounts_from_one_address_is_locked_out(client, people):
    for number in range(10):
        enter(client, people.lin, login=f"guess{number}@example.com", password="wrong")
    assert "Try again in 1 minute." in enter(client, people.wang).content.decode()
    assert enter(Client(REMOTE_ADDR="10.0.0.9"), people.wang).status_code == 302


def test_right_passwords_are_not_counted_as_guesses(people):
    for _ in range(8):
        assert enter(Client(), people.lin).status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http://"],
)
def test_no_address_elsewhere_is_followed_after_signing_in(client, people, target):
    response = enter(client, people.lin, next=target)
    assert response.status_code == 302
    assert response.url == "/"


def test_the_page_asked_for_comes_after_signing_in(client, people):
    assert enter(client, people.lin, next=PAGE).url == PAGE


def test_signing_out_needs_a_post(sign_in, people):
    browser = sign_in(people.lin)
    assert browser.get("/sign-out/").status_code == 200
    assert browser.get(PAGE).status_code == 200
    browser.post("/sign-out/")
    assert browser.get(PAGE).status_code == 302


@pytest.mark.parametrize("path", ["/signup/", "/sign-up/", "/accounts/signup/", "/email/", "/account/email/"])
def test_there_is_no_public_sign_up(client, people, path):
    assert client.get(path).status_code == 404


def test_sessions_stop_at_once_when_somebody_is_deactivated(client, people, moment):
    enter(client, people.lin)
    assert client.get(PAGE).status_code == 200
    actions.deactivate_user(user_id=people.lin.pk, by=people.admin, at=moment)
    assert client.get(PAGE).status_code == 302
    assert not UserSession.objects.filter(user=people.lin).exists()


def test_one_other_session_can_be_ended(client, people):
    enter(client, people.lin)
    phone = Client(HTTP_USER_AGENT="Phone")
    enter(phone, people.lin)
    page = client.get("/settings/sessions/").content.decode()
    assert "Phone" in page
    row = UserSession.objects.get(user_agent="Phone")
    assert client.post(f"/settings/sessions/{row.pk}/end/").status_code == 302
    assert phone.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_nobody_ends_sessions_of_others(client, people, sign_in):
    enter(client, people.lin)
    row = UserSession.objects.get(user=people.lin)
    sign_in(people.wang).post(f"/settings/sessions/{row.pk}/end/")
    assert client.get(PAGE).status_code == 200


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, people):
    enter(client, people.lin)
    phone = Client()
    enter(phone, people.lin)
    values = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert client.post("/settings/password/", values).status_code == 302
    assert client.get(PAGE).status_code == 200
    assert phone.get(PAGE).status_code == 302
    assert enter(Client(), people.lin, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"old_password": "wrong", "password": NEW, "password_again": NEW}, "The password is wrong."),
        ({"old_password": PASSWORD, "password": "short", "password_again": "short"}, "at least 10"),
        ({"old_password": PASSWORD, "password": NEW, "password_again": "x"}, "The two passwords differ."),
    ],
)
def test_a_new_password_is_refused_with_a_sentence(client, people, values, sentence):
    enter(client, people.lin)
    assert sentence in client.post("/settings/password/", values).content.decode()


def test_a_second_factor_is_set_up_and_asked_for(client, people):
    enter(client, people.lin)
    page = client.get("/settings/second-factor/set-up/")
    assert page.status_code == 200
    secret = client.session[totp.SECRET_SESSION_KEY]
    assert secret in page.content.decode()
    assert (
        "This code is wrong"
        in client.post("/settings/second-factor/set-up/", {"code": "000000"}).content.decode()
    )
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post("/settings/second-factor/set-up/", {"code": code}).status_code == 302
    assert client.get("/settings/recovery-codes/").status_code == 200

    other = Client()
    response = enter(other, people.lin, next=PAGE)
    assert response.url.startswith("/sign-in/code/")
    assert other.get(PAGE).status_code == 302
    assert other.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    response = other.post("/sign-in/code/", {"code": current_code(people.lin)})
    assert response.status_code == 302
    assert other.get(PAGE).status_code == 200


def test_a_recovery_code_works_once(client, people):
    totp.TOTP.activate(people.lin, totp.generate_totp_secret())
    codes = RecoveryCodes.activate(people.lin).get_unused_codes()
    enter(client, people.lin)
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    assert client.get(PAGE).status_code == 200
    again = Client()
    enter(again, people.lin)
    assert again.post("/sign-in/code/", {"code": codes[0]}).status_code == 200
    assert again.get(PAGE).status_code == 302


def test_a_required_second_factor_comes_before_everything(client, people):
    CompanySwitches.objects.update(second_factor_required=True)
    enter(client, people.lin)
    assert client.get(PAGE).url == "/settings/second-factor/set-up/"
    assert client.get("/settings/absences/", HTTP_HX_REQUEST="true").headers["HX-Redirect"]
    assert client.get("/settings/second-factor/set-up/").status_code == 200
    totp.TOTP.activate(people.lin, totp.generate_totp_secret())
    assert client.get(PAGE).status_code == 200


def test_an_administrator_without_one_cannot_require_a_second_factor(sign_in, people):
    page = sign_in(people.admin).post("/settings/company/", {"second_factor_required": "on"})
    assert "Set up your own second factor first." in page.content.decode()
    assert not CompanySwitches.objects.get().second_factor_required


def test_an_invitation_works_once_and_signs_in(client, people, moment, sign_in):
    page = sign_in(people.admin).post(
        "/settings/users/invite/", {"email": "New@Example.com ", "name_en": "New", "role": "SALESPERSON"}
    )
    url = page.context["url"]
    assert url in page.content.decode()
    path = "/join/" + url.split("/join/")[1]
    assert client.get(path).status_code == 200
    assert (
        "two passwords differ"
        in client.post(path, {"password": NEW, "password_again": "x", "name_en": "N"}).content.decode()
    )
    response = client.post(path, {"password": NEW, "password_again": NEW, "name_en": "New Person"})
    assert response.status_code == 302
    assert client.get(PAGE).status_code == 200
    user = User.objects.get(email="new@example.com")
    assert (user.state, user.name_en) == ("ACTIVE", "New Person")
    for replay in (
        Client().get(path),
        Client().post(path, {"password": PASSWORD, "password_again": PASSWORD}),
    ):
        assert replay.status_code == 410
    assert enter(Client(), user, password=NEW).status_code == 302


def test_a_new_invitation_kills_the_old_link(people, moment):
    user = actions.invite_user(values={"email": "x@example.com", "name_en": "X"}, by=people.admin, at=moment)
    old = links.token(user, links.INVITATION)
    fresh = actions.renew_invitation(user_id=user.pk, by=people.admin, at=moment + timedelta(minutes=1))
    assert links.owner(old, links.INVITATION) is None
    assert links.owner(links.token(fresh, links.INVITATION), links.INVITATION) == user


def test_a_link_expires_after_seven_days(people, moment, monkeypatch):
    token = links.token(people.lin, links.RESET)
    assert links.owner(token, links.RESET) == people.lin
    monkeypatch.setattr(links, "LIFETIME", timedelta(seconds=-1))
    assert links.owner(token, links.RESET) is None


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "x" * 5000, "\x00", "链接"])
def test_a_forged_link_is_dead(client, people, text):
    assert links.owner(text, links.RESET) is None
    assert links.owner(links.token(people.lin, links.RESET), links.INVITATION) is None


def test_a_reset_link_changes_the_password_once_and_ends_all_sessions(client, people):
    enter(client, people.lin)
    path = "/reset/" + links.token(User.objects.get(pk=people.lin.pk), links.RESET) + "/"
    other = Client()
    assert other.post(path, {"password": NEW, "password_again": NEW}).status_code == 302
    assert client.get(PAGE).status_code == 302
    assert other.post(path, {"password": PASSWORD, "password_again": PASSWORD}).status_code == 410
    assert enter(Client(), people.lin, password=NEW).status_code == 302


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown(client, people, settings):
    settings.EMAIL_HOST = "mail.example.com"
    pages = [
        client.post("/sign-in/forgot/", {"email": address})
        for address in ("lin@example.com", "no@example.com")
    ]
    texts = [page.content.decode().replace("lin@", "no@") for page in pages]
    assert "a mail with a link is on its way" in texts[0]
    assert texts[0].split("<main")[1].split("</main")[0] == texts[1].split("<main")[1].split("</main")[0]


def test_without_a_mail_account_nobody_is_promised_a_mail(client, people):
    assert "Ask your administrator" in client.get("/sign-in/forgot/").content.decode()


def test_the_mail_holds_a_working_link_in_the_readers_language(client, people, settings):
    settings.EMAIL_HOST = "mail.example.com"
    assert jobs.send_reset.func(" LIN@example.com") == "sent"
    body = mail.outbox[0].body
    path = "/reset/" + body.split("/reset/")[1].split()[0]
    assert client.get(path).status_code == 200
    assert jobs.send_reset.func("nobody@example.com") == "not sent"
    assert len(mail.outbox) == 1


def test_a_held_instance_sends_nothing_and_shows_the_link(sign_in, people, moment, settings):
    settings.EMAIL_HOST = "mail.example.com"
    Instance.objects.update(held_since=moment)
    assert jobs.send_link.func(people.lin.pk, links.RESET) == "not sent"
    page = sign_in(people.admin).post(reverse("people:user_link", args=[people.lin.pk]))
    assert "/reset/" in page.context["url"]
    assert mail.outbox == []


def test_a_page_costs_five_queries_before_its_own(client, people, django_assert_num_queries):
    enter(client, people.lin)
    client.get(PAGE)
    with django_assert_num_queries(5) as captured:
        client.get("/settings/")
    assert not [query for query in captured if query["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.parametrize("kind", ["DEMO", "TEST", "PRODUCTION"])
def test_only_a_demo_names_its_people_and_fills_in_an_address_of_theirs(people, client, monkeypatch, kind):
    monkeypatch.setattr("genjin.people.demo_people.addresses", [people.lin.email, people.admin.email])
    Instance.objects.update(kind=kind)
    address = reverse("account_login")
    page = client.get(f"{address}?next=/customers/").content.decode()
    told = [people.lin.email in page, people.admin.email in page, str(people.lin) in page]
    assert told == [kind == "DEMO"] * 3
    assert people.wang.email not in page
    for chosen in (people.lin.email, people.wang.email, "<script>"):
        page = client.get(address, {"login": chosen, "next": "/customers/"}).content.decode()
        filled = f'value="{chosen}"' in page
        assert filled == (kind == "DEMO" and chosen == people.lin.email)
        assert 'value="/customers/"' in page


def test_who_left_the_demo_or_never_joined_is_not_named(people, client, monkeypatch):
    monkeypatch.setattr("genjin.people.demo_people.addresses", [people.lin.email, people.wang.email])
    Instance.objects.update(kind=Instance.Kind.DEMO)
    User.objects.filter(pk=people.lin.pk).update(is_active=False)
    User.objects.filter(pk=people.wang.pk).update(joined_at=None)
    page = client.get(reverse("account_login")).content.decode()
    assert people.lin.email not in page and people.wang.email not in page
