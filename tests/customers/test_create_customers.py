"""Making and changing customers: numbers, short names, values, versions; many at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers import actions, normalise
from genjin.customers.actions import Conflict, Refused, RowsRefused
from genjin.customers.models import Customer, DimensionChange, ListEntry, Tag
from genjin.journal.models import Entry, Mark


def test_a_new_customer_gets_the_next_number_and_the_doer_as_owner(people, moment, turkey):
    row = {
        "name": "  Anadolu Vana San. Tic. Ltd. Şti. ", "country_id": "TR", "follow_grade": "TOP",
        "website": "https://www.Anadolu-Vana.example/tr?x=1",
    }  # fmt: skip
    first = actions.create_customer(row=row, by=people.lin, at=moment)
    second = actions.create_customer(row={"name": "Other"}, by=people.lin, at=moment)
    assert second.serial == first.serial + 1
    assert (first.owner, first.owned_since, first.created_by) == (people.lin, moment, people.lin)
    assert (first.name, first.domain, first.grade_order) == (
        "Anadolu Vana San. Tic. Ltd. Şti.", "anadolu-vana.example", 5,
    )  # fmt: skip
    assert first.short_name == "Anadolu Vana San. Tic."
    change = DimensionChange.objects.get(customer=first)
    assert (change.dimension, change.old, change.new, change.by) == ("follow_grade", "", "TOP", people.lin)
    assert Entry.objects.get(kind="customers.customer", object_id=first.pk).verb == "create"
    assert Mark.objects.filter(subject_id=first.pk).exists()


def test_a_lead_gets_its_number_when_it_is_confirmed(people, moment):
    lead = actions.create_customer(row={"name": "Asker", "is_confirmed": False}, by=None, at=moment)
    assert (lead.serial, lead.owner) == (None, None)
    assert actions.confirm_customers(ids=[lead.pk], by=people.lin, at=moment) == 1
    lead.refresh_from_db()
    assert lead.serial
    assert actions.confirm_customers(ids=[lead.pk], by=people.lin, at=moment) == 0


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "A", "short_name": "x" * 41}, "short_name"),
        ({"name": "A", "timezone": "Mars/Base"}, "timezone"),
        ({"name": "A", "founded_year": -1}, "founded_year"),
        ({"name": "A", "founded_year": "many"}, "founded_year"),
        ({"name": "A", "annual_purchase": "1e99"}, "annual_purchase"),
        ({"name": "A", "follow_grade": "A"}, "follow_grade"),
        ({"name": "A", "fit_score": 6}, "fit_score"),
        ({"name": "A", "country_id": "??"}, "country"),
        ({"name": "A", "source_id": 999_999}, "source"),
        ({"name": "A", "owner_id": 999_999}, "owner"),
        ({"name": "A", "remarks": "x" * 5001}, "remarks"),
    ],
)
def test_a_poor_value_is_refused_beside_its_field(people, moment, row, field):
    with pytest.raises(Refused) as refused:
        actions.create_customer(row=row, by=people.lin, at=moment)
    assert list(refused.value.message_dict) == [field]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE x; --", "<script>alert(1)</script>", "شركة قصر", "𠮷野家 🦀"]
)
def test_any_text_is_a_name(people, moment, name):
    assert actions.create_customer(row={"name": name}, by=people.lin, at=moment).name == name


def test_short_names_differ_within_a_country_only(people, moment, turkey):
    row = {"name": "Fakir", "short_name": "Fakir", "country_id": "TR"}
    actions.create_customer(row=row, by=people.lin, at=moment)
    with pytest.raises(Refused) as refused:
        actions.create_customer(row={**row, "short_name": "FAKIR"}, by=people.lin, at=moment)
    assert "short_name" in refused.value.message_dict
    actions.create_customer(row={**row, "country_id": None}, by=people.lin, at=moment)
    other = {"name": "Fakir", "country_id": "TR", "same_name_reason": "another Fakir"}
    proposed = actions.create_customer(row=other, by=people.lin, at=moment)
    assert proposed.short_name == "Fakir 2"


def test_one_bad_row_refuses_the_batch_and_names_the_row(people, moment):
    rows = [{"name": "Good"}, {"name": ""}, {"name": "Good 2", "fit_score": 9}]
    with pytest.raises(RowsRefused) as refused:
        actions.create_customers(rows=rows, by=people.lin, at=moment)
    assert {i: list(found) for i, found in refused.value.rows.items()} == {1: ["name"], 2: ["fit_score"]}
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("name", "short", "key"),
    [
        ("Nordlicht Armaturen GmbH & Co. KG", "Nordlicht Armaturen", "nordlicht armaturen"),
        ("宁波海川阀门有限公司", "宁波海川阀门", "宁波海川阀门"),
        ("Société Générale d'Eau S.A.R.L.", "Société Générale d'Eau", "societe generale d eau"),
        ("Ltd", "Ltd", "ltd"),
        ("", "", ""),
    ],
)
def test_a_legal_form_says_nothing_about_who_somebody_is(name, short, key):
    assert (normalise.short_name(name), normalise.name_key(name)) == (short, key)


@pytest.mark.parametrize(
    ("site", "domain"),
    [
        ("https://www.Example.com/a?b=1", "example.com"),
        ("example.com", "example.com"),
        ("http://bücher.example:8080", "xn--bcher-kva.example"),
        ("no site", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_a_site_is_known_by_its_domain(site, domain):
    assert normalise.domain_of(site) == domain


def test_tags_and_channels_come_with_the_rows(people, moment):
    tag = Tag.objects.create(name="Valves")
    online = ListEntry.objects.create(list="SALES_CHANNEL", name_en="Webshop of our own")
    made = actions.create_customer(
        row={"name": "A", "tag_ids": [tag.pk], "sales_channel_ids": [online.pk]}, by=people.lin, at=moment
    )
    assert (made.tags.get(), made.sales_channels.get()) == (tag, online)


def test_a_batch_of_500_does_not_ask_once_a_row(people, moment, turkey):
    def queries(count: int, word: str) -> int:
        rows = [
            {"name": f"{word} {i}", "country_id": "TR", "follow_grade": "MID", "website": f"{word}{i}.com"}
            for i in range(count)
        ]
        with CaptureQueriesContext(connection) as seen:
            actions.create_customers(rows=rows, by=people.lin, at=moment)
        return len(seen)

    small, large = queries(50, "small"), queries(500, "large")
    # SQLite takes 999 values a statement, which is a dozen customers; nothing else may grow.
    assert large - small < 450 / 9


def test_a_change_tells_old_and_new_and_raises_the_version(customer, people, moment):
    mine = customer(owner=people.lin, city="Riyadh")
    changes = {"city": "Jeddah", "website": "www.qasr.example", "name": mine.name}
    changed = actions.change_customer(customer_id=mine.pk, changes=changes, by=people.lin, at=moment)
    assert (changed.city, changed.domain, changed.version) == ("Jeddah", "qasr.example", 2)
    entry = Entry.objects.get(verb="change")
    assert entry.changes == {"city": ["Riyadh", "Jeddah"], "website": ["", "www.qasr.example"]}


def test_changing_nothing_leaves_no_trace(customer, people, moment):
    mine = customer(owner=people.lin, city="Riyadh")
    actions.change_customer(customer_id=mine.pk, changes={"city": "Riyadh "}, by=people.lin, at=moment)
    mine.refresh_from_db()
    assert mine.version == 1
    assert not Entry.objects.exists()


def test_the_second_saver_learns_what_changed_and_overwrites_nothing(customer, people, moment):
    mine = customer(owner=people.lin, city="Riyadh")
    actions.change_customer(
        customer_id=mine.pk, changes={"city": "Jeddah"}, by=people.lin, at=moment, expected_version=1
    )
    with pytest.raises(Conflict) as conflict:
        actions.change_customer(
            customer_id=mine.pk, changes={"city": "Dammam"}, by=people.chen, at=moment, expected_version=1
        )
    assert conflict.value.differences == {"city": ("Dammam", "Jeddah")}
    mine.refresh_from_db()
    assert mine.city == "Jeddah"


def test_dimensions_and_owner_are_out_of_reach_of_a_change(customer, people, moment):
    mine = customer(owner=people.lin)
    changes = {"follow_grade": "TOP", "owner_id": people.wang.pk, "serial": 1}
    assert actions.change_customers(ids=[mine.pk], changes=changes, by=people.lin, at=moment) == 0


def test_many_are_changed_with_a_bounded_number_of_queries(customer, people, moment, turkey):
    def queries(count: int) -> int:
        ids = [customer(owner=people.lin).pk for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            assert (
                actions.change_customers(ids=ids, changes={"country_id": "TR"}, by=people.lin, at=moment)
                == count
            )
        return len(seen)

    assert queries(60) == queries(3)


def test_moving_a_customer_to_a_country_where_its_short_name_is_taken_is_refused(
    customer, people, moment, turkey
):
    customer(short_name="Fakir", country=turkey)
    mine = customer(short_name="fakir", owner=people.lin)
    with pytest.raises(Refused):
        actions.change_customer(customer_id=mine.pk, changes={"country_id": "TR"}, by=people.lin, at=moment)


def short_names(rows, people, moment):
    made = actions.create_customers(
        rows=[{"country_id": "TR", "same_name_reason": "another one", **row} for row in rows],
        by=people.lin,
        at=moment,
    )
    return [customer.short_name for customer in made]


def test_a_proposed_short_name_leaves_alone_what_a_later_row_of_the_batch_is_called(people, moment, turkey):
    rows = [{"name": "Fakir Ltd"}, {"name": "Fakir GmbH"}, {"name": "Other", "short_name": "fakir 2"}]
    assert short_names(rows, people, moment) == ["Fakir", "Fakir 3", "fakir 2"]


def test_a_proposed_short_name_is_free_among_those_proposed_before(people, moment, turkey):
    first = short_names([{"name": "Fakir"}] * 5, people, moment)
    second = short_names([{"name": "Fakir"}] * 5, people, moment)
    assert len({*first, *second}) == 10


def test_proposing_short_names_costs_hardly_more_for_many(people, moment, turkey):
    def queries(count):
        with CaptureQueriesContext(connection) as seen:
            assert len(set(short_names([{"name": "Fakir"}] * count, people, moment))) == count
        return len(seen)

    queries(100)
    assert queries(100) <= queries(3) + 10
