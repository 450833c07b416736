"""Sequences from the verb that begins them to the task, and from what was done back to the next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.actions.interactions import LogDraft, log_interaction
from genjin.customers.actions.merging import merge_customers, undo_merge
from genjin.customers.actions.ownership import return_to_pool
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, ContactPoint, Customer, DimensionChange
from genjin.followups import actions, sequence_actions
from genjin.followups.gather import gather
from genjin.followups.models import SequenceRun, Task
from genjin.journal.models import Entry, Mark
from genjin.mail.models import Filing, MailThread, Message
from genjin.policy.actions import save_layer
from genjin.rules.policy import Policy
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db
Make = Callable[..., Customer]
Decided = Callable[..., list[Task]]
OWN = {
    "key": "own-1", "name_zh": "展会前", "name_en": "Before the fair", "exits": ["REPLY"], "starts_on": "",
    "is_offered": True, "steps": [
        {"key": "S1", "purpose": "Invite", "channel": "EMAIL", "after_days": -14, "anchor": "DATE"},
        {"key": "S2", "purpose": "Ask again", "channel": "AUDIO_CALL", "after_days": -3, "anchor": "DATE"},
    ],
}  # fmt: skip


@pytest.fixture
def prospect(customer: Make, moment: datetime) -> Customer:
    """A customer of Lin's who can be written to and called."""
    one = customer(
        follow_grade="MID", owned_since=moment - days(9), first_contact_at=moment - days(5),
        last_follow_up_at=moment - days(5), created_at=moment - days(9),
    )  # fmt: skip
    person = Contact.objects.create(
        customer=one, name="Hans Maier", is_primary=True, created_at=moment, updated_at=moment
    )
    for kind, value in (("EMAIL", "hans@nordkai.example"), ("MOBILE", "+49 151 1")):
        ContactPoint.objects.create(contact=person, kind=kind, value=value, normalised=value)
    return one


def write(customer: Customer, at: datetime, direction: str = "OUT") -> None:
    """A mail, filed as storing does."""
    thread = MailThread.objects.create(subject="Offer", first_at=at, last_at=at)
    row = Message.objects.create(
        thread=thread, content_key=str(thread.pk), size=1, direction=direction, verdict="HUMAN", date=at,
        arrived_at=at, stored_at=at, message_id=f"{thread.pk}@x", from_address="x@example.com",
    )  # fmt: skip
    Filing.objects.create(
        message=row, thread=thread, customer=customer, how="ADDRESS", date=at, filed_at=at,
        direction=direction, counts_as_contact=True,
    )  # fmt: skip
    if direction == "OUT":
        Customer.objects.filter(pk=customer.pk).update(last_follow_up_at=at)


def steps(tasks: list[Task]) -> list[tuple[str, str]]:
    """The steps of sequences that are owed, with their days."""
    found = [duty for task in tasks for duty in task.duties if duty["rule"] == "SEQUENCE"]
    return sorted((duty["key"].rpartition(":")[2], duty["due_on"][5:]) for duty in found)


def begin(
    customer: Customer, people: Cast, at: datetime, sequence: str = "nurture", **fields: Any
) -> SequenceRun:
    return sequence_actions.begin(customer_id=customer.pk, sequence=sequence, by=people.lin, at=at, **fields)


