"""A person's day: picks kept as facts, rows of Today, fulfilled by evidence, replaced, planned again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import TestCase

from genjin.customers.actions import log_interaction
from genjin.customers.actions.interactions import LogDraft
from genjin.customers.models import Customer
from genjin.followups import actions, day_actions, days, sweep
from genjin.followups.decide import decide_customers
from genjin.followups.models import DayPick, PersonDay, PersonDecision, Task
from genjin.journal.actions import mark_people
from genjin.journal.models import Mark
from genjin.people.models import Absence
from tests.conftest import Cast

Make = Callable[..., Customer]


@pytest.fixture
def base(customer: Make, people: Cast, moment: datetime) -> list[Customer]:
    """Lin's three customers with orders and six prospects, all long since followed up."""
    old = moment - timedelta(days=40)
    made = [
        customer(lifecycle_stage="OLD", last_follow_up_at=old, first_contact_at=old, next_step_at=None)
        for _ in range(3)
    ]
    return made + [customer(last_follow_up_at=old, first_contact_at=old) for _ in range(6)]


def turn(at: datetime) -> None:
    """The worker's turn."""
    sweep.sweep(lambda: at)


def picked(user: Any, at: datetime) -> list[int]:
    rows = DayPick.objects.filter(user=user, day=at.date(), closed_at__isnull=True)
    return list(rows.order_by("half", "customer_id").values_list("customer_id", flat=True))


def daily(user: Any) -> list[Task]:
    return list(Task.objects.filter(owner=user, on_daily_list=True).order_by("customer_id"))


def progress(user: Any, at: datetime) -> dict[str, tuple[int, int]]:
    duties = PersonDay.objects.get(user=user, day=at.date()).duties
    return {one["kind"]: (one["done"], one["of"]) for one in duties}


