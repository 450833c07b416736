"""Values of every JSON kind are told in words."""

from datetime import timedelta

import pytest
from django.utils import translation

from genjin.instance import actions as instance
from genjin.instance.models import Instance
from genjin.journal import describe
from genjin.journal.describe import value_text
from genjin.journal.models import Entry
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


@pytest.mark.parametrize(
    ("duration", "english", "chinese"),
    [
        (timedelta(days=1, hours=1), "1 day 1 hour", "1 天 1 小时"),
        (timedelta(minutes=90), "1 hour 30 minutes", "1 小时 30 分钟"),
        (timedelta(0), "0 minutes", "0 分钟"),
        (timedelta(days=-2), "minus 2 days", "负 2 天"),
    ],
)
def test_a_duration_is_told_in_words(duration, english, chinese):
    assert describe.duration_text(duration) == english
    with translation.override("zh-hans"):
        assert describe.duration_text(duration) == chinese


def test_a_moved_clock_is_told_in_words(people, moment):
    Instance.objects.update(kind=Instance.Kind.DEMO, clock_offset=timedelta())
    instance.move_clock(forward=timedelta(days=1, hours=1), by=people.admin, at=moment)
    told = describe.describe(Entry.objects.get(verb="move_clock"), people.admin)
    assert ("Business time ahead by", "1 day 1 hour") in [(c.label, c.new) for c in told.changes]


@pytest.mark.parametrize(("stored", "shown"), [("60000.00", "60,000"), ("1234.50", "1,234.50"), ("x", "")])
def test_a_sum_has_its_thousands_grouped_in_both_languages(stored, shown):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert describe.amount_text(stored) == shown
