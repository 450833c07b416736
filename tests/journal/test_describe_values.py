"""Values of every JSON kind are told in words."""

from genjin.journal.describe import value_text
from genjin.records import registry


def test_a_list_of_values_is_told_one_by_one_even_where_a_kind_names_its_values():
    kind = registry.get("customers.customer")
    assert value_text(kind, "follow_grade", ["TOP", "LOW"]) == "Top, Low"
    assert value_text(kind, "social_links", {"x": 1})


def test_owners_are_told_by_name_and_moments_in_the_readers_zone(people, customer, moment):
    from django.db import transaction

    from genjin.journal import actions
    from genjin.journal.describe import describe_all

    mine = customer()
    changes = {"owner_id": (people.wang.pk, people.lin.pk), "last_contact_at": (None, moment)}
    told = actions.Written("assign", "customers.customer", mine.pk, changes=changes)
    with transaction.atomic():
        entries = actions.record(by=people.chen, at=moment, written=[told])
    shown = {
        change.field: (change.old, change.new) for change in describe_all(entries, people.lin)[0].changes
    }
    assert shown["owner_id"] == ("Wang Lei", "Lin Xiaowen")
    assert "T" not in shown["last_contact_at"][1]
