"""Negotiation hints by decision role: the usual ones, and the company's own (002-22)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import Conflict, Refused
from genjin.customers.models import RoleHint
from genjin.journal.models import Entry

USUAL = "send complete material and the best plan"
USUAL_ZH = "资料备齐、给出最佳方案"


@pytest.fixture
def mine(customer, contact, people):
    row = customer(owner=people.lin)
    contact(row, decision_role="EXECUTOR")
    return row


@pytest.fixture
def seen(mine, people, sign_in):
    """The text of the customer's page, in a language."""

    def read(language="en"):
        people.lin.language = language
        people.lin.save()
        return sign_in(people.lin).get(reverse("customers:customer", args=[mine.pk])).content.decode()

    return read


@pytest.fixture
def say(people, moment):
    def do(zh="", en="", role="EXECUTOR", by=None, version=None):
        return actions.change_role_hint(
            role=role, text_zh=zh, text_en=en, by=by or people.zhao, at=moment, expected_version=version
        )

    return do


def test_the_companys_words_replace_the_usual_ones_language_by_language(seen, say):
    assert USUAL in seen() and USUAL_ZH in seen("zh-hans")
    say(en="  Always copy his boss. ")
    assert "Always copy his boss." in seen() and USUAL not in seen()
    assert USUAL_ZH in seen("zh-hans") and "Always copy" not in seen("zh-hans")
    say(zh="抄送他的上级。")
    assert USUAL in seen() and "抄送他的上级。" in seen("zh-hans")
    say()
    assert USUAL in seen() and USUAL_ZH in seen("zh-hans")


def test_who_changed_a_hint_from_what_to_what_is_journalled(say, people):
    say(en="Copy his boss.")
    hint = say(en="Copy his boss.", zh="抄送上级。")
    assert say(en="Copy his boss.", zh="抄送上级。").version == hint.version, (
        "saving the same changes nothing"
    )
    last, first = Entry.objects.filter(kind="customers.rolehint", object_id=hint.pk).order_by("-pk")
    assert (last.by, last.changes) == (people.zhao, {"text_zh": ["", "抄送上级。"]})
    assert first.changes == {"text_en": ["", "Copy his boss."]}


def test_emptiness_without_a_hint_writes_nothing(say):
    say()
    assert not RoleHint.objects.exists()
    assert not Entry.objects.filter(kind="customers.rolehint").exists()


def test_hints_need_the_right_and_fit_their_role_and_length(say, people):
    for wrong in ({"by": people.lin}, {"by": people.chen}, {"role": "BOSS"}, {"en": "x" * 301}):
        with pytest.raises(Refused):
            say(**{"zh": "不写"} | wrong)
    assert not RoleHint.objects.exists()


def test_two_who_write_the_first_hint_at_once_do_not_overwrite_each_other(say):
    say(en="Copy his boss.", version=1)
    with pytest.raises(Conflict):
        say(en="Never copy his boss.", version=1)


def test_the_screen_is_reached_from_settings_and_saves(people, sign_in, seen):
    client = sign_in(people.admin)
    screen = reverse("customers:hints")
    assert f'href="{screen}"' in client.get(reverse("customers:lists")).content.decode()
    edit = reverse("customers:edit_hint", args=["EXECUTOR"])
    shown = client.get(screen).content.decode()
    assert USUAL in shown and USUAL_ZH in shown and f'href="{edit}"' in shown
    form = client.get(edit)
    assert f"{USUAL}, cause no extra work." in form.content.decode()
    version = form.context["form"].initial["version"]
    assert client.post(edit, {"text_en": "Copy his boss.", "version": version}).url == screen
    assert "Copy his boss." in client.get(screen).content.decode()
    assert "Copy his boss." in seen()
    stale = client.post(edit, {"text_en": "Never copy his boss.", "version": version}).content.decode()
    assert "Never copy his boss." in stale and RoleHint.objects.get().text_en == "Copy his boss."
    long = client.post(edit, {"text_en": "x" * 301})
    assert long.status_code == 200 and "300" in long.content.decode()


@pytest.mark.parametrize("role", ["UNKNOWN", "BOSS"])
def test_a_role_without_hint_has_no_form(people, sign_in, role):
    edit = reverse("customers:edit_hint", args=[role])
    assert sign_in(people.admin).get(edit).status_code == 404


def test_more_people_ask_for_hints_no_more_often(mine, contact, people, sign_in, say):
    say(en="Copy his boss.")
    client, address = sign_in(people.lin), reverse("customers:customer", args=[mine.pk])

    def asked():
        with CaptureQueriesContext(connection) as seen:
            html = client.get(address).content.decode()
        return len([q for q in seen.captured_queries if "rolehint" in q["sql"]]), html.count("Copy his boss.")

    first = asked()
    for number in range(5):
        contact(mine, name=f"Person {number}", decision_role="EXECUTOR")
    assert (first, asked()) == ((1, 2), (1, 12)), "title and text of each person"
