"""Values of editable lists in imports that are undone after a value was removed from its list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from genjin.customers import actions, list_jobs
from genjin.customers.actions import imports
from genjin.customers.models import Customer


@pytest.fixture
def removed(people, moment):
    """`removed(old, new)` removes a source and replaces it everywhere."""

    def go(old, new):
        made = actions.remove_list_entry(entry_id=old.pk, into_id=new.pk, by=people.admin, at=moment)
        list_jobs.replace.func(made.pk)

    return go


@pytest.fixture
def sources(people, moment):
    def make(name):
        return actions.create_list_entry(list_name="SOURCE", name_en=name, by=people.admin, at=moment)

    return [make(name) for name in ("Old fair", "New fair", "Radio")]


def test_what_an_import_made_is_undone_though_a_list_replaced_a_value_of_it(
    bring, work, moment, sources, removed
):
    old, new, _radio = sources
    job = work(bring("Company,Country,Source\nHafen GmbH,Germany,Old fair\n"), "import")
    made = Customer.objects.get(name="Hafen GmbH")
    assert made.source == old
    removed(old, new)
    job = work(job, "undo", at=moment + timedelta(days=1))
    assert (job.state, job.rows.get().kept) == ("UNDONE", [])
    assert not Customer.objects.alive().filter(pk=made.pk).exists()


def test_a_value_that_an_import_changed_is_given_back_though_a_list_replaced_it(
    bring, work, people, moment, sources, removed
):
    old, new, radio = sources
    row = {"name": "Hafen GmbH", "country_id": "DE", "source_id": radio.pk}
    mine = actions.create_customer(row=row, by=people.lin, at=moment)
    text = "Company,Country,Source\nHafen GmbH,Germany,Old fair\n"
    job = work(bring(text, existing="overwrite"), "import")
    mine.refresh_from_db()
    assert mine.source == old
    removed(old, new)
    removed(radio, new)
    job = work(job, "undo", at=moment + timedelta(days=1))
    mine.refresh_from_db()
    assert (mine.source, job.rows.get().kept) == (new, []), "what stands for the radio of before"


def test_the_old_name_in_a_file_means_what_took_its_place(bring, work, sources, removed):
    old, new, _radio = sources
    removed(old, new)
    work(bring("Company,Country,Source\nHafen GmbH,Germany,Old Fair\n"), "import")
    assert Customer.objects.get(name="Hafen GmbH").source == new


def test_a_value_removed_while_its_row_waits_to_be_written_is_followed(people, moment, sources, removed):
    old, new, _radio = sources
    row = {"name": "Hafen GmbH", "short_name": "Hafen", "source_id": old.pk}
    draft = imports.draft_customer(row, by=people.lin, at=moment)
    removed(old, new)
    with transaction.atomic():
        imports.store_customers(drafts=[draft], rows=[row], by=people.lin, at=moment)
    assert Customer.objects.get(name="Hafen GmbH").source == new
