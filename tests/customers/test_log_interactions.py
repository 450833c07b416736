"""Logging many interactions at once means the same as logging each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions import (
    LogDraft,
    LogEntry,
    NextStepDraft,
    RowsRefused,
    log_interaction,
    log_interactions,
)
from genjin.customers.models import Customer, DimensionChange, Interaction, NextStep
from genjin.journal.models import Entry

COMPARED = ("first_contact_at", "last_contact_at", "last_follow_up_at", "follow_up_count")


@pytest.fixture
def entries(people, customer, contact, moment):
    """Three days of talk with one customer: a mail, a call nobody answers, an answer."""
    company = customer()
    buyer = contact(company)

    def entry(days: int, kind: str, **rest: Any) -> LogEntry:
        at = moment + timedelta(days=days)
        step = NextStepDraft(
            purpose=f"Step {days}", due_on=at.date() + timedelta(days=2), contact_id=buyer.pk
        )
        draft = LogDraft(kind=kind, content="Talked about valves.", contact_ids=[buyer.pk], **rest)
        return LogEntry(company.pk, draft, people.lin, at, step)

    return [
        entry(0, "EMAIL"), entry(1, "AUDIO_CALL", outcome="NO_ANSWER"), entry(2, "CHAT", direction="IN"),
        entry(3, "VIDEO_CALL", outcome="CONNECTED", minutes=20),
    ]  # fmt: skip


def picture() -> list[Any]:
    """Everything that logging writes, without the numbers of rows."""
    entries = Entry.objects.order_by("pk").values_list("at", "by", "verb", "kind", "title")
    return [
        list(Interaction.objects.order_by("happened_at").values_list(
            "kind", "direction", "happened_at", "content", "outcome", "minutes", "counts_as_contact",
            "counts_as_follow_up", "is_late", "person", "logged_at", "contacts__name",
        )),
        list(NextStep.objects.order_by("created_at").values_list("purpose", "due_on", "owner", "state")),
        list(Customer.objects.values_list(*COMPARED)),
        sorted(map(repr, entries)),
        list(DimensionChange.objects.order_by("pk").values_list("dimension", "old", "new", "at", "cause")),
    ]  # fmt: skip


def test_many_at_once_leave_the_same_as_one_by_one(entries):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        for one in entries:
            log_interaction(
                customer_id=one.customer_id, draft=one.draft, by=one.by, at=one.at, next_step=one.next_step
            )
        singly = picture()
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    log_interactions(entries=entries)
    assert picture() == singly


def test_an_entry_closes_the_step_it_fulfils(entries, people):
    first, later = entries[0], entries[2]
    log_interactions(entries=[first])
    step = NextStep.objects.get()
    closing = LogEntry(later.customer_id, later.draft, people.lin, later.at, None, [step.pk])
    made = log_interactions(entries=[closing])[0]
    step.refresh_from_db()
    assert (step.state, step.closed_in, step.closed_by, step.closed_at) == (
        "DONE",
        made,
        people.lin,
        later.at,
    )
    assert Entry.objects.filter(verb="close", object_id=step.pk).exists()


def test_a_step_of_another_customer_stays_open(entries, customer, people):
    log_interactions(entries=[entries[0]])
    step = NextStep.objects.get()
    stranger = customer()
    wrong = LogEntry(
        stranger.pk, LogDraft(kind="NOTE", content="Hello."), people.lin, entries[1].at, None, [step.pk]
    )
    log_interactions(entries=[wrong])
    step.refresh_from_db()
    assert step.state == NextStep.State.OPEN


def test_one_bad_entry_stops_all_and_is_named(entries, people):
    bad = LogEntry(entries[0].customer_id, LogDraft(kind="EMAIL", content=""), people.lin, entries[0].at)
    with pytest.raises(RowsRefused) as refused:
        log_interactions(entries=[entries[0], bad])
    assert list(refused.value.rows) == [1]
    assert "content" in refused.value.rows[1]
    assert not Interaction.objects.exists()


def test_many_entries_need_no_more_queries_than_few(entries, customer, people, moment):
    def queries(count: int) -> int:
        companies = [customer() for _ in range(count)]
        logs = [
            LogEntry(company.pk, LogDraft(kind="NOTE", content="A note."), people.lin, moment)
            for company in companies
        ]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            log_interactions(entries=logs)
        return len(seen)

    assert queries(2) == queries(40)
