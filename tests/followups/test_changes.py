"""Policy, calendar, absences, teams, people, rules: each change reaches everyone concerned, and Today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.actions import assign_owner
from genjin.customers.models import Customer, NextStep
from genjin.followups import queries, sweep
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.jobs.models import Job
from genjin.journal.models import Mark
from genjin.people import access
from genjin.people import actions as people_actions
from genjin.people.models import CalendarDay, User
from genjin.policy.actions import save_layer
from genjin.policy.models import CompanySwitches
from genjin.rules.decide import RULES_VERSION
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
Carried = Callable[..., list[int]]
SignIn = Callable[[User], Client]


@pytest.fixture
def settled(customer: Make, moment: datetime) -> Callable[..., Customer]:
    """`settled(...)` makes a customer with a history; what is known is carried, everybody is decided."""

    def make(**fields: object) -> Customer:
        # Of the lowest grade: nothing but the rhythm, or what was promised, is owed to it.
        values = {
            "follow_grade": "LOW",
            "first_contact_at": moment - days(9),
            "last_follow_up_at": moment - days(1),
            **fields,
        }
        return customer(**values)

    return make


@pytest.fixture
def carried(moment: datetime) -> Callable[..., list[int]]:
    """`carried()` has the worker carry what changed; the ids that were decided again."""

    def run(at: datetime | None = None) -> list[int]:
        return sweep.sweep(lambda: at or moment).decided

    return run


def due_of(customer: Customer) -> date:
    """The day on which the one task of a customer is due."""
    return Task.objects.get(customer=customer).due_on


def on_today(user: User, day: date) -> set[str]:
    """The customers on somebody's list of a day."""
    fresh = User.objects.get(pk=user.pk)
    access.of(fresh, today=day)
    rows = queries.due_tasks(fresh, queries.View.MINE, day)
    return set(rows.values_list("customer__name", flat=True))


def test_a_shorter_rhythm_in_the_policy_brings_customers_of_that_class_forward(
    people: Cast, settled: Make, carried: Carried, moment: datetime
) -> None:
    a, b = settled(value_class="A"), settled(value_class="B", owner=people.hu)
    carried()
    before = due_of(a), due_of(b)
    assert (before[0] - moment.date()).days == 6, "seven days after yesterday"
    save_layer(scope="COMPANY", values={"cadence.A": 3}, by=people.admin, at=moment)
    assert carried() == [a.pk, b.pk], "the company's layer concerns everybody"
    assert due_of(a) == moment.date() + days(2)
    assert due_of(b) == before[1]
    assert on_today(people.lin, moment.date() + days(2)) == {a.name}
    assert not Mark.objects.exists()


def test_a_team_layer_concerns_the_customers_of_that_team(
    people: Cast, settled: Make, carried: Carried, moment: datetime
) -> None:
    east, west = settled(value_class="A"), settled(value_class="A", owner=people.hu)
    carried()
    before = due_of(west)
    save_layer(
        scope="TEAM", subject_id=people.east.pk, values={"cadence.A": 3}, by=people.chen, at=moment
    )  # fmt: skip
    assert carried() == [east.pk]
    assert (due_of(east), due_of(west)) == (moment.date() + days(2), before)


def test_an_own_closure_moves_what_was_due_on_that_day(
    settled: Make, step: Step, people: Cast, carried: Carried, moment: datetime
) -> None:
    one = settled()
    friday = moment.date() + days(3)
    step(one, on=friday)
    carried()
    assert due_of(one) == friday
    row = people_actions.set_own_day(
        day=friday, kind=CalendarDay.Kind.CLOSED, name_en="Move", by=people.admin, at=moment
    )
    carried()
    assert due_of(one) == friday + days(3), "the Monday after"
    people_actions.remove_own_day(day_id=row.pk, by=people.admin, at=moment)
    carried()
    assert due_of(one) == friday


def test_an_absence_moves_duties_to_the_deputys_today_on_those_days_only(
    people: Cast, settled: Make, step: Step, carried: Carried, moment: datetime
) -> None:
    today = moment.date()
    during, after = settled(name="During"), settled(name="After")
    step(during, on=today + days(1))
    step(after, on=today + days(6))
    carried()
    absence = people_actions.record_absence(
        user_id=people.lin.pk, first_day=today + days(1), last_day=today + days(3),
        deputy_id=people.wang.pk, by=people.lin, at=moment,
    )  # fmt: skip
    assert carried() == [during.pk, after.pk]
    assert on_today(people.wang, today + days(1)) == {"During"}
    assert on_today(people.lin, today + days(6)) == {"After"}, "what nobody did has come back with her"
    assert Task.objects.get(customer=during).duties[0]["notes"][0]["code"] == "STANDS_IN_FOR"
    people_actions.remove_absence(absence_id=absence.pk, by=people.lin, at=moment)
    carried()
    assert on_today(people.wang, today + days(1)) == set()
    assert on_today(people.lin, today + days(1)) == {"During"}