def test_a_mail_sent_fulfils_the_first_step_and_the_call_logged_after_it_the_second(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    assert Mark.objects.filter(subject_id=prospect.pk).exists()
    first = steps(decided(prospect))
    assert first[0][0] == "CHECK"
    assert ("INTRODUCTION", f"{moment:%m-%d}") in first
    assert "CALL_AFTER_INTRODUCTION" not in dict(first), "it waits for the mail"
    write(prospect, moment + timedelta(hours=1))
    second = dict(steps(decided(prospect, at=moment + timedelta(hours=2))))
    assert "INTRODUCTION" not in second
    called = moment + days(7)
    assert second["CALL_AFTER_INTRODUCTION"] == f"{called:%m-%d}"
    draft = LogDraft(
        kind="AUDIO_CALL", outcome="CONNECTED", content="Wants samples soon.", happened_at=called
    )
    log_interaction(customer_id=prospect.pk, draft=draft, by=people.lin, at=called + timedelta(minutes=5))
    third = dict(steps(decided(prospect, at=called + timedelta(hours=1))))
    assert "CALL_AFTER_INTRODUCTION" not in third
    run.refresh_from_db()
    assert run.state == "RUNNING"


def test_one_mail_fulfils_the_steps_of_two_sequences_but_one_step_of_each(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    begin(prospect, people, moment)
    begin(prospect, people, moment, "wake_up")
    done = actions.finish(task=_with(decided(prospect), "FIND_CAUSE"), by=people.lin, at=moment)
    assert [outcome.duty_key.rpartition(":")[2] for outcome in done] == ["FIND_CAUSE"]
    called = moment + days(3)
    draft = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="Heard the cause.", happened_at=called)
    log_interaction(customer_id=prospect.pk, draft=draft, by=people.lin, at=called)
    write(prospect, called + days(7))
    left = dict(steps(decided(prospect, at=called + days(8))))
    assert not {"FIND_CAUSE", "CALL_DORMANT", "NEW_PROPOSAL", "INTRODUCTION"} & left.keys()
    assert {"CHECK", "MANAGER_STEPS_IN"} <= left.keys()


def _with(tasks: list[Task], step: str) -> Task:
    return next(task for task in tasks if any(duty["key"].endswith(f":{step}") for duty in task.duties))


def test_a_skipped_step_lets_the_next_come_also_after_later_contacts(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    begin(prospect, people, moment, "closing")
    actions.dismiss(
        task=_with(decided(prospect), "CALL_BACK_OR_RECAP"),
        reason="Met at the fair",
        by=people.lin,
        at=moment,
    )
    write(prospect, moment + timedelta(hours=3))
    assert [name for name, _ in steps(decided(prospect, at=moment + days(1)))] == ["MEETING"]


def test_a_sequence_that_is_done_ends_and_the_customer_needs_a_next_step_again(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment, "lead_response")
    rules = {duty["rule"] for task in decided(prospect) for duty in task.duties}
    assert rules == {"SEQUENCE"}, "what comes next is known"
    for at, kind in ((1, "AUDIO_CALL"), (2, "EMAIL"), (9, "AUDIO_CALL")):
        draft = LogDraft(kind=kind, outcome="CONNECTED" if kind != "EMAIL" else "", content="Spoke of price.",
                         happened_at=moment + days(at))  # fmt: skip
        log_interaction(customer_id=prospect.pk, draft=draft, by=people.lin, at=moment + days(at))
    tasks = decided(prospect, at=moment + days(10))
    run.refresh_from_db()
    assert (run.state, run.ended_at, run.ended_by) == ("COMPLETED", moment + days(9), None)
    assert [duty["rule"] for task in tasks for duty in task.duties if duty["rule"] != "RECAP"] == [
        "NO_NEXT_STEP"
    ]
    assert Entry.objects.filter(kind="followups.sequencerun", verb="finish", by=None).exists()
    before = list(SequenceRun.objects.values())
    decided(prospect, at=moment + days(10))
    assert list(SequenceRun.objects.values()) == before


def test_a_changed_policy_holds_for_what_begins_later(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    values = {"nurture": [{"purpose": "INTRODUCTION", "channel": "EMAIL", "after_days": 6}]}
    save_layer(scope="COMPANY", values=values, by=people.admin, at=moment)
    assert len(steps(decided(prospect))) > 1
    sequence_actions.stop(run_id=run.pk, reason="New wording", by=people.lin, at=moment)
    begin(prospect, people, moment + timedelta(minutes=1))
    assert steps(decided(prospect)) == [("INTRODUCTION", f"{moment + days(6):%m-%d}")]


def test_a_stopped_sequence_owes_nothing_until_it_is_taken_up_again(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    owed = steps(decided(prospect))
    with pytest.raises(Refused):
        sequence_actions.stop(run_id=run.pk, reason=" ", by=people.lin, at=moment)
    sequence_actions.stop(run_id=run.pk, reason="He bought", by=people.lin, at=moment)
    assert steps(decided(prospect)) == []
    with pytest.raises(Refused):
        sequence_actions.reopen(run_id=run.pk, by=people.lin, at=moment + days(2))
    sequence_actions.reopen(run_id=run.pk, by=people.lin, at=moment)
    assert steps(decided(prospect)) == owed
    verbs = Entry.objects.filter(customer_id=prospect.pk, kind="followups.sequencerun").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["begin", "stop", "reopen"]


def test_the_same_sequence_runs_once_at_a_time(prospect: Customer, people: Cast, moment: datetime) -> None:
    begin(prospect, people, moment)
    with pytest.raises(Refused):
        begin(prospect, people, moment + days(1))
    with pytest.raises(Refused):
        begin(prospect, people, moment, "own-7")


def test_an_own_sequence_counts_from_its_date_and_a_reply_ends_it(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    save_layer(scope="COMPANY", values={"own_sequences": [OWN]}, by=people.admin, at=moment)
    with pytest.raises(Refused):
        begin(prospect, people, moment, "own-1")
    fair = moment.date() + days(28)
    run = begin(prospect, people, moment, "own-1", about_on=fair)
    assert [name for name, _ in steps(decided(prospect))] == ["S1", "S2"]
    before = dict(steps(decided(prospect)))
    sequence_actions.set_date(run_id=run.pk, about_on=fair + days(7), by=people.lin, at=moment)
    assert dict(steps(decided(prospect))) != before
    write(prospect, moment + days(1), "IN")
    assert steps(decided(prospect, at=moment + days(2))) == []
    run.refresh_from_db()
    assert (run.state, run.ended_because, run.ended_at) == ("EXITED", "REPLY", moment + days(1))


def dormant(customer: Customer, people: Cast, at: datetime, value: str = "DORMANT", **fields: Any) -> None:
    set_dimension(
        customer_ids=[customer.pk], dimension="dormancy_state", value=value, why="Interval passed",
        by=people.lin, at=at, **fields,
    )  # fmt: skip


def test_a_customer_who_falls_dormant_is_woken_up_by_rule_once_and_left_when_awake(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    dormant(prospect, people, moment)
    assert "FIND_CAUSE" in dict(steps(decided(prospect, at=moment + timedelta(minutes=1))))
    run = SequenceRun.objects.get()
    assert (run.sequence, run.began_because, run.began_at, run.began_by) == (
        "wake_up",
        "DORMANT",
        moment,
        None,
    )
    decided(prospect, at=moment + days(1))
    assert SequenceRun.objects.count() == 1
    dormant(prospect, people, moment + days(2), "WON_BACK")
    assert steps(decided(prospect, at=moment + days(2))) == []
    run.refresh_from_db()
    assert (run.state, run.ended_because) == ("EXITED", "AWAKE")
    dormant(prospect, people, moment + days(40))
    decided(prospect, at=moment + days(40))
    assert SequenceRun.objects.filter(state="RUNNING").count() == 1


def test_who_was_imported_as_dormant_or_fell_so_long_ago_is_not_woken_up_by_rule(
    prospect: Customer, customer: Make, people: Cast, decided: Decided, moment: datetime
) -> None:
    dormant(prospect, people, moment, cause=DimensionChange.Cause.IMPORT)
    late = customer(owned_since=moment - days(90), created_at=moment - days(90))
    dormant(late, people, moment - days(31))
    decided(prospect, late)
    assert not SequenceRun.objects.exists()


def test_a_customer_in_the_pool_leaves_its_sequences(
    prospect: Customer, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    return_to_pool(ids=[prospect.pk], why="No time", by=people.chen, at=moment)
    decided(prospect)
    run.refresh_from_db()
    assert (run.state, run.ended_because) == ("EXITED", "LEFT")


def test_sequences_go_along_when_the_owner_changes_and_when_customers_become_one(
    prospect: Customer, customer: Make, people: Cast, decided: Decided, moment: datetime
) -> None:
    run = begin(prospect, people, moment)
    Customer.objects.filter(pk=prospect.pk).update(owner=people.wang, owned_since=moment)
    assert {task.owner for task in decided(prospect)} == {people.wang}
    other = customer(owner=people.wang, name="Nordkai Hamburg")
    twin = begin(other, people, moment)
    merge = merge_customers(kept_id=other.pk, gone_id=prospect.pk, by=people.chen, at=moment)
    run.refresh_from_db()
    assert run.customer_id == prospect.pk, "the kept one has that sequence already"
    undo_merge(merge_id=merge.pk, by=people.chen, at=moment)
    sequence_actions.stop(run_id=twin.pk, reason="Twice", by=people.lin, at=moment)
    merge_customers(kept_id=other.pk, gone_id=prospect.pk, by=people.chen, at=moment + days(1))
    run.refresh_from_db()
    assert run.customer_id == other.pk
    owed = [duty["key"] for task in decided(other, at=moment + days(1)) for duty in task.duties]
    assert f"{run.key}:INTRODUCTION" in owed


def test_gathering_is_bounded_and_knows_the_past(
    prospect: Customer, customer: Make, people: Cast, moment: datetime, django_assert_max_num_queries: Any
) -> None:
    rows = [prospect, *(customer() for _ in range(8))]
    for row in rows:
        begin(row, people, moment)
    gather([prospect.pk])
    with django_assert_max_num_queries(25):
        gather([row.pk for row in rows])
    write(prospect, moment + days(1))
    assert gather([prospect.pk], moment - days(1))[prospect.pk].sequences == ()
    then = gather([prospect.pk], moment + timedelta(hours=1))[prospect.pk]
    assert (len(then.sequences), then.evidence) == (1, ())
    assert len(gather([prospect.pk])[prospect.pk].evidence) == 1
    assert then.sequences[0].steps == Policy.default().steps("nurture")