def test_two_and_two_stand_on_today_with_their_reason(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    tasks = daily(people.lin)
    assert [task.customer_id for task in tasks] == [base[0].pk, base[1].pk, base[3].pk, base[4].pk]
    (duty,) = [one for one in tasks[0].duties if one["rule"] == "DAILY"]
    assert (duty["reason"]["code"], duty["reason"]["params"]["days"]) == ("PICKED_TODAY", 40)
    assert progress(people.lin, moment)["PROSPECTS_TODAY"] == (0, 2)


def test_planning_again_changes_nothing_and_leaves_no_mark(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    before = (list(DayPick.objects.values()), list(PersonDay.objects.values()), list(Task.objects.values()))
    mark_people([people.lin.pk], at=moment)
    turn(moment + timedelta(hours=2))
    assert before == (
        list(DayPick.objects.values()), list(PersonDay.objects.values()), list(Task.objects.values())
    )  # fmt: skip
    assert not Mark.objects.exists()


def log(customer: Customer, by: Any, at: datetime, **fields: Any) -> None:
    draft = LogDraft(**({"kind": "CHAT", "content": "Asked how the season goes."} | fields))
    log_interaction(customer_id=customer.pk, draft=draft, by=by, at=at)


def test_a_follow_up_fulfils_the_pick_and_counts(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    later = moment + timedelta(minutes=5)
    log(base[3], people.lin, later)
    turn(later)
    assert [task.customer_id for task in daily(people.lin)] == [base[0].pk, base[1].pk, base[4].pk]
    assert progress(people.lin, moment)["PROSPECTS_TODAY"] == (1, 2)


def test_whom_a_colleague_followed_up_is_replaced(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    later = moment + timedelta(minutes=5)
    log(base[3], people.chen, later)
    turn(later)
    assert picked(people.lin, moment) == [base[0].pk, base[1].pk, base[4].pk, base[5].pk]
    assert progress(people.lin, moment)["PROSPECTS_TODAY"] == (0, 2)


def test_a_dismissed_pick_is_replaced_and_rests_and_undoing_brings_it_back(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    (task,) = [one for one in daily(people.lin) if one.customer_id == base[0].pk]
    done = actions.dismiss(task=task, reason="Stocktaking", by=people.lin, at=moment + timedelta(minutes=1))
    turn(moment + timedelta(minutes=2))
    assert picked(people.lin, moment) == [base[1].pk, base[2].pk, base[3].pk, base[4].pk]
    tomorrow = moment + timedelta(days=1)
    facts, plan, _kept = days.judge_day(people.lin.pk, tomorrow)
    assert base[0].pk not in {one.customer_id for one in facts.candidates} and plan.picks
    actions.undo(outcomes=done, by=people.lin, at=moment + timedelta(minutes=3))
    turn(moment + timedelta(minutes=4))
    assert base[0].pk in {one.customer_id for one in daily(people.lin)}


def test_another_one_instead_comes_at_once_and_the_first_not_again_that_day(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    (task,) = [one for one in daily(people.lin) if one.customer_id == base[1].pk]
    with TestCase.captureOnCommitCallbacks(execute=True):
        day_actions.replace_pick(task=task, by=people.lin, at=moment + timedelta(minutes=1))
    turn(moment + timedelta(minutes=1))
    assert picked(people.lin, moment) == [base[0].pk, base[2].pk, base[3].pk, base[4].pk]
    assert base[1].pk not in {one.customer_id for one in daily(people.lin)}
    turn(moment + timedelta(days=1))
    assert base[1].pk in picked(people.lin, moment + timedelta(days=1)), "tomorrow he comes first again"


def test_a_postponed_pick_is_one_of_the_four_of_its_day(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    (task,) = [one for one in daily(people.lin) if one.customer_id == base[0].pk]
    saturday = moment.date() + timedelta(days=4)
    actions.postpone(task=task, until=saturday, by=people.lin, at=moment + timedelta(minutes=1))
    turn(moment + timedelta(minutes=2))
    assert {one.customer_id for one in daily(people.lin)} >= {one.pk for one in base[:5]}
    monday = moment + timedelta(days=6)
    turn(moment + timedelta(days=5))
    turn(monday)
    due = [one for one in daily(people.lin) if one.due_on <= monday.date()]
    assert base[0].pk in {one.customer_id for one in due} and len(due) == 4


def test_who_is_given_away_is_replaced(base: list[Customer], people: Cast, moment: datetime) -> None:
    turn(moment)
    Customer.objects.filter(pk=base[0].pk).update(owner=people.wang)
    mark_people([people.lin.pk], at=moment)
    turn(moment + timedelta(minutes=1))
    assert picked(people.lin, moment) == [base[1].pk, base[2].pk, base[3].pk, base[4].pk]


def test_yesterdays_picks_are_not_overdue_today(base: list[Customer], people: Cast, moment: datetime) -> None:
    turn(moment)
    tomorrow = moment + timedelta(days=1)
    turn(tomorrow)
    assert {task.due_on for task in daily(people.lin)} == {tomorrow.date()}
    assert DayPick.objects.filter(day=moment.date(), closed_as="OVER").count() == 4
    assert PersonDay.objects.filter(user=people.lin).count() == 2


def test_nobody_is_picked_on_a_day_off(base: list[Customer], people: Cast, moment: datetime) -> None:
    Absence.objects.create(user=people.lin, first_day=moment.date(), last_day=moment.date())
    turn(moment)
    assert not daily(people.lin)
    assert PersonDay.objects.get(user=people.lin).duties == []


def test_grades_come_first_and_only_own_private_customers_are_picked(
    base: list[Customer], customer: Make, people: Cast, moment: datetime
) -> None:
    Customer.objects.filter(pk=base[8].pk).update(follow_grade="TOP", grade_order=5)
    theirs = customer(owner=people.wang, follow_grade="TOP", grade_order=5)
    turn(moment)
    assert picked(people.lin, moment) == [base[0].pk, base[1].pk, base[3].pk, base[8].pk]
    assert picked(people.wang, moment) == [theirs.pk]


def test_the_list_is_cleared_once_it_was_opened(base: list[Customer], people: Cast, moment: datetime) -> None:
    turn(moment)
    assert progress(people.lin, moment)["LIST_CLEARED"] == (0, 1)
    day_actions.open_list(user=people.lin, at=moment + timedelta(minutes=1))
    turn(moment + timedelta(minutes=2))
    row = PersonDay.objects.get(user=people.lin)
    assert progress(people.lin, moment)["LIST_CLEARED"] == (1, 1)
    assert (row.list_opened_at, row.list_cleared_at) == (
        moment + timedelta(minutes=1), moment + timedelta(minutes=2),
    )  # fmt: skip


def test_a_call_of_a_colleagues_customer_counts_for_the_caller(
    base: list[Customer], people: Cast, moment: datetime
) -> None:
    turn(moment)
    call = {
        "kind": "AUDIO_CALL",
        "outcome": "CONNECTED",
        "content": "Spoke about the new catalogue, wants two samples.",
    }
    log(base[0], people.chen, moment, **call)
    turn(moment + timedelta(minutes=1))
    assert progress(people.chen, moment)["CALL_TODAY"] == (1, 1)
    assert progress(people.lin, moment)["CALL_TODAY"] == (0, 1)


def test_the_clock_plans_the_new_day(base: list[Customer], people: Cast, moment: datetime) -> None:
    turn(moment)
    wake_at = PersonDecision.objects.get(user=people.lin).wake_at
    assert wake_at is not None and wake_at.astimezone(moment.tzinfo).hour == 0


def test_numbers_of_imported_customers_are_looked_for_five_a_day(
    customer: Make, people: Cast, moment: datetime
) -> None:
    rows = [
        customer(follow_grade="TOP", grade_order=5, owned_since=moment, created_at=moment) for _ in range(7)
    ]
    decide_customers([row.pk for row in rows[:3]], at=moment)
    decide_customers([row.pk for row in rows[3:]], at=moment)
    found = Counter(
        date.fromisoformat(duty["due_on"])
        for task in Task.objects.filter(customer__in=rows)
        for duty in task.duties
        if duty["rule"] == "CONTACT_DATA"
    )
    assert [found[day] for day in sorted(found)] == [5, 2]


def test_a_week_with_one_closed_customer_rotates_and_counts(
    customer: Make, people: Cast, moment: datetime
) -> None:
    """One customer with orders and nine prospects, each pick followed up: 1 + 3, then 4 prospects, then 2."""
    old = moment - timedelta(days=40)
    known = {"last_follow_up_at": old, "first_contact_at": old}
    one = customer(lifecycle_stage="TRIAL", **known)
    rows = [customer(**known) for _ in range(9)]
    seen: list[int] = []
    halves: list[tuple[int, int]] = []
    for number in range(4):
        now = moment + timedelta(days=number)
        turn(now)
        today = picked(people.lin, now)
        for pk in today:
            log(Customer.objects.get(pk=pk), people.lin, now + timedelta(hours=1))
        turn(now + timedelta(hours=2))
        done = progress(people.lin, now)
        nothing = (0, 0)
        assert all(
            made == of
            for kind, (made, of) in done.items()
            if kind.endswith("_TODAY") and kind != "CALL_TODAY"
        )
        halves.append((done.get("CLOSED_TODAY", nothing)[0], done.get("PROSPECTS_TODAY", nothing)[0]))
        seen += today
    assert halves == [(1, 3), (0, 4), (0, 2), (0, 0)]
    assert sorted(seen) == sorted(row.pk for row in (one, *rows)), "nobody twice, nobody forgotten"