def test_a_deputy_who_comes_back_takes_over(
    people: Cast, settled: Make, step: Step, carried: Carried, moment: datetime
) -> None:
    one, today = settled(), moment.date()
    step(one, on=today)
    away = {"first_day": today, "last_day": today + days(3), "by": people.chen, "at": moment}
    people_actions.record_absence(user_id=people.lin.pk, deputy_id=people.wang.pk, **away)
    ill = people_actions.record_absence(user_id=people.wang.pk, **away)
    carried()
    assert Task.objects.get().owner == people.lin, "nobody stands in, so it is not hidden"
    people_actions.remove_absence(absence_id=ill.pk, by=people.chen, at=moment)
    carried()
    assert Task.objects.get().owner == people.wang


def test_what_an_inactive_person_owes_comes_to_the_manager(
    people: Cast,
    settled: Make,
    step: Step,
    sign_in: SignIn,
    carried: Carried,
    moment: datetime,
) -> None:
    one = settled()
    step(one)
    carried()
    people_actions.deactivate_user(user_id=people.lin.pk, by=people.admin, at=moment)
    carried()
    assert on_today(people.chen, moment.date()) == {one.name}
    page = sign_in(people.chen).get(reverse("followups:team")).content.decode()
    assert "Nobody is working on these" in page
    assert f'href="{reverse("customers:list")}?owner={people.lin.pk}"' in page
    listed = sign_in(people.chen).get(reverse("customers:list"), {"owner": people.lin.pk}).content.decode()
    assert one.name in listed
    assign_owner(ids=[one.pk], owner_id=people.wang.pk, why="Left", by=people.chen, at=moment)
    carried()
    assert on_today(people.wang, moment.date()) == {one.name}
    assert "Nobody is working" not in sign_in(people.chen).get(reverse("followups:team")).content.decode()


def test_without_a_manager_the_tasks_of_who_left_stay_and_are_shown_to_the_director(
    people: Cast,
    settled: Make,
    step: Step,
    sign_in: SignIn,
    carried: Carried,
    moment: datetime,
) -> None:
    one = settled(owner=people.hu)
    step(one, owner_id=people.hu.pk)
    people_actions.deactivate_user(user_id=people.hu.pk, by=people.admin, at=moment)
    carried()
    assert Task.objects.get().owner == people.hu
    page = sign_in(people.zhao).get(reverse("followups:team")).content.decode()
    assert "Nobody is working on these" in page
    assert "1 due" in page
    people_actions.change_team(
        team_id=people.west.pk, names={"name_en": "West"}, manager_ids=[people.wang.pk], version=None,
        by=people.admin, at=moment,
    )  # fmt: skip
    carried()
    assert Task.objects.get().owner == people.wang, "the new manager"


def test_a_change_of_team_changes_whose_numbers_count(
    people: Cast, settled: Make, carried: Carried, moment: datetime
) -> None:
    one = settled(value_class="A")
    save_layer(scope="TEAM", subject_id=people.west.pk, values={"cadence.A": 4}, by=people.admin, at=moment)
    carried()
    values = {"team_id": people.west.pk}
    people_actions.change_user(
        user_id=people.lin.pk, values=values, version=None, by=people.admin, at=moment
    )  # fmt: skip
    assert carried() == [one.pk]
    assert due_of(one) == moment.date() + days(3)


def test_other_working_hours_of_a_person_move_when_her_work_begins(
    people: Cast, settled: Make, step: Step, carried: Carried, moment: datetime
) -> None:
    one = settled()
    step(one, on=moment.date())
    carried()
    before = Task.objects.get().due_at
    people_actions.change_user(
        user_id=people.lin.pk, values={"timezone": "Europe/Berlin"}, version=None, by=people.admin, at=moment
    )
    assert carried() == [one.pk]
    assert (Task.objects.get().due_at - before).total_seconds() == 7 * 3600


def test_a_summary_that_older_rules_left_is_written_anew(
    customer: Make, carried: Carried, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = customer(first_contact_at=moment, last_follow_up_at=moment)
    decide_customers([one.pk], at=moment)
    monkeypatch.setattr("genjin.followups.setting.RULES_VERSION", "1")
    carried()
    Customer.objects.filter(pk=one.pk).update(lacks_next_step=False)
    assert carried() == []
    monkeypatch.undo()
    assert RULES_VERSION > "1"
    assert carried() == [one.pk]
    one.refresh_from_db()
    assert one.lacks_next_step


def test_new_rules_and_another_go_live_decide_everybody_again(
    settled: Make, carried: Carried, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [settled(value_class="C").pk, settled().pk]
    carried()
    assert carried() == []
    monkeypatch.setattr("genjin.followups.setting.RULES_VERSION", "next")
    assert carried() == rows
    CompanySwitches.objects.update(go_live_on=moment.date())
    assert carried() == rows


def test_a_saved_change_is_carried_at_once_and_in_the_name_of_who_saved_it(
    people: Cast, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(people.lin)
    for day in (2, 9):
        absence = {"first_day": f"2026-12-0{day}", "last_day": f"2026-12-0{day}"}
        answer = client.post(reverse("people:absence_new", args=[people.lin.pk]), absence)
        assert answer.status_code == 302
    job = Job.objects.get()
    assert (job.short_name, job.enqueued_by) == ("followups.mark_everyone_concerned", people.lin)
