"""The instance's page, the banner and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from genjin.instance import actions, queries
from genjin.instance.models import Instance
from tests.conftest import Cast

SignIn = Callable[[Any], Client]
PAGE = "/settings/instance/"


def test_an_administrator_holds_and_releases(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.admin)
    client.post(f"{PAGE}hold/")
    assert queries.current().held_reason == "BY_HAND"
    assert "This instance is held." in client.get(PAGE).content.decode()
    client.post(f"{PAGE}release/")
    assert not queries.current().is_held


def test_others_neither_hold_nor_release(people: Cast, sign_in: SignIn, moment: datetime) -> None:
    actions.hold(reason="RESTORED", at=moment)
    for name in ("lin", "chen", "zhao", "guest"):
        client = sign_in(getattr(people, name))
        assert client.post(f"{PAGE}release/").status_code == 404
        assert client.post(f"{PAGE}hold/").status_code == 404
    assert queries.current().is_held


def test_a_copy_warns_that_the_original_may_still_run(
    people: Cast, sign_in: SignIn, moment: datetime
) -> None:
    actions.hold(reason="COPIED", at=moment)
    assert "If the original still runs" in sign_in(people.admin).get(PAGE).content.decode()


def test_anybody_signed_in_moves_the_clock_of_a_demo(people: Cast, sign_in: SignIn) -> None:
    Instance.objects.update(kind="DEMO")
    client = sign_in(people.lin)
    before = queries.business_now()
    answer = client.post(f"{PAGE}clock/", {"step": "day", "next": "/settings/instance/"})
    assert answer["Location"] == "/settings/instance/"
    assert queries.business_now() - before >= timedelta(days=1)
    assert client.post(f"{PAGE}clock/", {"step": "year"}).status_code == 400
    assert client.post(f"{PAGE}clock/", {"step": "hour", "next": "//evil.example"})["Location"] == "/"


def test_production_has_no_clock_to_move(people: Cast, sign_in: SignIn) -> None:
    Instance.objects.update(kind="PRODUCTION")
    client = sign_in(people.admin)
    assert client.post(f"{PAGE}clock/", {"step": "day"}).status_code == 404
    assert client.get(f"{PAGE}clock/").status_code == 404
    assert 'name="step"' not in client.get(PAGE).content.decode()


def test_the_page_is_complete_in_chinese_too(people: Cast, sign_in: SignIn) -> None:
    people.admin.language = "zh-hans"
    people.admin.save()
    assert sign_in(people.admin).get(PAGE).status_code == 200
