"""The brain's shell on the real database: whatever happened, deciding again gives the right tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions import set_cadence, set_not_before
from genjin.customers.models import Customer, NextStep, PublicPool
from genjin.followups import apply as applying
from genjin.followups import decide as deciding
from genjin.followups import failures, jobs, setting, sweep
from genjin.followups import gather as gathering
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Outcome, Task
from genjin.instance.models import ErrorReport
from genjin.jobs.models import Job
from genjin.journal.actions import mark_customers
from genjin.journal.models import Entry, Mark
from genjin.notifications.models import Notice
from genjin.people.models import Absence
from genjin.policy.models import Layer
from genjin.policy.queries import effective
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Step = Callable[..., NextStep]
Decided = Callable[..., list[Task]]


def stored() -> list[dict[str, object]]:
    """Everything that deciding writes, moments of deciding left out."""
    tasks = list(Task.objects.order_by("key").values())
    for task in tasks:
        task.pop("decided_at")
    return tasks + list(CustomerDecision.objects.order_by("pk").values("customer_id", "wake_at"))


def test_a_next_step_becomes_a_task_of_its_owner(
    people: Cast, customer: Make, step: Step, decided: Decided, moment: datetime
) -> None:
    one = customer()
    promise = step(one, on=moment.date() + days(2))
    (task,) = [t for t in decided(one) if t.key == f"next-step:{promise.pk}"]
    assert (task.owner, task.due_on, task.is_date_only) == (people.lin, moment.date() + days(2), True)
    one.refresh_from_db()
    assert one.next_step_purpose == "Send the quotation"
    assert one.next_step_at == task.due_at


def test_applying_twice_changes_nothing(customer: Make, step: Step, moment: datetime) -> None:
    rows = [customer(value_class="A"), customer(), customer(follow_grade="LOW")]
    step(rows[1])
    ids = [row.pk for row in rows]
    first = decide_customers(ids, at=moment)
    before = stored()
    second = decide_customers(ids, at=moment + timedelta(seconds=1))
    assert first.written > 0
    assert second.written == 0
    assert stored() == before


def test_deciding_leaves_no_mark_of_its_own(customer: Make, moment: datetime) -> None:
    one = customer(value_class="B", cadence_days=20, cadence_until=moment.date() - days(1))
    mark_customers([one.pk], at=moment)
    decide_customers([one.pk], at=moment)
    assert not Mark.objects.exists()
    one.refresh_from_db()
    assert one.cadence_days is None, "the own rhythm has come to its last day"
    assert Entry.objects.filter(customer_id=one.pk, by=None).count() == 1
    assert decide_customers([one.pk], at=moment).written == 0


def test_a_change_during_deciding_is_not_lost(customer: Make, step: Step, moment: datetime) -> None:
    one = customer()
    mark_customers([one.pk], at=moment)
    judge = deciding.judge

    def judge_then_change(*args: object, **options: object) -> object:
        answer = judge(*args, **options)  # type: ignore[arg-type]
        step(one, purpose="Written while deciding")
        mark_customers([one.pk], at=moment)
        return answer

    with mock.patch.object(deciding, "judge", judge_then_change):
        decide_customers([one.pk], at=moment)
    assert Mark.objects.get().subject_id == one.pk
    sweep.drain_marks(lambda: moment)
    assert not Mark.objects.exists()
    assert Task.objects.filter(duties__0__purpose="Written while deciding").exists()


@pytest.mark.parametrize(
    "fault",
    ["_write_tasks", "_tell", "_write_summaries", "_remember"],
)
def test_killed_at_any_write_the_next_run_repairs(
    customer: Make, step: Step, moment: datetime, fault: str
) -> None:
    one = customer(value_class="A")
    step(one, on=moment.date() - days(10), created_at=moment - days(20))
    mark_customers([one.pk], at=moment)
    real = getattr(applying, fault)

    def break_down(*args: object, **options: object) -> None:
        real(*args, **options)
        raise KeyboardInterrupt

    with mock.patch.object(applying, fault, break_down), pytest.raises(KeyboardInterrupt):
        decide_customers([one.pk], at=moment)
    assert Mark.objects.exists()
    assert not Task.objects.exists()
    sweep.drain_marks(lambda: moment)
    assert not Mark.objects.exists()
    assert Task.objects.exists()
    before = stored()
    decide_customers([one.pk], at=moment)
    assert stored() == before


def test_one_customer_that_cannot_be_decided_stops_nobody(customer: Make, moment: datetime) -> None:
    bad, good = customer(), customer()
    mark_customers([bad.pk, good.pk], at=moment)
    real = deciding.decide

    def refuse(facts, *args):  # type: ignore[no-untyped-def]
        if facts.customer_id == bad.pk:
            raise ZeroDivisionError
        return real(facts, *args)

    with mock.patch.object(deciding, "decide", refuse):
        report = sweep.drain_marks(lambda: moment)
    assert (report.decided, report.failed) == ([good.pk], [bad.pk])
    assert list(Mark.objects.values_list("subject_id", flat=True)) == [bad.pk]
    assert Task.objects.filter(customer=good).exists()


@pytest.mark.parametrize("place", ["gather", "merge", "apply"])
def test_whatever_is_broken_about_one_customer_stops_nobody_and_is_listed_once(
    people: Cast, customer: Make, moment: datetime, place: str
) -> None:
    """What cannot be read, what cannot be merged, what cannot be written."""
    bad, *good = [customer(value_class="A") for _ in range(4)]
    ids = [bad.pk, *(row.pk for row in good)]
    real = getattr(deciding, place)

    def refuse(found: Any, *args: Any, **options: Any) -> object:
        concerned = [duty.customer_id for duty in found] if place == "merge" else list(found)
        if bad.pk in concerned:
            raise ValueError("broken")
        return real(found, *args, **options)

    with mock.patch.object(deciding, place, refuse):
        for _run in range(3):
            mark_customers(ids, at=moment)
            report = sweep.drain_marks(lambda: moment)
            assert (report.decided, report.failed) == ([row.pk for row in good], [bad.pk])
    assert list(Mark.objects.values_list("subject_id", flat=True)) == [bad.pk]
    listed = ErrorReport.objects.get()
    assert (listed.kind, listed.request_id) == ("ValueError", f"customer-{bad.pk}")
    assert sweep.drain_marks(lambda: moment).decided == [bad.pk], "mended, it is decided"


def test_what_fails_only_after_the_clock_changed_it_keeps_its_mark(customer: Make, moment: datetime) -> None:
    one = customer(value_class="B", cadence_days=20, cadence_until=moment.date() - days(1))
    mark_customers([one.pk], at=moment)
    real = deciding.decide

    def refuse(facts: Any, *args: Any) -> object:
        if facts.cadence_override is None:
            raise ZeroDivisionError
        return real(facts, *args)

    with mock.patch.object(deciding, "decide", refuse):
        report = decide_customers([one.pk], at=moment)
    assert (report.decided, report.failed) == ([], [one.pk])
    assert Mark.objects.get().subject_id == one.pk
    assert not Task.objects.exists()
    assert ErrorReport.objects.get().request_id == f"customer-{one.pk}"


def test_a_rule_that_breaks_for_everybody_does_not_flood_the_list(customer: Make, moment: datetime) -> None:
    ids = [customer().pk for _ in range(failures.MOST_AN_HOUR + 5)]
    with mock.patch.object(deciding, "decide", side_effect=ZeroDivisionError):
        assert decide_customers(ids, at=moment).failed == ids
    assert ErrorReport.objects.count() == failures.MOST_AN_HOUR
    ErrorReport.objects.update(at=F("at") - failures.AGAIN_AFTER)
    with mock.patch.object(deciding, "decide", side_effect=ZeroDivisionError):
        decide_customers(ids[-1:], at=moment)
    assert ErrorReport.objects.filter(request_id=f"customer-{ids[-1]}").exists()


def test_an_error_at_once_never_reaches_the_user(
    customer: Make, moment: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    one = customer()
    with (
        mock.patch.object(deciding, "_decide_slice", side_effect=RuntimeError("down")),
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[attr-defined]
    ):
        set_cadence(customer_id=one.pk, days=9, reason="Buys weekly", by=one.owner, at=moment)
    assert Mark.objects.filter(subject_id=one.pk).exists()


def test_a_change_is_decided_right_after_its_commit(
    customer: Make, moment: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    one = customer()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        set_cadence(customer_id=one.pk, days=9, reason="Buys weekly", by=one.owner, at=moment)
    assert not Mark.objects.exists()
    assert Task.objects.filter(customer=one, key__startswith="rhythm:").exists()


@pytest.mark.parametrize("fields", [{"deleted": True}, {"is_confirmed": False}, {"owner": None}])
def test_who_is_in_the_bin_unconfirmed_or_without_owner_has_no_tasks(
    customer: Make, step: Step, decided: Decided, moment: datetime, fields: dict[str, object]
) -> None:
    one = customer(value_class="A")
    step(one)
    assert decided(one)
    deleted = fields.pop("deleted", False)
    if "owner" in fields:
        fields = {**fields, "pool": PublicPool.objects.get(is_default=True)}
    Customer.objects.filter(pk=one.pk).update(**fields, **({"deleted_at": moment} if deleted else {}))
    assert decided(one) == []
    if deleted:
        assert CustomerDecision.objects.get(pk=one.pk).wake_at is None


def test_the_clock_alone_wakes_who_is_to_be_told(
    people: Cast, customer: Make, step: Step, decided: Decided, moment: datetime
) -> None:
    one = customer(first_contact_at=moment - days(9), last_follow_up_at=moment - days(9))
    step(one, on=moment.date())
    decided(one)
    later, rounds = moment, 0
    while not Notice.objects.filter(user=people.chen).exists():
        wake_at = CustomerDecision.objects.get(pk=one.pk).wake_at
        assert wake_at is not None
        assert wake_at > later
        assert sweep.wake(lambda at=wake_at: at - timedelta(seconds=1)).decided == []
        assert sweep.wake(lambda at=wake_at: at).decided == [one.pk]
        later, rounds = wake_at, rounds + 1
        assert rounds < 20
    assert later.astimezone(moment.tzinfo).date() == moment.date() + days(7), "five working days"
    told = Notice.objects.count()
    decided(one, at=later + timedelta(seconds=1))
    assert Notice.objects.count() == told, "told once"


def test_who_was_never_decided_is_found(customer: Make, moment: datetime) -> None:
    rows = [customer() for _ in range(3)]
    assert sweep.decide_new(lambda: moment).decided == [row.pk for row in rows]
    assert sweep.decide_new(lambda: moment).decided == []


def test_a_sweep_leaves_out_who_was_decided_since_it_began(customer: Make, moment: datetime) -> None:
    ids = [customer().pk for _ in range(3)]
    mark_customers(ids, at=moment)

    def clock() -> datetime:
        decide_customers(ids[:2], at=moment)
        return moment

    assert sweep.drain_marks(clock).decided == ids[2:]
    assert not Mark.objects.exists()


@pytest.mark.usefixtures("no_picks")
def test_a_long_sweep_goes_on_in_another_turn(
    customer: Make, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_customers([customer().pk for _ in range(3)], at=moment)
    monkeypatch.setattr(sweep, "BATCH", 1)
    clock = chain([0.0, 1.0], repeat(jobs.TURN_SECONDS + 1))
    monkeypatch.setattr(jobs, "monotonic", lambda: next(clock))
    assert jobs.sweep_marks.call()["decided"] == 1
    assert Job.objects.filter(task="genjin.followups.jobs.sweep_marks", state=Job.State.READY).exists()
    Job.objects.all().delete()
    monkeypatch.undo()
    assert jobs.sweep_marks.call()["decided"] == 2
    assert not Job.objects.exists()


def test_one_that_cannot_be_written_is_found_among_many(
    customer: Make, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [customer().pk for _ in range(5)]
    plain = deciding.apply

    def failing(found: Any, **given: Any) -> int:
        if ids[3] in found:
            raise ValueError("cannot be written")
        return plain(found, **given)

    monkeypatch.setattr(deciding, "apply", failing)
    report = decide_customers(ids, at=moment)
    assert (sorted(report.decided), report.failed) == ([*ids[:3], ids[4]], [ids[3]])


def test_an_absence_moves_the_work_to_the_deputy_of_those_concerned_only(
    people: Cast, customer: Make, step: Step, decided: Decided, moment: datetime
) -> None:
    mine, theirs = customer(), customer(owner=people.hu)
    step(mine)
    decided(mine, theirs)
    assert sweep.carry_changes(moment) == 0, "a new instance knows nothing to carry"
    today = moment.date()
    Absence.objects.create(user=people.lin, first_day=today, last_day=today + days(3), deputy=people.wang)
    assert sweep.carry_changes(moment) == 1
    marked = Mark.objects.order_by("subject").values_list("subject", "subject_id")
    assert list(marked) == [("CUSTOMER", mine.pk), ("PERSON", people.lin.pk)]
    assert sweep.carry_changes(moment) == 0
    sweep.drain_marks(lambda: moment)
    assert {task.owner for task in Task.objects.filter(customer=mine, due_on=today)} == {people.wang}


def test_carrying_a_change_goes_on_where_it_was_interrupted(
    customer: Make, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "MARKED_AT_ONCE", 2)
    rows = [customer() for _ in range(5)]
    sweep.carry_changes(moment)
    monkeypatch.setattr("genjin.followups.setting.RULES_VERSION", 999)
    marked = [sweep.carry_changes(moment) for _ in range(3)]
    assert marked == [2, 2, 1]
    assert sweep.carry_changes(moment) == 0
    assert Mark.objects.filter(subject="CUSTOMER").count() == len(rows)


def test_a_pause_holds_contact_until_its_end(
    customer: Make, step: Step, decided: Decided, moment: datetime
) -> None:
    one = customer(value_class="A", last_follow_up_at=moment - days(30), first_contact_at=moment)
    step(one)
    until = moment.date() + days(20)
    set_not_before(customer_id=one.pk, until=until, reason="Factory holiday", by=one.owner, at=moment)
    assert {task.due_on for task in decided(one)} == {until}
    assert decided(one)[0].duties[0]["notes"][0]["params"]["why"] == "Factory holiday"


def test_a_policy_saved_for_one_person_counts_for_her_customers_only(
    people: Cast, customer: Make, decided: Decided, moment: datetime
) -> None:
    fields = {"value_class": "C", "last_follow_up_at": moment, "first_contact_at": moment}
    mine, theirs = customer(**fields), customer(owner=people.wang, **fields)
    before = {task.customer_id: task.due_on for task in decided(mine, theirs) if "rhythm" in task.key}
    Layer.objects.create(
        scope="PERSON",
        subject_id=people.lin.pk,
        version=1,
        values={"cadence.C": 20},
        at=moment,
        by=people.lin,
    )
    after = {task.customer_id: task.due_on for task in decided(mine, theirs) if "rhythm" in task.key}
    assert after[theirs.pk] == before[theirs.pk]
    assert (after[mine.pk] - moment.date()).days == 20


@pytest.mark.parametrize("company", [{}, {"cadence.A": 10}])
def test_the_brain_and_the_settings_agree_on_a_stored_value_that_cannot_hold(
    people: Cast,
    customer: Make,
    sign_in: Callable[..., Any],
    moment: datetime,
    company: dict[str, int],
) -> None:
    """Layers that were in order when they were saved, before somebody changed teams or versions."""
    kept = {"at": moment, "by": people.zhao, "version": 1}
    Layer.objects.create(scope="COMPANY", values=company, **kept)
    Layer.objects.create(scope="PERSON", subject_id=people.lin.pk, values={"cadence.B": 5}, **kept)
    one = customer(value_class="A", last_follow_up_at=moment, first_contact_at=moment)
    found, failed = deciding.judge([one.pk], moment)
    assert (list(found), failed) == ([one.pk], {})
    brain = setting.current(moment).for_owner(people.lin.pk).policy
    assert brain.values == effective(people.lin.pk).values
    assert brain.number("cadence.A") == company.get("cadence.A", 7)
    assert sign_in(people.lin).get("/").status_code == 200


def test_an_owner_whose_setting_cannot_be_made_stops_nobody_else(
    people: Cast, customer: Make, moment: datetime
) -> None:
    bad, good = customer(), customer(owner=people.wang)
    real = setting.Snapshot.for_owner

    def refuse(snapshot: Any, owner_id: int) -> object:
        if owner_id == people.lin.pk:
            raise ValueError("broken")
        return real(snapshot, owner_id)

    with mock.patch.object(setting.Snapshot, "for_owner", refuse):
        found, failed = deciding.judge([bad.pk, good.pk], moment)
    assert (list(found), list(failed)) == ([good.pk], [bad.pk])


@pytest.mark.parametrize(
    ("fields", "is_missing"),
    [
        ({}, True),
        ({"value_class": "A"}, True),
        ({"follow_grade": "LOW"}, False),
        ({"dormancy_state": "LOST"}, False),
        ({"owner": None}, False),
        ({"first_contact_at": None, "last_follow_up_at": None}, False),
    ],
)
def test_list_filter_and_page_warn_of_a_missing_next_step_where_the_rule_does(
    people: Cast,
    customer: Make,
    decided: Decided,
    sign_in: Callable[..., Any],
    moment: datetime,
    fields: dict[str, Any],
    is_missing: bool,
) -> None:
    """The first contact is still owed to the last of them, which is left to that."""
    one = customer(**({"first_contact_at": moment, "last_follow_up_at": moment} | fields))
    decided(one)
    client = sign_in(people.chen)
    warned = "No next step</b>" in client.get(f"/customers/{one.pk}/").content.decode()
    listed = one.name in client.get("/customers/?step=none&columns=next_step").content.decode()
    marked = 'warn nowrap">No next step' in client.get("/customers/").content.decode()
    assert (warned, listed, marked) == (is_missing,) * 3
    NextStep.objects.create(
        customer=one, owner=people.lin, purpose="Call", due_on=moment.date(), created_at=moment
    )
    decided(one)
    one.refresh_from_db()
    assert not one.lacks_next_step


def count_queries(ids: list[int], moment: datetime) -> int:
    with CaptureQueriesContext(connection) as queries:
        deciding.judge(ids, moment)
    return len(queries)


def test_gathering_two_hundred_asks_no_more_than_gathering_one(
    customer: Make, step: Step, moment: datetime
) -> None:
    rows = [customer(value_class="C") for _ in range(200)]
    for row in rows[::2]:
        step(row)
    deciding.judge([rows[0].pk], moment)
    assert count_queries([row.pk for row in rows], moment) == count_queries([rows[0].pk], moment)


def test_outcomes_are_read_since_the_last_follow_up_and_of_open_steps_only(
    customer: Make, step: Step, moment: datetime
) -> None:
    one, untouched = customer(last_follow_up_at=moment - days(5)), customer()
    promise = step(one)
    for number, row in enumerate((one, one, untouched)):
        for key, age in ((f"next-step:{promise.pk}", 20), (f"rhythm:{number}", 9), (f"gap:{number}", 5)):
            Outcome.objects.create(
                customer=row, duty_key=key, kind="DISMISSED", at=moment - days(age), rule="RHYTHM"
            )
    read = mock.Mock(side_effect=lambda outcomes, *others: outcomes)
    with mock.patch.object(gathering, "_relevant", read):
        facts = gathering.gather([one.pk, untouched.pk])
    keys = {pk: {outcome.key for outcome in found.outcomes} for pk, found in facts.items()}
    assert keys[one.pk] == {f"next-step:{promise.pk}", "gap:0", "gap:1"}
    assert keys[untouched.pk] == {f"next-step:{promise.pk}", "rhythm:2", "gap:2"}
    assert [len(facts[row.pk].outcomes) for row in (one, untouched)] == [4, 3], (
        "what is settled is not even read"
    )
