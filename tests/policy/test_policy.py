"""The stored policy: layers, versions, sentences, who is told."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.journal.models import Entry
from genjin.policy import actions, queries, words
from genjin.policy.models import CompanySwitches, Layer
from genjin.rules.policy import Policy, catalogue


@pytest.fixture
def told(monkeypatch):
    calls: list[str] = []
    monkeypatch.setattr(actions, "_listeners", [lambda: calls.append("changed")])
    return calls


@pytest.fixture
def save(people, moment):
    def do(scope="COMPANY", subject_id=0, version=None, **values):
        named = {key.replace("__", "."): value for key, value in values.items()}
        return actions.save_layer(
            scope=scope, subject_id=subject_id, values=named, version=version, by=people.zhao, at=moment
        )

    return do


def test_without_layers_the_defaults_hold(people):
    assert queries.effective().values == Policy.default().values
    assert queries.effective(people.lin.pk).values == Policy.default().values


def test_layers_override_company_then_team_then_person(people, save):
    save(cadence__A=10)
    save("TEAM", people.east.pk, daily_followups__closed=3)
    save("PERSON", people.lin.pk, daily_followups__closed=5)
    lin, wang, hu = (queries.effective(user.pk) for user in (people.lin, people.wang, people.hu))
    key = "daily_followups.closed"
    assert (lin.number(key), wang.number(key), hu.number(key)) == (5, 3, 2)
    assert [policy.number("cadence.A") for policy in (lin, wang, hu)] == [10, 10, 10]


def test_only_what_differs_is_kept_and_saving_the_same_makes_no_version(save):
    layer = save(cadence__A=10, cadence__B=Policy.default().number("cadence.B"))
    assert layer.values == {"cadence.A": 10}
    assert save(cadence__A=10).pk == layer.pk
    assert save().version == 2
    assert queries.effective().number("cadence.A") == Policy.default().number("cadence.A")
    assert [row.version for row in queries.history("COMPANY")] == [2, 1]


@pytest.mark.parametrize(
    ("scope", "key", "value", "sentence"),
    [
        ("COMPANY", "cadence.A", 0, "whole number from"),
        ("COMPANY", "cadence.A", "soon", "Enter a whole number."),
        ("COMPANY", "complaint_first_reply", "NEVER", "Choose from what is offered."),
        ("COMPANY", "aftersales_offsets", [10, -7], "rising order"),
        ("COMPANY", "value_class.A_cumulative_percent", 96, "must not exceed"),
        ("PERSON", "call_required_after_unanswered", 2, "Only company and team"),
        ("PERSON", "short_transit_days", 5, "Only the company"),
        ("PERSON", "tracking_delay_days.TOP", 9, "only be stricter than the level above (1)"),
    ],
)
def test_what_cannot_be_is_refused_with_one_sentence_beside_its_setting(
    people, moment, scope, key, value, sentence
):
    subject = people.lin.pk if scope == "PERSON" else 0
    with pytest.raises(ValidationError) as refused:
        actions.save_layer(scope=scope, subject_id=subject, values={key: value}, by=people.zhao, at=moment)
    assert sentence in refused.value.message_dict[key][0]
    assert not Layer.objects.exists()


def test_a_company_value_that_a_lower_layer_would_weaken_is_refused(people, save):
    save("PERSON", people.lin.pk, daily_followups__closed=3)
    with pytest.raises(ValidationError, match="stricter"):
        save(daily_followups__closed=4)


def test_saving_over_somebody_elses_version_is_refused(save):
    save(cadence__A=10, version=0)
    with pytest.raises(actions.StaleLayer):
        save(cadence__A=11, version=0)


def test_each_layer_that_changes_anything_is_told_once(people, save, told):
    save(cadence__A=10)
    save("TEAM", people.west.pk, daily_followups__closed=3)
    save("PERSON", people.lin.pk, daily_followups__closed=3)
    save("PERSON", people.lin.pk, daily_followups__closed=3)
    assert len(told) == 3


def test_a_version_is_journalled_from_what_to_what(save):
    save(cadence__A=10)
    entry = Entry.objects.first()
    assert (entry.kind, entry.changes) == (
        "policy.layer",
        {"cadence.A": [Policy.default().number("cadence.A"), 10]},
    )


def test_many_owners_cost_two_queries(people, save, django_assert_num_queries):
    save("TEAM", people.east.pk, daily_followups__closed=3)
    ids = [user.pk for user in (people.lin, people.wang, people.hu, people.chen)]
    with django_assert_num_queries(2):
        found = queries.effective_for(ids)
    assert found[people.lin.pk] is found[people.wang.pk]
    assert found[people.lin.pk] is not found[people.hu.pk]


def test_the_go_live_date_concerns_everybody_and_other_switches_nobody(people, moment, told):
    actions.change_switches(by=people.admin, at=moment, sensitive_fields=True)
    actions.change_switches(by=people.admin, at=moment, go_live_on=moment.date())
    actions.change_switches(by=people.admin, at=moment, go_live_on=moment.date())
    assert len(told) == 1
    assert CompanySwitches.objects.get().go_live_on == moment.date()
    assert Entry.objects.filter(kind="policy.companyswitches").count() == 2


def test_every_setting_has_words_and_every_group_a_title():
    for spec in catalogue().values():
        assert words.label(spec) != spec.key, spec.key
        assert words.group(spec.group) != spec.group
        assert not spec.unit or spec.unit in words.UNITS
        assert words.value_text(spec, spec.default)


def test_the_page_saves_what_was_changed_and_shows_its_history(people, sign_in):
    browser = sign_in(people.zhao)
    page = browser.get(reverse("policy:index"))
    form = page.context["form"]
    posted = {}
    for name in form.fields:
        value = form[name].value()
        if value is False:
            continue
        posted[name] = value
    posted |= {"cadence.A": "１１"}
    assert browser.post(reverse("policy:index"), posted).status_code == 302
    assert Layer.objects.get().values == {"cadence.A": 11}
    text = browser.get(reverse("policy:index")).content.decode()
    assert "Version 1" in text
    stale = browser.post(reverse("policy:index"), {**posted, "cadence.A": "12"})
    assert stale.status_code == 200
    assert "changed this meanwhile to:" in stale.content.decode()


def test_a_salesperson_changes_his_own_numbers_only_for_the_stricter(people, sign_in):
    browser = sign_in(people.lin)
    form = browser.get(reverse("policy:own")).context["form"]
    posted = {name: form[name].value() for name in form.fields}
    weaker = browser.post(reverse("policy:own"), {**posted, "daily_followups.closed": "1"})
    assert "stricter" in weaker.content.decode()
    assert browser.post(reverse("policy:own"), {**posted, "daily_followups.closed": "4"}).status_code == 302
    assert queries.effective(people.lin.pk).number("daily_followups.closed") == 4
    assert queries.effective(people.wang.pk).number("daily_followups.closed") == 2


def test_a_personal_value_that_a_new_team_outlaws_gives_way(people, save):
    save("PERSON", people.lin.pk, daily_followups__closed=3, cadence__A=10)
    save("TEAM", people.west.pk, daily_followups__closed=5)
    people.lin.team = people.west
    people.lin.save()
    policy = queries.effective(people.lin.pk)
    assert (policy.number("daily_followups.closed"), policy.number("cadence.A")) == (5, 10)


def test_a_setting_that_an_upgrade_removed_is_passed_over(people, moment):
    Layer.objects.create(scope="COMPANY", version=1, values={"gone": 1, "cadence.A": 9}, at=moment)
    assert queries.effective().number("cadence.A") == 9


def test_every_number_stands_beside_where_it_comes_from(people, sign_in):
    page = sign_in(people.zhao).get(reverse("policy:index")).content.decode()
    assert {"000-11", "001-33", "000-44"} <= set(re.findall(r"\b\d{3}-\d{2}\b", page))


def test_ones_own_numbers_are_led_to_from_the_settings(people, sign_in):
    assert (
        f'href="{reverse("policy:own")}"'
        in sign_in(people.lin).get(reverse("people:settings")).content.decode()
    )
