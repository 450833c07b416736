"""The numbers of the log are the policy's: of the company, the team or the person who wrote it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers import actions, timeline
from genjin.customers.actions import LogDraft, LogEntry, Refused, RowsRefused
from genjin.customers.models import Interaction
from genjin.customers.present_timeline import Reader, timeline_rows
from genjin.policy.actions import save_layer


@pytest.fixture
def mine(customer, people):
    return customer(owner=people.lin)


@pytest.fixture
def limit(people, moment):
    """`limit("TEAM", pk, edit_hours=1)` saves a layer with these numbers of the log."""

    def save(scope="COMPANY", subject_id=0, **numbers):
        values = {f"log.{name}": value for name, value in numbers.items()}
        save_layer(scope=scope, subject_id=subject_id, values=values, by=people.zhao, at=moment)

    return save


@pytest.fixture
def log(mine, people, moment):
    """`log(by, days=2)` writes a note about what happened so long ago."""

    def write(by=None, **ago):
        draft = LogDraft(kind="NOTE", content="Met his brother", happened_at=moment - timedelta(**ago))
        return actions.log_interaction(customer_id=mine.pk, draft=draft, by=by or people.lin, at=moment)

    return write


def test_the_company_says_how_far_back_one_may_log_and_what_is_late(limit, log):
    limit(backdating_days=10, late_after_hours=100)
    assert not log(hours=100).is_late
    assert log(days=10).is_late
    with pytest.raises(Refused, match="at most 10 days"):
        log(days=10, minutes=1)


def test_a_stricter_team_or_person_holds_for_their_own_logs_only(limit, log, people):
    limit("TEAM", people.west.pk, late_after_hours=2)
    limit("PERSON", people.lin.pk, backdating_days=1)
    assert not log(hours=3).is_late
    with pytest.raises(Refused, match="at most 1 day;"):
        log(days=2)
    assert log(people.hu, days=2).is_late
    assert log(people.hu, hours=3).is_late
    assert log(people.wang, days=2).is_late


def test_the_window_is_the_writers_even_when_a_manager_edits(limit, log, people, moment):
    limit("PERSON", people.lin.pk, edit_hours=2)
    lins, wangs = log(), log(people.wang)
    at = moment + timedelta(hours=3)
    with pytest.raises(Refused, match="edited for 2 hours"):
        actions.change_interaction(
            interaction_id=lins.pk, changes={"content": "His cousin"}, by=people.chen, at=at
        )
    changed = actions.change_interaction(
        interaction_id=wangs.pk, changes={"content": "His cousin"}, by=people.chen, at=at
    )
    assert changed.content == "His cousin"
    with pytest.raises(Refused, match="deleted for 2 hours"):
        actions.recycle_interaction(interaction_id=lins.pk, by=people.lin, at=at)


def test_a_new_number_changes_nothing_about_what_was_dated_before(limit, log, people, moment):
    logged = log(hours=30)
    limit(backdating_days=1, late_after_hours=48)
    changes = {"content": "His cousin"}
    changed = actions.change_interaction(
        interaction_id=logged.pk, changes=changes, by=people.lin, at=moment + timedelta(hours=1)
    )
    assert (changed.content, changed.is_late) == ("His cousin", True)
    moved = {"happened_at": moment - timedelta(hours=26)}
    with pytest.raises(Refused, match="1 day;"):
        actions.change_interaction(interaction_id=logged.pk, changes=moved, by=people.lin, at=moment)


def test_many_at_once_obey_the_numbers_of_each_writer(limit, mine, people, moment):
    limit("PERSON", people.lin.pk, call_content_min=40)
    draft = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="He wants 4,200 valves.")
    entries = [LogEntry(mine.pk, draft, by, moment) for by in (people.lin, people.wang)]
    with pytest.raises(RowsRefused) as refused:
        actions.log_interactions(entries=entries)
    assert list(refused.value.rows) == [0]
    assert "at least 40 characters" in refused.value.rows[0]["content"]
    actions.log_interactions(entries=entries[1:])
    assert Interaction.objects.get().person == people.wang


def test_the_timeline_offers_what_each_writers_window_allows(limit, log, mine, people, moment):
    limit("PERSON", people.lin.pk, edit_hours=2)
    lins, wangs = log(), log(people.wang)
    reader = Reader(people.chen.pk, may_edit=True, manages=True, recycles=False)

    def shown():
        at = moment + timedelta(hours=3)
        rows = timeline_rows(timeline.page(mine, tab="notes"), masked=False, now=at, reader=reader)
        return {r.interaction.pk: (r.may_edit, r.may_correct, r.may_delete) for r in rows}

    assert shown() == {lins.pk: (False, True, False), wangs.pk: (True, False, True)}
    with CaptureQueriesContext(connection) as few:
        shown()
    for by in (people.hu, people.zhao, people.lin, people.wang):
        log(by)
    with CaptureQueriesContext(connection) as many:
        assert len(shown()) == 6
    assert len(many) == len(few)


def test_the_form_and_the_page_of_corrections_say_the_numbers_in_force(
    limit, log, mine, people, sign_in, moment
):
    limit(call_content_min=40, edit_hours=2, backdating_days=5)
    client = sign_in(people.lin)
    posted = {
        "kind": "AUDIO_CALL", "outcome": "CONNECTED", "direction": "OUT", "content": "He wants 4,200 valves.",
        "happened_at_day": "2026-11-20", "happened_at_time": "08:30", "next_when": "3",
    }  # fmt: skip
    address = reverse("customers:log", args=[mine.pk])
    assert "at least 40 characters" in client.post(address, posted).content.decode()
    posted["content"] = "He wants 4,200 valves by May, and a price for the whole year."
    assert client.post(address, posted).status_code == 302
    logged = Interaction.objects.get()
    Interaction.objects.update(logged_at=moment - timedelta(hours=3))
    to = reverse("customers:correct_log", args=[logged.pk])
    assert client.get(reverse("customers:edit_log", args=[logged.pk])).url == to
    assert "older than 2 hours stays" in client.get(to).content.decode()


def test_what_was_logged_far_back_today_counts_as_done_today(limit, log, people, sign_in):
    limit(backdating_days=10)
    log(days=8)
    html = sign_in(people.lin).get(reverse("followups:done")).content.decode()
    assert "Met his brother" not in html, "notes are no work"
    Interaction.objects.update(kind="MEETING")
    assert "Met his brother" in sign_in(people.lin).get(reverse("followups:done")).content.decode()
