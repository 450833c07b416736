"""Whoever drops a customer of whom little was tried is told so and says why (000-06)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.customers.dropping import warning_on
from genjin.customers.models import Customer
from genjin.policy.actions import save_layer

pytestmark = pytest.mark.django_db

QUOTED = "A quoted statistic says that most orders come after the fourth."


@pytest.mark.parametrize(
    ("grade", "count", "warning"),
    [
        ("MID", 0, f"Only 0 follow-ups so far. {QUOTED}"),
        ("TOP", 1, f"Only 1 follow-up so far. {QUOTED}"),
        ("", 3, f"Only 3 follow-ups so far. {QUOTED}"),
        ("MID", 4, ""),
        ("LOW", 0, ""),
    ],
)
def test_the_warning_tells_how_little_was_tried(customer, grade, count, warning):
    assert warning_on([customer(follow_grade=grade, follow_up_count=count)]) == warning


def test_the_policy_says_what_few_is(customer, people, moment):
    one = customer(follow_up_count=2)
    assert warning_on([one]) != ""
    save_layer(scope="COMPANY", values={"few_follow_ups_warning": 2}, by=people.zhao, at=moment)
    assert warning_on([one]) == ""


def test_of_many_the_warning_counts_those_hardly_followed(customer, django_assert_max_num_queries):
    for count, grade in ((2, "MID"), (3, ""), (9, "TOP"), (0, "LOW")):
        customer(follow_up_count=count, follow_grade=grade)
    with django_assert_max_num_queries(3):
        said = warning_on(Customer.objects.all())
    assert said == f"2 of these customers have had few follow-ups so far (one only 2). {QUOTED}"


@pytest.mark.parametrize(("count", "is_warned"), [(2, True), (4, False)])
def test_who_returns_one_to_the_pool_is_warned_and_says_why(customer, people, sign_in, count, is_warned):
    one = customer(follow_up_count=count)
    url, browser = reverse("customers:to_pool", args=[one.pk]), sign_in(people.lin)
    assert (QUOTED in browser.get(url).content.decode()) is is_warned
    answer = browser.post(url, {"why": ""})
    assert list(answer.context["form"].errors) == ["why"]
    assert (QUOTED in answer.content.decode()) is is_warned
    one.refresh_from_db()
    assert one.owner == people.lin
    browser.post(url, {"why": "Closed down"})
    one.refresh_from_db()
    assert one.owner is None


def test_who_gives_one_up_as_lost_is_warned_and_says_why(customer, people, sign_in):
    one = customer(follow_up_count=1, dormancy_state="DORMANT")
    url, browser = reverse("customers:dimension", args=[one.pk, "dormancy_state"]), sign_in(people.lin)
    text = browser.get(url).content.decode()
    assert "Only 1 follow-up so far." in text
    assert (
        QUOTED not in browser.get(reverse("customers:dimension", args=[one.pk, "fit_score"])).content.decode()
    )
    answer = browser.post(url, {"value": "LOST", "why": ""})
    assert list(answer.context["form"].errors) == ["why"]
    browser.post(url, {"value": "LOST", "why": "Closed down"})
    one.refresh_from_db()
    assert one.dormancy_state == "LOST"
    assert QUOTED not in browser.get(url).content.decode()


def test_who_returns_many_to_the_pool_is_warned_and_says_why(customer, people, sign_in):
    few, many = customer(follow_up_count=3), customer(follow_up_count=8)
    browser, url = sign_in(people.lin), reverse("customers:bulk")
    form = {"verb": "pool", "ids": [few.pk, many.pk]}
    assert QUOTED in browser.post(url, form).content.decode()
    assert QUOTED not in browser.post(url, form | {"ids": [many.pk]}).content.decode()
    assert list(browser.post(url, form | {"apply": "1"}).context["form"].errors) == ["why"]
    assert Customer.objects.filter(owner=people.lin).count() == 2
    browser.post(url, form | {"apply": "1", "why": "Closed down"})
    assert not Customer.objects.filter(owner=people.lin).exists()


def test_other_things_done_to_many_warn_of_nothing(customer, people, sign_in):
    form = {"verb": "grade", "ids": [customer().pk]}
    assert sign_in(people.lin).post(reverse("customers:bulk"), form).context["warning"] == ""
