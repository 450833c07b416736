"""What a changed policy would do is shown before it is saved, on a part of the customers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.followups import policy_preview, preview_actions, preview_jobs
from genjin.followups.models import Outcome, PolicyPreview, Task
from genjin.jobs.models import Job
from genjin.policy.actions import save_layer
from genjin.policy.models import Layer
from genjin.rules.policy import catalogue


@pytest.fixture
def spread(customer, moment):
    """`spread(n, …)` makes so many customers who were contacted yesterday, of purchase class B."""

    def make(count, **fields):
        at = moment - timedelta(days=1)
        usual = {
            "value_class": "B", "follow_grade": "LOW", "first_contact_at": at, "last_contact_at": at,
            "last_follow_up_at": at, "follow_up_count": 1,
        }  # fmt: skip
        return [customer(name=f"Customer {number}", **(usual | fields)) for number in range(count)]

    return make


def last(scope, subject_id, values, moment, days=30):
    """What is found in the end, as data."""
    *_rest, found = policy_preview.look(scope, subject_id, values, at=moment, days=days)
    return found.data()


def tasks(data, user, which):
    """All tasks of a person in the period."""
    return sum(sum(one[which]) for one in data["people"] if one["id"] == user.pk)


def test_a_shorter_rhythm_is_more_work_and_nothing_is_written(people, spread, moment):
    spread(3)
    before = (Task.objects.count(), Outcome.objects.count(), Layer.objects.count())
    data = last("COMPANY", 0, {"cadence.A": 3, "cadence.B": 5}, moment)
    assert tasks(data, people.lin, "then") > tasks(data, people.lin, "now") > 0
    assert (Task.objects.count(), Outcome.objects.count(), Layer.objects.count()) == before


def test_what_is_not_changed_changes_nothing(people, spread, moment):
    spread(2)
    data = last("COMPANY", 0, {}, moment)
    assert all(one["now"] == one["then"] for one in data["people"])


def test_a_team_sees_its_own_people_and_a_person_himself(people, spread, moment):
    spread(2)
    spread(2, owner=people.wang)
    spread(2, owner=people.hu)
    team = last("TEAM", people.east.pk, {"daily_followups.closed": 4}, moment)
    assert {one["id"] for one in team["people"]} == {people.lin.pk, people.wang.pk}
    own = last("PERSON", people.lin.pk, {"cadence.B": 8}, moment)
    assert {one["id"] for one in own["people"]} == {people.lin.pk}
    assert own["customers"] == 2


def test_the_owner_s_own_number_beats_the_company_s(people, spread, moment):
    spread(2)
    save_layer(scope="PERSON", subject_id=people.lin.pk, values={"cadence.B": 9}, by=people.lin, at=moment)
    data = last("COMPANY", 0, {"cadence.B": 20}, moment)
    assert tasks(data, people.lin, "then") == tasks(data, people.lin, "now")


def test_of_many_customers_an_even_part_is_drawn_by_owner_grade_and_class(people, spread, moment):
    spread(20, value_class="A")
    spread(60, value_class="C")
    spread(3, owner=people.hu)
    parts = {one.owner_id: one for one in policy_preview.draw(None, 16)}
    mine = parts[people.lin.pk]
    assert (len(mine.ids), mine.total) == (16, 80)
    from genjin.customers.models import Customer

    classes = list(Customer.objects.filter(pk__in=mine.ids).values_list("value_class", flat=True))
    assert classes.count("A") == 4
    assert len(parts[people.hu.pk].ids) == 3


def test_a_part_answers_for_all_and_gets_more_exact(people, spread, moment):
    spread(40)
    steps = list(policy_preview.look("COMPANY", 0, {"cadence.B": 10}, at=moment))
    seen = [one.looked_at for one in steps]
    assert steps[0].customers == 40
    data = [one.data() for one in policy_preview.look("COMPANY", 0, {"cadence.B": 10}, at=moment)]
    assert data[-1]["looked_at"] == 40
    assert seen[-1] == 40
    assert tasks(data[-1], people.lin, "then") > 0


def test_asking_costs_the_same_number_of_queries_for_few_and_for_many(people, spread, moment):
    def cost():
        with CaptureQueriesContext(connection) as made:
            last("COMPANY", 0, {"cadence.B": 10}, moment, days=3)
        return len(made)

    spread(3)
    cost()
    few = cost()
    spread(1)
    assert cost() == few


PAGES = [("policy:index", [], "zhao", "COMPANY"), ("policy:own", [], "lin", "PERSON")]


def sent(client, page, **values):
    """What the form would post with these values typed in."""
    form = client.get(page).context["form"]
    data = {"version": form.initial["version"]}
    for name in form.fields:
        value = form[name].value()
        if value is None or value is False or name == "version":
            continue
        data[name] = form.fields[name].prepare_value(value)
    return data | values


@pytest.mark.parametrize(("name", "args", "who", "scope"), PAGES)
def test_the_page_shows_what_a_change_would_do_before_it_saves(
    people, spread, moment, sign_in, name, args, who, scope
):
    spread(3)
    user = getattr(people, who)
    client, page = sign_in(user), reverse(name, args=args)
    typed = sent(client, page, **{"cadence.A": "4", "cadence.B": "6"})
    shown = client.post(page, typed | {"preview": "1"})
    assert Layer.objects.count() == 0
    address = shown.context["looking"]
    assert address.encode() in shown.content
    begun = client.post(address, typed)
    row = PolicyPreview.objects.get(asked_by=user)
    assert (row.scope, row.values) == (scope, {"cadence.A": 4, "cadence.B": 6})
    progress = reverse("followups:policy_preview_progress", args=[row.pk])
    assert progress in begun.content.decode()
    assert Job.objects.filter(task__endswith="preview_policy").count() == 1
    preview_jobs.preview_policy.call(row.pk)
    done = client.get(progress)
    assert "every 1s" not in done.content.decode()
    assert done.context["total"].usual[1] > done.context["total"].usual[0] > 0
    assert (done.context["looked_at"], done.context["customers"]) == (3, 3)
    saved = client.post(page, typed | {"save": "1", "looked_at": shown.context["looked_at"]})
    assert saved.status_code == 302
    assert Layer.objects.get().values == {"cadence.A": 4, "cadence.B": 6}


def test_what_was_changed_after_the_look_is_looked_at_again(people, sign_in):
    client, page = sign_in(people.zhao), reverse("policy:index")
    shown = client.post(page, sent(client, page, **{"cadence.A": "4"}) | {"preview": "1"})
    other = sent(client, page, **{"cadence.A": "5"}) | {"save": "1", "looked_at": shown.context["looked_at"]}
    again = client.post(page, other)
    assert again.context["looking"]
    assert Layer.objects.count() == 0
    assert client.post(page, other | {"looked_at": again.context["looked_at"]}).status_code == 302


def test_values_that_do_not_fit_together_are_told_beside_the_field_before_anything_is_looked_at(
    people, sign_in
):
    client, page = sign_in(people.zhao), reverse("policy:index")
    typed = sent(client, page, **{"cadence.A": "40"})
    shown = client.post(page, typed | {"preview": "1"})
    assert shown.context["form"].errors["cadence.A"]
    assert not shown.context["looking"]
    client.post(reverse("followups:policy_preview", args=["COMPANY", 0]), typed)
    assert PolicyPreview.objects.count() == 0


def test_it_can_be_stopped_and_a_newer_question_takes_its_place(people, spread, moment, sign_in):
    spread(3)
    client = sign_in(people.zhao)
    row = preview_actions.ask(scope="COMPANY", subject_id=0, values={}, by=people.zhao, at=moment)
    stopped = client.post(reverse("followups:policy_preview_stop", args=[row.pk]))
    assert stopped.context["preview"].state == PolicyPreview.State.CANCELLED
    assert preview_jobs.preview_policy.call(row.pk) == 0
    assert not preview_actions.note(preview_id=row.pk, result={"people": []})
    newer = preview_actions.ask(scope="COMPANY", subject_id=0, values={}, by=people.zhao, at=moment)
    assert list(PolicyPreview.objects.values_list("pk", flat=True)) == [newer.pk]


def test_a_failure_is_told_and_does_not_hold_up_saving(people, spread, moment, sign_in, monkeypatch):
    spread(1)
    row = preview_actions.ask(scope="COMPANY", subject_id=0, values={}, by=people.zhao, at=moment)
    monkeypatch.setattr(policy_preview, "compare", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        preview_jobs.preview_policy.call(row.pk)
    answer = sign_in(people.zhao).get(reverse("followups:policy_preview_progress", args=[row.pk]))
    assert answer.context["is_failed"]
    assert "every 1s" not in answer.content.decode()


def test_nobody_asks_for_a_layer_that_he_may_not_save_nor_sees_what_others_asked(people, moment, sign_in):
    lin = sign_in(people.lin)
    for scope, pk in (("COMPANY", 0), ("TEAM", people.east.pk), ("PERSON", people.wang.pk), ("ELSE", 1)):
        assert lin.post(reverse("followups:policy_preview", args=[scope, pk])).status_code == 404
    row = preview_actions.ask(scope="COMPANY", subject_id=0, values={}, by=people.zhao, at=moment)
    assert lin.get(reverse("followups:policy_preview_progress", args=[row.pk])).status_code == 404
    assert lin.post(reverse("followups:policy_preview_stop", args=[row.pk])).status_code == 404


def test_steps_of_sequences_can_be_looked_at_too(people, spread, moment):
    spread(1)
    steps = [dict(one) for one in catalogue()["nurture"].default][:2]
    data = last("COMPANY", 0, {"nurture": steps}, moment, days=5)
    assert data["looked_at"] == 1
