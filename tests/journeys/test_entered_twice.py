"""Two salespeople enter the same customer under two spellings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from genjin.customers.actions import change_customer
from genjin.customers.duplicate_jobs import find_pairs
from genjin.customers.models import Customer, DuplicatePair
from genjin.people.models import User
from tests.conftest import Cast


def typed(name: str, site: str = "", **more: str) -> dict[str, str]:
    """What the form for a new customer sends."""
    return {"name": name, "country": "DE", "website": site, "follow_grade": "", **more}


def test_two_salespeople_enter_the_same_customer_under_two_spellings(
    people: Cast, moment: datetime, sign_in: Callable[[User], Client]
) -> None:
    lin, hu = sign_in(people.lin), sign_in(people.hu)
    new = reverse("customers:create")

    # Lin enters it. While Hu types the other spelling, Hu is told that it is Lin's, and nothing else of it.
    assert (
        lin.post(new, typed("Müller Werkzeugbau GmbH", "mueller-wzb.example", city="Ulm")).status_code == 302
    )
    told = hu.get(reverse("customers:duplicates"), {"name": "Mueller Werkzeugbau", "country": "DE"})
    body = told.content.decode()
    assert "Müller Werkzeugbau GmbH" in body and "Lin Xiaowen" in body
    assert "Ulm" not in body and "C00001" not in body

    # The exact spelling is refused whatever Hu ticks; what was typed stays; Lin hears of it.
    refused = hu.post(new, typed("MUELLER Werkzeugbau", anyway="1", remarks="met in Canton"))
    assert "its owner is Lin Xiaowen" in refused.content.decode()
    assert "met in Canton" in refused.content.decode()
    assert Customer.objects.count() == 1
    bell = lin.get(reverse("notifications:list")).content.decode()
    assert "Hu Jing entered “MUELLER Werkzeugbau”, which resembles this customer of yours" in bell

    # Under a spelling that leaves a doubt, Hu is asked first, and saves all the same.
    second = typed("Müller Werkzeug- und Formenbau", "www.mueller-wzb.example")
    assert "The same" in hu.post(new, second).content.decode()
    assert hu.post(new, {**second, "anyway": "1"}).status_code == 302

    # So both stand on the list of both, and of Chen, who leads Lin's team.
    find_pairs.func()
    pair = DuplicatePair.objects.get()
    for user in (people.lin, people.hu, people.chen):
        page = sign_in(user).get(reverse("customers:pairs"))
        assert [row.pk for row in page.context["page"].rows] == [pair.pk]
        both = [pair.first_id, pair.second_id]
        ways = [reverse("customers:merge", args=ids) for ids in (both, both[::-1])]
        assert any(way in page.content.decode() for way in ways)

    # Lin knows that they are two; nobody is asked again, whatever is changed.
    apart = reverse("customers:tell_apart", args=[pair.pk])
    lin.post(apart, {"why": "The son's own firm"})
    change_customer(customer_id=pair.second_id, changes={"city": "Bonn"}, by=people.hu, at=moment)
    find_pairs.func()
    assert hu.get(reverse("customers:pairs")).context["page"].rows == []
    asked = {"name": "Müller Werkzeugbau GmbH", "country": "DE", "except": pair.first_id}
    assert "Formenbau" not in lin.get(reverse("customers:duplicates"), asked).content.decode()
