"""Tags and editable lists."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers import actions
from genjin.customers.actions import Refused
from genjin.customers.models import ListEntry, Tag
from genjin.journal.models import Entry


def test_a_tag_of_the_same_name_is_found_not_made(people, moment):
    first = actions.create_tag(name=" Spring   fair ", by=people.lin, at=moment, colour="green")
    assert first.name == "Spring fair"
    assert actions.create_tag(name="SPRING FAIR", by=people.lin, at=moment) == first


@pytest.mark.parametrize(("name", "colour"), [("", "grey"), ("x" * 41, "grey"), ("x", "pink")])
def test_a_poor_tag_is_refused(people, moment, name, colour):
    with pytest.raises(Refused):
        actions.create_tag(name=name, colour=colour, by=people.lin, at=moment)


def test_a_tag_cannot_take_the_name_of_another(people, moment):
    actions.create_tag(name="Valves", by=people.lin, at=moment)
    other = actions.create_tag(name="Pumps", by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.change_tag(tag_id=other.pk, name="valves", colour="red", by=people.lin, at=moment)
    assert (
        actions.change_tag(tag_id=other.pk, name="PUMPS", colour="red", by=people.lin, at=moment).colour
        == "red"
    )


def test_merged_tags_leave_every_customer_under_the_one(customer, people, moment):
    one, two = (actions.create_tag(name=n, by=people.lin, at=moment) for n in ("Valve", "Valves"))
    both, only = customer(), customer()
    actions.tag_customers(ids=[both.pk], add=[one.pk, two.pk], by=people.lin, at=moment)
    actions.tag_customers(ids=[only.pk], add=[one.pk], by=people.lin, at=moment)
    actions.merge_tags(tag_id=one.pk, into_id=two.pk, by=people.admin, at=moment)
    assert list(Tag.objects.all()) == [two]
    assert [list(c.tags.all()) for c in (both, only)] == [[two], [two]]


def test_tagging_tells_the_names(customer, people, moment):
    tag = actions.create_tag(name="Valves", by=people.lin, at=moment)
    mine = customer()
    assert actions.tag_customers(ids=[mine.pk], add=[tag.pk], by=people.lin, at=moment) == 1
    assert actions.tag_customers(ids=[mine.pk], add=[tag.pk], by=people.lin, at=moment) == 0
    assert Entry.objects.get(verb="tag").changes == {"tags": [[], ["Valves"]]}


def test_many_are_tagged_with_a_bounded_number_of_queries(customer, people, moment):
    def queries(count: int, name: str) -> int:
        ids = [customer().pk for _ in range(count)]
        tag = actions.create_tag(name=name, by=people.lin, at=moment)
        with CaptureQueriesContext(connection) as seen:
            actions.tag_customers(ids=ids, add=[tag.pk], by=people.lin, at=moment)
        return len(seen)

    assert queries(60, "a") == queries(2, "b")


def test_lists_are_edited_with_the_right_only(people, moment):
    with pytest.raises(Refused):
        actions.create_list_entry(list_name="SOURCE", name_en="Radio", by=people.lin, at=moment)
    entry = actions.create_list_entry(list_name="SOURCE", name_en="Radio", by=people.admin, at=moment)
    with pytest.raises(Refused):
        actions.create_list_entry(list_name="SOURCE", name_en="RADIO", by=people.admin, at=moment)
    with pytest.raises(Refused):
        actions.create_list_entry(list_name="SOURCE", by=people.admin, at=moment)
    changed = actions.change_list_entry(
        entry_id=entry.pk, name_zh="电台", name_en="Radio", is_active=False, by=people.admin, at=moment
    )
    assert (changed.name_zh, changed.is_active, changed.version) == ("电台", False, 2)


def test_a_choice_moves_up_and_stops_at_the_top(people, moment):
    ListEntry.objects.filter(list="SOURCE").delete()
    one, two = (
        actions.create_list_entry(list_name="SOURCE", name_en=n, by=people.admin, at=moment)
        for n in ("One", "Two")
    )
    for _ in range(2):
        actions.move_list_entry(entry_id=two.pk, up=True, by=people.admin, at=moment)
    assert list(ListEntry.objects.filter(list="SOURCE")) == [two, one]


def test_a_customer_in_the_bin_comes_back_with_the_tag_that_was_merged(customer, people, moment):
    one, two = (actions.create_tag(name=n, by=people.lin, at=moment) for n in ("Valve", "Valves"))
    mine = customer()
    actions.tag_customers(ids=[mine.pk], add=[one.pk], by=people.lin, at=moment)
    actions.recycle(ids=[mine.pk], by=people.chen, at=moment)
    actions.merge_tags(tag_id=one.pk, into_id=two.pk, by=people.admin, at=moment)
    actions.restore(ids=[mine.pk], by=people.chen, at=moment)
    assert list(mine.tags.all()) == [two]


def test_tags_are_merged_and_deleted_with_the_right_only(people, moment):
    one, two = (actions.create_tag(name=n, by=people.lin, at=moment) for n in ("Valve", "Valves"))
    with pytest.raises(Refused):
        actions.merge_tags(tag_id=one.pk, into_id=two.pk, by=people.lin, at=moment)
    with pytest.raises(Refused):
        actions.delete_tag(tag_id=one.pk, by=people.lin, at=moment)
    assert Tag.objects.count() == 2


def test_a_name_taken_between_look_and_write_is_refused_beside_its_field(people, moment, monkeypatch):
    one, two = (actions.create_tag(name=n, by=people.lin, at=moment) for n in ("Valve", "Pump"))
    monkeypatch.setattr(type(Tag.objects.all()), "exists", lambda _rows: False)
    with pytest.raises(Refused) as refused:
        actions.change_tag(tag_id=two.pk, name="Valve", colour="red", by=people.lin, at=moment)
    assert list(refused.value.message_dict) == ["name"]
    assert one.name == "Valve"
