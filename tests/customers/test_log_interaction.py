"""Writing down what was said: content, clock, counts, next step, edits and corrections."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from genjin.customers import actions
from genjin.customers.actions import LogDraft, NextStepDraft, Refused
from genjin.customers.models import DimensionChange, Interaction, NextStep
from genjin.journal.models import Entry, Mark, Personal

CALL = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="He wants 4,200 valves by May.", minutes=12)


@pytest.fixture
def mine(customer, people):
    return customer(owner=people.lin)


def test_a_call_with_next_step_is_written_in_one_go(mine, contact, people, moment):
    faisal = contact(mine)
    before = actions.add_next_step(
        customer_id=mine.pk,
        draft=NextStepDraft("Call him", due_on=date(2026, 11, 24)),
        by=people.lin,
        at=moment,
    )
    logged = actions.log_interaction(
        customer_id=mine.pk,
        draft=LogDraft(**{**CALL.__dict__, "contact_ids": [faisal.pk]}),
        by=people.lin,
        at=moment,
        next_step=NextStepDraft("Send the quotation", due_on=date(2026, 11, 27)),
        closes=[before.pk],
    )
    mine.refresh_from_db()
    before.refresh_from_db()
    assert (before.state, before.closed_in) == ("DONE", logged)
    assert logged.next_steps.get().purpose == "Send the quotation"
    assert mine.last_contact_at == mine.last_follow_up_at == mine.first_contact_at == moment
    assert mine.follow_up_count == 0, "the first contact is no follow-up"
    assert Mark.objects.get(subject="CUSTOMER", subject_id=mine.pk).version == 4
    verbs = set(Entry.objects.filter(customer_id=mine.pk).values_list("kind", "verb"))
    assert {("customers.interaction", "log"), ("customers.nextstep", "close")} <= verbs


def test_what_was_said_lies_in_the_erasable_side_table(mine, people, moment):
    actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    entry = Entry.objects.get(kind="customers.interaction")
    assert entry.changes["content"] is None
    assert Personal.objects.get(entry=entry).changes["content"][1] == CALL.content


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (LogDraft(kind="AUDIO_CALL", content="Long enough to be a log"), "outcome"),
        (LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="too short"), "content"),
        (LogDraft(kind="MEETING", content="  \n "), "content"),
        (LogDraft(kind="NONSENSE", content="x"), "kind"),
        (LogDraft(kind="NOTE", content="x" * 10_001), "content"),
        (LogDraft(kind="NOTE", content="fine", satisfaction=6), "satisfaction"),
        (LogDraft(kind="NOTE", content="fine", reaction="ANGRY"), "reaction"),
    ],
)
def test_a_poor_log_is_refused_beside_its_field(mine, people, moment, draft, field):
    with pytest.raises(Refused) as refused:
        actions.log_interaction(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    assert list(refused.value.message_dict) == [field]
    assert not Interaction.objects.exists()


def test_an_unanswered_call_needs_no_words_and_counts_for_nothing(mine, people, moment):
    actions.log_interaction(
        customer_id=mine.pk, draft=LogDraft(kind="AUDIO_CALL", outcome="NO_ANSWER"), by=people.lin, at=moment
    )
    mine.refresh_from_db()
    assert mine.last_contact_at is None
    assert mine.follow_up_count == 0


def test_the_future_is_refused_and_the_past_is_marked_late(mine, people, moment):
    def at_distance(**ago):
        return actions.log_interaction(
            customer_id=mine.pk,
            draft=LogDraft(kind="NOTE", content="Met his brother", happened_at=moment - timedelta(**ago)),
            by=people.lin,
            at=moment,
        )

    with pytest.raises(Refused):
        at_distance(minutes=-1)
    assert not at_distance(hours=24).is_late
    assert at_distance(hours=25).is_late
    assert at_distance(days=3).is_late
    with pytest.raises(Refused, match="3 days"):
        at_distance(days=3, minutes=1)


def test_a_manager_may_log_further_back(mine, people, moment):
    draft = LogDraft(kind="NOTE", content="Canton Fair", happened_at=moment - timedelta(days=30))
    assert actions.log_interaction(customer_id=mine.pk, draft=draft, by=people.chen, at=moment).is_late


def test_a_log_dated_back_leaves_the_last_contact_where_it_is(mine, people, moment):
    actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    earlier = LogDraft(**{**CALL.__dict__, "happened_at": moment - timedelta(days=1)})
    actions.log_interaction(customer_id=mine.pk, draft=earlier, by=people.lin, at=moment)
    mine.refresh_from_db()
    assert (mine.first_contact_at, mine.last_contact_at) == (moment - timedelta(days=1), moment)
    assert mine.follow_up_count == 1


def test_a_reply_of_the_customer_is_contact_but_no_follow_up(mine, people, moment):
    draft = LogDraft(kind="EMAIL", direction="IN", content="He asks for the price")
    actions.log_interaction(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    mine.refresh_from_db()
    assert (mine.last_contact_at, mine.last_follow_up_at, mine.follow_up_count) == (moment, None, 0)


def test_our_answer_to_the_customers_first_mail_is_follow_up_one(mine, people, moment):
    first = LogDraft(kind="EMAIL", direction="IN", content="Inquiry", happened_at=moment - timedelta(hours=3))
    actions.log_interaction(customer_id=mine.pk, draft=first, by=people.lin, at=moment)
    actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    mine.refresh_from_db()
    assert mine.follow_up_count == 1


def test_deleting_a_log_counts_anew(mine, people, moment):
    actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    later = moment + timedelta(hours=2)
    second = actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=later)
    actions.recycle_interaction(interaction_id=second.pk, by=people.lin, at=later)
    mine.refresh_from_db()
    assert (mine.last_contact_at, mine.follow_up_count) == (moment, 0)
    actions.restore_interaction(interaction_id=second.pk, by=people.lin, at=later)
    mine.refresh_from_db()
    assert (mine.last_contact_at, mine.follow_up_count) == (later, 1)


def test_depth_rises_with_evidence_and_never_falls(mine, contact, people, moment):
    faisal = contact(mine)
    for kind in ("VISIT", "EMAIL"):
        draft = LogDraft(kind=kind, content="At his works", contact_ids=[faisal.pk])
        actions.log_interaction(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    faisal.refresh_from_db()
    assert faisal.relationship_depth == "VISITED_COMPANY"
    change = DimensionChange.objects.get(dimension="relationship_depth")
    assert (change.old, change.new, change.cause, change.contact) == (
        "NONE",
        "VISITED_COMPANY",
        "RULE",
        faisal,
    )


def test_a_person_of_another_customer_is_refused(mine, customer, contact, people, moment):
    stranger = contact(customer(owner=people.lin))
    draft = LogDraft(kind="NOTE", content="With whom?", contact_ids=[stranger.pk])
    with pytest.raises(Refused) as refused:
        actions.log_interaction(customer_id=mine.pk, draft=draft, by=people.lin, at=moment)
    assert "contacts" in refused.value.message_dict


def test_the_writer_edits_within_a_day_and_the_journal_keeps_the_former_words(mine, people, moment):
    logged = actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    changes = {"content": "He wants 2,400 valves by May."}
    at = moment + timedelta(hours=23)
    with pytest.raises(Refused, match="writer"):
        actions.change_interaction(interaction_id=logged.pk, changes=changes, by=people.wang, at=at)
    changed = actions.change_interaction(interaction_id=logged.pk, changes=changes, by=people.lin, at=at)
    assert (changed.content, changed.version) == ("He wants 2,400 valves by May.", 2)
    entry = Entry.objects.get(kind="customers.interaction", verb="change")
    assert entry.personal.changes["content"] == [CALL.content, changes["content"]]
    with pytest.raises(Refused, match="correction"):
        actions.change_interaction(
            interaction_id=logged.pk, changes=changes, by=people.lin, at=moment + timedelta(hours=25)
        )


def test_a_late_correction_is_appended_and_counts_for_nothing(mine, people, moment):
    logged = actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    at = moment + timedelta(days=2)
    correction = actions.correct_interaction(
        interaction_id=logged.pk, content="It was 2,400 pieces.", by=people.lin, at=at
    )
    mine.refresh_from_db()
    assert correction.corrects == logged
    assert mine.last_contact_at == moment


def test_changing_a_call_to_unanswered_takes_its_count_away(mine, people, moment):
    logged = actions.log_interaction(customer_id=mine.pk, draft=CALL, by=people.lin, at=moment)
    actions.change_interaction(
        interaction_id=logged.pk, changes={"outcome": "NO_ANSWER"}, by=people.lin, at=moment
    )
    mine.refresh_from_db()
    assert mine.last_contact_at is None


def test_a_step_somebody_else_closed_first_does_not_lose_the_log(mine, people, moment):
    step = actions.add_next_step(
        customer_id=mine.pk, draft=NextStepDraft("Call", due_on=date(2026, 11, 25)), by=people.lin, at=moment
    )
    actions.close_next_step(step_id=step.pk, by=people.chen, at=moment)
    logged = actions.log_interaction(
        customer_id=mine.pk, draft=CALL, by=people.lin, at=moment, closes=[step.pk]
    )
    step.refresh_from_db()
    assert logged.pk
    assert (step.closed_by, step.closed_in) == (people.chen, None)


def test_an_import_may_tell_of_years_ago(mine, people, moment):
    old = LogDraft(kind="EMAIL", content="", happened_at=moment - timedelta(days=900))
    logged = actions.log_interaction(
        customer_id=mine.pk, draft=old, by=people.lin, at=moment, is_history=True
    )
    assert not logged.is_late
    assert NextStep.objects.count() == 0
