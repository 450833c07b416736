"""Two people at the same dialog: the second sees what the first saved, and nobody overwrites unseen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.customers import actions
from genjin.customers.models import DimensionChange, Tag
from genjin.customers.views import ownership
from tests.people.test_at_once import at_once


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


def test_a_colleague_added_meanwhile_is_shown_and_stays(row, people, opened, moment):
    post = opened("collaborators")
    actions.set_collaborators(customer_ids=[row.pk], add=[people.wang.pk], by=people.chen, at=moment)
    answer = post({"people": [people.hu.pk]})
    assert answer.context["form"].theirs["people"].text == str(people.wang)
    assert sharing(row) == {people.wang.pk}


def test_a_customer_handed_over_meanwhile_returns_to_the_pool_only_when_said_again(
    row, people, sign_in, moment
):
    browser = sign_in(people.zhao)
    url = reverse("customers:to_pool", args=[row.pk])
    shown = {"why": "Never answers", "owner": browser.get(url).context["form"]["owner"].value()}
    actions.assign_owner(ids=[row.pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="moves")
    answer = browser.post(url, shown)
    assert str(people.wang) in answer.content.decode()
    row.refresh_from_db()
    assert row.owner_id == people.wang.pk
    again = {name: answer.context["form"][name].value() for name in shown}
    assert again["why"] == "Never answers"
    assert browser.post(url, again).status_code == 302
    row.refresh_from_db()
    assert row.owner_id is None


def sharing(row):
    return set(row.collaborations.values_list("user_id", flat=True))


@pytest.fixture
def in_between(monkeypatch):
    """`in_between(verb, rival)`: somebody else's save lands after the view has read, before it writes."""

    def arrange(verb, rival, place=actions):
        written = getattr(place, verb)
        rivals = [rival]

        def slow(*args, **given):
            if rivals:
                rivals.pop()(written)
            return written(*args, **given)

        monkeypatch.setattr(place, verb, slow)
        return rivals

    return arrange


def test_an_owner_changed_between_reading_and_writing_is_shown_too(row, people, opened, moment, in_between):
    def rival(write):
        write(ids=[row.pk], owner_id=people.wang.pk, by=people.chen, at=moment, why="moves")

    post = opened("assign", user=people.zhao)
    waiting = in_between("assign_owner", rival)
    answer = post({"owner": people.hu.pk, "why": "moves too"})
    assert not waiting
    assert answer.context["form"].theirs["owner"].text == str(people.wang)
    assert answer.context["form"]["owner"].value() == str(people.hu.pk)
    row.refresh_from_db()
    assert row.owner_id == people.wang.pk


def test_tags_put_on_between_reading_and_writing_are_shown_too(row, people, opened, moment, in_between):
    fair, vip = Tag.objects.create(name="Fair"), Tag.objects.create(name="VIP")
    post = opened("tags")
    waiting = in_between(
        "_tag",
        lambda _write: actions.tag_customers(ids=[row.pk], add=[fair.pk], by=people.chen, at=moment),
        place=ownership,
    )
    answer = post({"tags": [vip.pk], "new": "Fresh"})
    assert not waiting
    assert answer.context["form"].theirs["tags"].text == "Fair"
    assert set(row.tags.all()) == {fair}
    assert not Tag.objects.filter(name="Fresh").exists()


def test_colleagues_added_between_reading_and_writing_are_shown_too(row, people, opened, moment, in_between):
    post = opened("collaborators")
    waiting = in_between(
        "set_collaborators",
        lambda write: write(customer_ids=[row.pk], add=[people.wang.pk], by=people.chen, at=moment),
    )
    answer = post({"people": [people.hu.pk]})
    assert not waiting
    assert answer.context["form"].theirs["people"].text == str(people.wang)
    assert sharing(row) == {people.wang.pk}


def test_what_only_others_changed_between_reading_and_writing_is_kept(
    row, people, opened, moment, in_between
):
    post = opened("pause")
    waiting = in_between(
        "set_not_before",
        lambda _write: actions.change_customer(
            customer_id=row.pk, changes={"city": "Izmir"}, by=people.chen, at=moment
        ),
    )
    assert post({"not_before": "2026-12-24", "not_before_reason": "Holidays"}).status_code == 302
    assert not waiting
    row.refresh_from_db()
    assert (row.city, row.not_before_reason) == ("Izmir", "Holidays")


def test_who_is_overtaken_again_and_again_is_told_so(row, people, opened, moment, monkeypatch):
    def refused(**given):
        raise actions.Conflict(row, {})

    post = opened("assign", user=people.zhao)
    monkeypatch.setattr(actions, "assign_owner", refused)
    answer = post({"owner": people.hu.pk, "why": "moves"})
    assert answer.status_code == 409
    assert "same moment" in answer.content.decode()


def test_the_actions_refuse_what_was_not_known(row, people, moment):
    fair = Tag.objects.create(name="Fair")
    actions.tag_customers(ids=[row.pk], add=[fair.pk], by=people.chen, at=moment, expected=[])
    actions.set_collaborators(
        customer_ids=[row.pk], add=[people.wang.pk], by=people.chen, at=moment, expected=[]
    )
    with pytest.raises(actions.Conflict):
        actions.tag_customers(ids=[row.pk], remove=[fair.pk], by=people.lin, at=moment, expected=[])
    with pytest.raises(actions.Conflict):
        actions.set_collaborators(
            customer_ids=[row.pk], remove=[people.wang.pk], by=people.lin, at=moment, expected=[]
        )
    for verb, more in ((actions.assign_owner, {"owner_id": people.hu.pk}), (actions.return_to_pool, {})):
        with pytest.raises(actions.Conflict):
            verb(ids=[row.pk], by=people.zhao, at=moment, why="x", expected_version=row.version - 1, **more)
    assert list(row.tags.all()) == [fair]
    assert sharing(row) == {people.wang.pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["assign", "collaborators", "tags"])
def test_of_two_savers_at_the_same_moment_one_saves_and_one_is_shown_that(row, people, sign_in, name):
    fair, vip = Tag.objects.create(name="Fair"), Tag.objects.create(name="VIP")
    browsers = [sign_in(people.zhao), sign_in(people.admin)]
    url = reverse(f"customers:{name}", args=[row.pk])
    mine = {
        "assign": [{"owner": people.wang.pk, "why": "x"}, {"owner": people.hu.pk, "why": "x"}],
        "collaborators": [{"people": [people.wang.pk]}, {"people": [people.hu.pk]}],
        "tags": [{"tags": [fair.pk]}, {"tags": [vip.pk]}],
    }[name]
    for browser, data in zip(browsers, mine, strict=True):
        data["version"] = browser.get(url).context["form"]["version"].value()
    answers = at_once(*[lambda b=b, d=d: b.post(url, d) for b, d in zip(browsers, mine, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    row.refresh_from_db()
    late = next(answer for answer in answers if answer.status_code == 200)
    assert 'class="field-theirs"' in late.content.decode()
    assert len(sharing(row)) + row.tags.count() + (row.owner_id != people.lin.pk) == 1


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
