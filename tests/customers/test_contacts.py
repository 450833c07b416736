"""People at customers: ways to reach them, main contact, superiors, bin, erasure."""

from __future__ import annotations

import pytest

from genjin.customers import actions
from genjin.customers.actions import Conflict, Refused
from genjin.customers.models import Contact, ContactPoint, DimensionChange, SensitiveNote
from genjin.journal.models import Entry, Personal
from genjin.policy.models import CompanySwitches


@pytest.fixture
def mine(customer, people, turkey):
    return customer(owner=people.lin, country=turkey)


def add(mine, people, moment, **row):
    return actions.create_contact(
        row={"customer_id": mine.pk, "name": "Mehmet", **row}, by=people.lin, at=moment
    )


def test_ways_to_reach_are_kept_as_typed_and_compared_normalised(mine, people, moment):
    points = [
        {"kind": "EMAIL", "value": " Mehmet@Bücher.example "},
        {"kind": "MOBILE", "value": "0532 123 45 67"},
        {"kind": "WHATSAPP", "value": "+90 (532) 123-45-67", "label": "private"},
        {"kind": "WECHAT", "value": "Mehmet 88"},
        {"kind": "EMAIL", "value": "MEHMET@bücher.example"},
        {"kind": "PHONE", "value": ""},
    ]
    contact = add(mine, people, moment, points=points)
    stored = {p.kind: (p.value, p.normalised) for p in contact.points.all()}
    assert stored == {
        "EMAIL": ("Mehmet@Bücher.example", "mehmet@xn--bcher-kva.example"),
        "MOBILE": ("0532 123 45 67", "+905321234567"),
        "WHATSAPP": ("+90 (532) 123-45-67", "+905321234567"),
        "WECHAT": ("Mehmet 88", "mehmet88"),
    }


@pytest.mark.parametrize(
    ("kind", "value"), [("EMAIL", "no address"), ("PHONE", "call me"), ("FAX", "12"), ("PIGEON", "x")]
)
def test_a_poor_way_to_reach_is_refused_beside_itself(mine, people, moment, kind, value):
    points = [{"kind": "EMAIL", "value": "a@b.example"}, {"kind": kind, "value": value}]
    with pytest.raises(Refused) as refused:
        add(mine, people, moment, points=points)
    assert list(refused.value.message_dict) == ["points-1"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": ""}, "name"),
        ({"birthday_month": 2, "birthday_day": 30}, "birthday_day"),
        ({"birthday_month": 2}, "birthday_day"),
        ({"timezone": "Nowhere"}, "timezone"),
        ({"decision_role": "BOSS"}, "decision_role"),
        ({"industry_knowledge": 0}, "industry_knowledge"),
        ({"country_id": "XX"}, "country"),
    ],
)
def test_a_poor_value_is_refused_beside_its_field(mine, people, moment, row, field):
    with pytest.raises(Refused) as refused:
        add(mine, people, moment, **row)
    assert list(refused.value.message_dict) == [field]


def test_somebody_born_on_the_29th_of_february_is_welcome(mine, people, moment):
    assert add(mine, people, moment, birthday_month=2, birthday_day=29).birthday_day == 29


def test_there_is_always_exactly_one_main_contact(mine, people, moment):
    def main():
        return list(mine.contacts.filter(is_primary=True, deleted_at=None).values_list("name", flat=True))

    first = add(mine, people, moment, name="First")
    add(mine, people, moment, name="Second")
    assert main() == ["First"]
    third = add(mine, people, moment, name="Third", is_primary=True)
    assert main() == ["Third"]
    actions.change_contact(contact_id=first.pk, changes={"is_primary": True}, by=people.lin, at=moment)
    assert main() == ["First"]
    actions.recycle_contact(contact_id=first.pk, by=people.lin, at=moment)
    assert main() == ["Second"]
    actions.restore_contact(contact_id=first.pk, by=people.lin, at=moment)
    assert main() == ["Second"]
    assert third.pk


def leaves(contact, people, moment):
    actions.change_contact(
        contact_id=contact.pk, changes={"left_on": moment.date()}, by=people.lin, at=moment
    )


def erased(contact, people, moment):
    actions.erase_contact(contact_id=contact.pk, by=people.chen, at=moment)


def recycled(contact, people, moment):
    actions.recycle_contact(contact_id=contact.pk, by=people.lin, at=moment)


