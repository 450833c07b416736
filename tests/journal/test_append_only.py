"""Nobody changes or deletes an entry: not through the ORM, not by SQL, not after all migrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from genjin.journal import actions
from genjin.journal.models import Entry, Personal


@pytest.fixture
def entry(db: None, moment: datetime) -> Entry:
    with transaction.atomic():
        written = actions.Written(
            verb="create", kind="x.thing", object_id=1, title="Ada Lovelace", personal_title=True
        )
        return actions.record(by=None, at=moment, written=[written])[0]


def test_the_orm_refuses_to_change_or_delete_entries(entry: Entry) -> None:
    with pytest.raises(TypeError):
        Entry.objects.update(verb="other")
    with pytest.raises(TypeError):
        Entry.objects.filter(pk=entry.pk).delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry", "UPDATE journal_entry SET id = id"],
)
def test_the_database_refuses_it_too(entry: Entry, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Entry.objects.get().verb == "create"


def test_saving_an_entry_again_is_refused(entry: Entry) -> None:
    entry.verb = "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


def test_erasing_deletes_personal_values_and_leaves_the_entry(entry: Entry) -> None:
    assert Personal.objects.get().title == "Ada Lovelace"
    assert actions.erase_personal(kind="x.thing", object_ids=[1]) == 1
    assert not Personal.objects.exists()
    assert Entry.objects.get().verb == "create"


def test_erasing_leaves_other_records_alone(entry: Entry) -> None:
    actions.erase_personal(kind="x.thing", object_ids=[2])
    assert Personal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_can_be_flushed_and_the_triggers_are_still_there(
    moment: datetime, settings: Any
) -> None:
    from django.core.management import call_command

    with transaction.atomic():
        actions.record(by=None, at=moment, written=[actions.Written(verb="a", kind="b", object_id=1)])
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert not Entry.objects.exists()
    with transaction.atomic():
        actions.record(by=None, at=moment, written=[actions.Written(verb="a", kind="b", object_id=1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM journal_entry")
