"""A prospect nobody touched returns to the pool by the sweep; a colleague claims it and sees its history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import LogDraft
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.followups import pool
from genjin.followups.decide import decide_customers
from genjin.instance.models import Instance
from genjin.notifications import queries as notifications
from genjin.people import access
from tests.people.test_at_once import at_once


@pytest.mark.django_db
def test_a_neglected_prospect_finds_who_looks_after_it(
    customer: Any, people: Any, moment: datetime, sign_in: Any
) -> None:
    began = moment - timedelta(days=80)
    one = customer(name="Marmara Teknik", created_at=began, owned_since=began)
    elif_ = Contact.objects.create(customer=one, name="Elif", created_at=began, updated_at=began)
    ContactPoint.objects.create(
        contact=elif_, kind="EMAIL", value="elif@marmara.example", normalised="elif@marmara.example"
    )
    actions.log_interaction(
        customer_id=one.pk, draft=LogDraft(kind="MEETING", content="Wants valves DN80 in spring."),
        at=began, by=people.lin,
    )  # fmt: skip
    decide_customers([one.pk], at=moment - timedelta(days=30))
    one.refresh_from_db()
    last = one.returns_on
    assert last is not None

    # The owner is warned, does nothing, and loses it on the day that was said.
    day = moment.replace(year=last.year, month=last.month, day=last.day, hour=1, minute=10)
    assert pool.sweep(lambda: day - timedelta(days=5), lambda: False).warned == 1
    (warning,) = notifications.newest(people.lin, 5)
    assert warning.text.startswith("Marmara Teknik returns to the public pool on")
    assert pool.sweep(lambda: day, lambda: False).returned == 1

    # Three days later a colleague finds it in the pool, cannot use its contact data yet, and claims it.
    now = day + timedelta(days=3)
    Instance.objects.update(clock_offset=now - datetime.now(tz=now.tzinfo))
    wang, page = sign_in(people.wang), reverse("customers:customer", args=[one.pk])
    found = wang.get(reverse("customers:list") + "?show=pool").content.decode()
    assert "Marmara Teknik" in found
    assert "elif@marmara.example" not in wang.get(page).content.decode()
    lin = sign_in(people.lin)
    refused = lin.post(reverse("customers:claim", args=[one.pk]), follow=True).content.decode()
    assert "This customer was yours" in refused
    claimed = wang.post(reverse("customers:claim", args=[one.pk]), follow=True).content.decode()
    assert "This customer is yours now." in claimed
    for text in (
        "elif@marmara.example",
        "Wants valves DN80 in spring.",
        "By rule: no follow-up for too long",
    ):
        assert text in claimed
    assert Customer.objects.get(pk=one.pk).owner == people.wang
    assert access.of(people.lin) and lin.get(page).status_code == 404
    assert (
        notifications.newest(people.lin, 5)[0].text == "Wang Lei has claimed Marmara Teknik, which was yours."
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_has_it_and_the_other_is_told(
    customer: Any, people: Any, moment: datetime, sign_in: Any
) -> None:
    """Through the page, each in a browser of his own, several times over."""
    Instance.objects.update(clock_offset=moment - datetime.now(tz=moment.tzinfo))
    browsers = {user.pk: sign_in(user) for user in (people.wang, people.hu)}
    week = moment - timedelta(days=7)
    for number in range(3):
        one = customer(name=f"Bosphorus {number}", owner=None, pooled_at=week, created_at=week)
        page = reverse("customers:customer", args=[one.pk])
        offered = [browser.get(page).content.decode() for browser in browsers.values()]
        assert all(reverse("customers:claim", args=[one.pk]) in shown for shown in offered)

        def claims(browser: Any, to: str = reverse("customers:claim", args=[one.pk])) -> Any:
            return lambda: browser.post(to, follow=True).content.decode()

        said = dict(zip(browsers, at_once(*(claims(b) for b in browsers.values())), strict=True))
        one.refresh_from_db()
        winner = one.owner_id
        (loser,) = browsers.keys() - {winner}
        assert "This customer is yours now." in said[winner]
        assert "This customer is yours now." not in said[loser]
        assert "was faster" in said[loser], said[loser][:2000]
        assert browsers[loser].get(page).status_code == 404, "what a colleague holds is not shown"
        assert one.pool_moves.filter(kind="CLAIMED").count() == 1