@pytest.mark.parametrize("goes", [leaves, erased, recycled])
def test_the_next_colleague_is_the_main_contact_once_the_main_one_is_gone(mine, people, moment, goes):
    gone = add(mine, people, moment, name="Gone", left_on=moment.date(), is_primary=True)
    first, second, third = (add(mine, people, moment, name=name) for name in ("First", "Second", "Third"))
    assert [row.pk for row in mine.contacts.filter(is_primary=True)] == [first.pk], "not who had left"
    goes(second, people, moment)
    assert [row.pk for row in mine.contacts.filter(is_primary=True)] == [first.pk]
    goes(first, people, moment)
    assert [row.pk for row in mine.contacts.filter(is_primary=True)] == [third.pk]
    assert gone.pk != third.pk


def test_who_left_is_the_main_contact_again_only_where_nobody_else_is(mine, people, moment):
    def back(contact):
        actions.change_contact(contact_id=contact.pk, changes={"left_on": None}, by=people.lin, at=moment)
        contact.refresh_from_db()
        return contact.is_primary

    alone = add(mine, people, moment, name="Alone")
    leaves(alone, people, moment)
    alone.refresh_from_db()
    assert (alone.is_primary, Entry.objects.first().changes["is_primary"]) == (False, [True, False])
    assert back(alone)
    leaves(alone, people, moment)
    add(mine, people, moment, name="Successor")
    assert not back(alone)
    actions.change_contact(
        contact_id=alone.pk, changes={"is_primary": True, "left_on": moment.date()}, by=people.lin, at=moment
    )
    assert mine.contacts.get(is_primary=True).name == "Successor", "nobody is both gone and the main one"


def test_names_lie_in_the_erasable_side_table(mine, people, moment):
    contact = add(mine, people, moment, points=[{"kind": "EMAIL", "value": "m@b.example"}])
    entry = Entry.objects.get(kind="customers.contact", object_id=contact.pk)
    assert (entry.title, entry.changes["name"], entry.changes["points"]) == ("", None, None)
    assert entry.personal.title == "Mehmet"


def test_changed_ways_keep_the_rows_that_stay(mine, people, moment):
    contact = add(mine, people, moment, points=[{"kind": "EMAIL", "value": "m@b.example"}])
    kept = contact.points.get().pk
    points = [
        {"kind": "EMAIL", "value": "M@b.example", "state": "INVALID"},
        {"kind": "PHONE", "value": "02121234567"},
    ]
    actions.change_contact(contact_id=contact.pk, changes={}, points=points, by=people.lin, at=moment)
    assert ContactPoint.objects.get(pk=kept).state == "INVALID"
    assert contact.points.count() == 2
    actions.change_contact(contact_id=contact.pk, changes={}, points=[], by=people.lin, at=moment)
    assert not contact.points.exists()


def test_a_changed_role_is_kept_in_the_history(mine, people, moment):
    contact = add(mine, people, moment)
    actions.change_contact(
        contact_id=contact.pk, changes={"decision_role": "DECIDER"}, by=people.lin, at=moment, why="He signs"
    )
    change = DimensionChange.objects.get(contact=contact)
    assert (change.dimension, change.old, change.new, change.why) == (
        "decision_role", "UNKNOWN", "DECIDER", "He signs",
    )  # fmt: skip


def test_the_second_saver_of_a_person_learns_of_the_first(mine, people, moment):
    contact = add(mine, people, moment)
    actions.change_contact(contact_id=contact.pk, changes={"job_title": "Buyer"}, by=people.lin, at=moment)
    with pytest.raises(Conflict) as conflict:
        actions.change_contact(
            contact_id=contact.pk, changes={"job_title": "Boss"}, by=people.lin, at=moment, expected_version=1
        )
    assert conflict.value.differences == {"job_title": ("Boss", "Buyer")}


def test_nobody_reports_to_himself_through_others(mine, people, moment):
    boss = add(mine, people, moment, name="Boss")
    clerk = add(mine, people, moment, name="Clerk", reports_to_id=boss.pk)
    with pytest.raises(Refused):
        actions.change_contact(
            contact_id=boss.pk, changes={"reports_to_id": clerk.pk}, by=people.lin, at=moment
        )


def test_a_superior_must_work_for_the_same_customer(mine, customer, contact, people, moment):
    stranger = contact(customer())
    with pytest.raises(Refused):
        add(mine, people, moment, reports_to_id=stranger.pk)


