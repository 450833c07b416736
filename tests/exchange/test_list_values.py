"""Values of editable lists in imports that are undone after a value was removed from its list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from genjin.customers import actions, list_jobs
from genjin.customers.actions import imports
from genjin.customers.models import Customer, ListEntry, Tag
from genjin.exchange import import_actions, run_actions, undo_actions
from genjin.people import access


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


FAIR = "Company,Country,Source,Tags\nHafen GmbH,Germany,Canton Fair 138,vip\nBeta BV,Netherlands,Radio 9,\n"


def new_values(job, texts=("Canton Fair 138", "Radio 9")):
    """Check the file, and say that these sources are new ones."""
    given = {f"{name}|{text}": "+" for name in job.unknown for text in texts}
    access.of(job.by, today=job.created_at.date())
    import_actions.choose_values(job=job, given=given, by=job.by, at=job.created_at)


@pytest.fixture
def with_new_values(bring, work, people):
    def go():
        job = work(bring(FAIR, by=people.admin), "check")
        new_values(job)
        return work(job, "import")

    return go


def names():
    entries = ListEntry.objects.kept().filter(list="SOURCE")
    return {e.name_en for e in entries} & {"Canton Fair 138", "Radio 9"}


def test_an_undo_takes_away_the_values_that_the_import_made(with_new_values, bring, work, people):
    job = with_new_values()
    assert names() == {"Canton Fair 138", "Radio 9"}
    assert Tag.objects.filter(name="vip").exists()
    job = work(job, "undo")
    assert (job.state, job.kept, names()) == ("UNDONE", [], set())
    assert not Tag.objects.filter(name="vip").exists()
    job = work(bring(FAIR, by=people.admin), "check")
    asked = {text for values in job.unknown.values() for text, _count in values}
    assert asked == {"Canton Fair 138", "Radio 9"}
    work(job, "import")
    assert names() == {"Canton Fair 138", "Radio 9"}, "the answers of the first time are remembered"


def test_an_undo_leaves_values_that_others_use_or_changed_and_says_why(with_new_values, work, people, moment):
    job = with_new_values()
    fair, radio = (
        ListEntry.objects.get(name_en="Canton Fair 138"),
        ListEntry.objects.get(name_en="Radio 9"),
    )
    other = actions.create_customer(row={"name": "Gamma", "source_id": fair.pk}, by=people.lin, at=moment)
    tag = Tag.objects.get(name="vip")
    actions.tag_customers(ids=[other.pk], add=[tag.pk], by=people.lin, at=moment)
    later = moment + timedelta(days=1)
    actions.change_list_entry(entry_id=radio.pk, name_zh="电台", name_en="Radio 9", by=people.admin, at=later)
    job = work(job, "undo", at=later)
    assert names() == {"Canton Fair 138", "Radio 9"}
    reasons = [text.split("stays in its list: ")[1].split(" changed")[0] for text in job.kept]
    assert sorted(reasons) == ["1 customer has it.", "1 customer has it.", str(people.admin)]


def test_an_undo_that_was_killed_while_values_went_is_finished_by_the_next_attempt(with_new_values, moment):
    job = with_new_values()
    import_actions.undo(job=job, by=job.by, at=moment)
    told = iter([False, True])
    with pytest.raises(run_actions.Interrupted):
        undo_actions.take_back(job.pk, at=moment, stopping=lambda: next(told, True))
    undo_actions.take_back(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert (job.state, job.kept, names()) == ("UNDONE", [], set())
    assert not Customer.objects.filter(source__removed_at__isnull=False).exists()
