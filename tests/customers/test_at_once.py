"""Two people at the same dialog: the second sees what the first saved, and nobody overwrites unseen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.models import DimensionChange, Tag


@pytest.fixture
def row(customer):
    return customer(relationship_class="SEED")


@pytest.fixture
def opened(row, people, sign_in):
    """`opened(name)` opens a dialog as Lin and gives a function that posts it."""
    client = sign_in(people.lin)

    def run(name, *args, user=None):
        browser = sign_in(user) if user else client
        url = reverse(f"customers:{name}", args=[row.pk, *args])
        version = browser.get(url).context["form"]["version"].value()
        return lambda data: browser.post(url, {**data, "version": version})

    return run


def test_a_dimension_changed_meanwhile_is_shown_and_not_overwritten(row, people, opened, moment):
    post = opened("dimension", "fit_score")
    actions.set_dimension(customer_ids=[row.pk], dimension="fit_score", value=2, by=people.chen, at=moment)
    answer = post({"value": "5", "why": "looked again"})
    assert answer.context["form"].theirs["value"].who == str(people.chen)
    row.refresh_from_db()
    assert row.fit_score == 2


def test_a_pause_set_meanwhile_is_shown_and_not_overwritten(row, people, opened, moment):
    post = opened("pause")
    until = moment.date().replace(day=28)
    actions.set_not_before(customer_id=row.pk, until=until, reason="Trade fair", by=people.chen, at=moment)
    answer = post({"not_before": "2026-12-24", "not_before_reason": "Holidays"})
    assert set(answer.context["form"].theirs) == {"not_before", "not_before_reason"}
    row.refresh_from_db()
    assert row.not_before == until


def test_a_rhythm_set_meanwhile_is_shown_and_not_overwritten(row, people, opened, moment):
    post = opened("cadence")
    actions.set_cadence(customer_id=row.pk, days=30, reason="Asked for it", by=people.chen, at=moment)
    answer = post({"cadence_days": "10", "cadence_reason": "Busy"})
    assert "cadence_days" in answer.context["form"].theirs
    row.refresh_from_db()
    assert row.cadence_days == 30


def test_an_owner_changed_meanwhile_is_shown_and_not_overwritten(row, people, opened, moment):
    post = opened("assign", user=people.zhao)
    actions.assign_owner(ids=[row.pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="moves")
    answer = post({"owner": people.hu.pk, "why": "moves too"})
    assert answer.context["form"].theirs["owner"].text == str(people.wang)
    row.refresh_from_db()
    assert row.owner_id == people.wang.pk


def test_a_tag_put_on_meanwhile_stays_when_another_was_not_touched(row, people, opened, moment):
    fair, vip = Tag.objects.create(name="Fair"), Tag.objects.create(name="VIP")
    post = opened("tags")
    actions.tag_customers(ids=[row.pk], add=[fair.pk], by=people.chen, at=moment)
    answer = post({"tags": [vip.pk]})
    assert answer.context["form"].theirs["tags"].text == "Fair"
    assert list(row.tags.all()) == [fair]
    assert post({}).status_code == 302
    assert list(row.tags.all()) == [fair]


def test_how_an_interrupted_class_ended_has_a_row_of_its_own(row, people, moment):
    for kind in ("SMALL", "STOPPED"):
        actions.set_dimension(
            customer_ids=[row.pk], dimension="relationship_class", value="INTERRUPTED",
            details={"interrupted_kind": kind}, by=people.lin, at=moment,
        )  # fmt: skip
    told = DimensionChange.objects.filter(dimension="interrupted_kind").order_by("pk")
    assert [(one.old, one.new) for one in told] == [("", "SMALL"), ("SMALL", "STOPPED")]


def test_an_introducer_is_a_customer_found_by_typing_or_a_name(row, customer, people, sign_in):
    friend = customer(name="Qasr Al-Miyah")
    hidden = customer(name="Hidden", owner=people.hu)
    client = sign_in(people.lin)
    url = reverse("customers:edit", args=[row.pk])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields if name != "sales_channels"}
    shown = {name: value for name, value in shown.items() if value is not False}
    for wrong in (hidden.pk, row.pk, "x", "9" * 40):
        assert "referrer" in client.post(url, {**shown, "referrer": wrong}).context["form"].errors
    both = {**shown, "referrer": friend.pk, "referrer_name": "An uncle"}
    assert "referrer_name" in client.post(url, both).context["form"].errors
    assert client.post(url, {**shown, "referrer": friend.pk}).status_code == 302
    row.refresh_from_db()
    assert row.referrer == friend
    page = client.get(reverse("customers:customer", args=[row.pk])).content.decode()
    assert "Qasr Al-Miyah" in page


def test_customers_are_offered_only_to_those_who_may_see_them(people, sign_in, moment):
    made = actions.create_customer(row={"name": "Nordkai Armaturen"}, by=people.lin, at=moment)
    url = reverse("customers:options")
    offered = sign_in(people.lin).get(url, {"q": "nordk"}).json()["options"]
    assert [one["value"] for one in offered] == [made.pk]
    assert sign_in(people.hu).get(url, {"q": "nordk"}).json()["options"] == []