def test_an_erased_person_leaves_no_value_behind(mine, people, moment):
    points = [{"kind": "EMAIL", "value": "mehmet@b.example"}]
    contact = add(mine, people, moment, points=points, remarks="Likes tea", decision_role="DECIDER")
    actions.erase_contact(contact_id=contact.pk, by=people.chen, at=moment)
    contact.refresh_from_db()
    assert (contact.name, contact.remarks, contact.points.count()) == ("—", "", 0)
    assert contact.deleted_at == moment
    kept = Personal.objects.filter(entry__kind="customers.contact", entry__object_id=contact.pk)
    assert all(row.title == row.note == "" and row.changes == {} for row in kept)
    assert Entry.objects.filter(object_id=contact.pk, verb="erase").exists()
    assert not Contact.objects.filter(name="Mehmet").exists()


def test_restricted_facts_are_for_the_owner_only_and_where_switched_on(mine, contact, people, moment):
    person = contact(mine)

    def write(by, **given):
        note = {"topic": "HOBBIES", "text": "Sailing", "purpose": "Talk at the fair"} | given
        return actions.write_sensitive_note(contact_id=person.pk, by=by, at=moment, **note)

    with pytest.raises(Refused):
        write(people.lin)
    CompanySwitches.objects.update_or_create(pk=1, defaults={"sensitive_fields": True})
    with pytest.raises(Refused):
        write(people.chen)
    with pytest.raises(Refused) as refused:
        write(people.lin, purpose="")
    assert "purpose" in refused.value.message_dict
    assert write(people.lin).text == "Sailing"
    assert not Personal.objects.filter(changes__icontains="Sailing").exists()
    assert write(people.lin, text="") is None
    assert not SensitiveNote.objects.exists()


def main_of(customer):
    rows = Contact.objects.alive().filter(customer=customer, is_primary=True)
    return [row.name for row in rows]


def test_whoever_gives_up_being_the_main_contact_has_an_heir(mine, people, moment):
    first, second = add(mine, people, moment, name="First"), add(mine, people, moment, name="Second")
    actions.change_contact(contact_id=first.pk, changes={"is_primary": False}, by=people.lin, at=moment)
    assert main_of(mine) == ["Second"]
    # The heir's open form is out of date, and the journal says why.
    heir = Contact.objects.get(pk=second.pk)
    assert heir.version == second.version + 1
    entry = Entry.objects.filter(kind="customers.contact", object_id=heir.pk).latest("pk")
    assert entry.changes == {"is_primary": [False, True]}


def test_the_only_person_stays_the_main_contact(mine, people, moment):
    only = add(mine, people, moment, name="Only")
    actions.change_contact(contact_id=only.pk, changes={"is_primary": False}, by=people.lin, at=moment)
    assert main_of(mine) == ["Only"]


def test_who_leaves_the_company_is_no_main_contact_any_more(mine, people, moment):
    first = add(mine, people, moment, name="First")
    gone = {"left_on": moment.date()}
    actions.change_contact(contact_id=first.pk, changes=gone, by=people.lin, at=moment)
    assert main_of(mine) == []
    second = add(mine, people, moment, name="Second")
    assert main_of(mine) == ["Second"]
    third = add(mine, people, moment, name="Third")
    actions.change_contact(contact_id=second.pk, changes=gone, by=people.lin, at=moment)
    assert main_of(mine) == ["Third"]
    # Who is back does not take it away from whom it went to; who left cannot be named.
    actions.change_contact(contact_id=first.pk, changes={"left_on": None}, by=people.lin, at=moment)
    actions.change_contact(contact_id=second.pk, changes={"is_primary": True}, by=people.lin, at=moment)
    add(mine, people, moment, name="Fourth", is_primary=True, left_on=moment.date())
    assert main_of(mine) == ["Third"]
    actions.erase_contact(contact_id=third.pk, by=people.chen, at=moment)
    assert main_of(mine) == ["First"]


def test_a_main_contact_replaced_by_a_new_one_knows_it(mine, people, moment):
    first = add(mine, people, moment, name="First")
    add(mine, people, moment, name="Second", is_primary=True)
    with pytest.raises(Conflict):
        actions.change_contact(
            contact_id=first.pk, changes={"is_primary": True}, by=people.lin, at=moment, expected_version=1
        )
