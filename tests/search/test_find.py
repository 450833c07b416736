"""Finding: what one may see, best first, in a bounded number of queries."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.models import Collaborator, Customer
from genjin.search import actions, queries
from genjin.search.models import Document


def titles(user, text, **options):
    return [hit.title for hit in queries.find(user, text, **options)]


@pytest.mark.parametrize(
    "asked",
    ["恒泰", "nb", "nbht", "ningbo", "C00777", "777", "htvalve", "+86 574 8700 1234", "0574-87001234"],
)
def test_a_customer_is_found_by_whatever_is_remembered(firm, people, asked):
    firm("Nordkai Armaturen GmbH")
    firm(
        "宁波恒泰阀门有限公司", serial=777, domain="htvalve.example", phone="+86 574 87001234", city="宁波"
    )  # fmt: skip
    assert titles(people.lin, asked) == ["宁波恒泰阀门有限公司"]


def test_a_contact_is_found_by_mail_address_and_phone_and_names_its_customer(firm, person, people):
    nordkai = firm("Nordkai Armaturen GmbH")
    person(nordkai, "Jens Wittkamp", "jens.w@nordkai.example", "+49 171 555 0142")
    for asked in ("jens.w@nordkai.example", "0171 5550142", "witt"):
        (hit,) = queries.find(people.lin, asked)
        assert (hit.title, hit.note, hit.kind.name) == (
            "Jens Wittkamp", "Nordkai Armaturen GmbH", "customers.contact",
        )  # fmt: skip


def test_only_what_one_may_see_is_found(firm, person, people):
    hidden = firm("Hidden Pumps", owner=people.hu)
    person(hidden, "Hidden Person", "hidden@pumps.example")
    assert titles(people.lin, "hidden") == []
    assert sorted(titles(people.hu, "hidden")) == ["Hidden Person", "Hidden Pumps"]
    assert len(titles(people.zhao, "hidden")) == 2


def test_the_pool_and_shared_customers_are_found(firm, people, moment):
    firm("Pooled Pumps", owner=None)
    shared = firm("Shared Pumps", owner=people.hu)
    Collaborator.objects.create(customer=shared, user=people.lin, since=moment)
    assert sorted(titles(people.lin, "pumps")) == ["Pooled Pumps", "Shared Pumps"]


def test_ones_own_customer_is_found_among_many_of_others(firm, people):
    mine = firm("Common Valve Mine")
    for number in range(30):
        firm(f"Common Valve {number}", owner=people.hu)
    assert titles(people.lin, "common valve", limit=5) == [mine.name]


def test_exact_codes_come_first_then_beginnings_then_the_rest(firm, people):
    by_code = firm("Zeta Works", short_name="Pump")
    begins = firm("Pump Masters")
    inside = firm("Alpha Pump")
    further = firm("Beta Works", main_products="Pumps and valves")
    assert titles(people.lin, "pump") == [row.name for row in (by_code, begins, inside, further)]


def test_an_old_title_that_begins_with_it_is_not_pushed_out_by_many_new_ones(firm, people, monkeypatch):
    old = firm("Valve Kings")
    monkeypatch.setattr(queries, "POOL", 5)
    for number in range(8):
        firm(f"Maker {number} of valve")
    assert titles(people.lin, "valve", limit=3)[0] == old.name


def test_a_record_changed_is_found_by_its_new_words_only(firm, people):
    row = firm("Old Name")
    Customer.objects.filter(pk=row.pk).update(name="Fresh Title", short_name="fresh")
    actions.index_records("customers.customer", [row.pk])
    assert titles(people.lin, "old") == []
    assert titles(people.lin, "fresh") == ["Fresh Title"]


def test_a_record_in_the_recycle_bin_leaves_the_index_and_comes_back(firm, people, moment):
    row = firm("Recycled Pumps")
    Customer.objects.filter(pk=row.pk).update(deleted_at=moment)
    actions.index_records("customers.customer", [row.pk])
    assert not Document.objects.exists() and titles(people.zhao, "recycled") == []
    Customer.objects.filter(pk=row.pk).update(deleted_at=None)
    actions.index_records("customers.customer", [row.pk])
    assert titles(people.zhao, "recycled") == ["Recycled Pumps"]


def test_a_rolled_back_write_leaves_no_trace_in_the_index(customer, people):
    row = customer(name="Rolled Back")
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.index_records("customers.customer", [row.pk])
        raise RuntimeError
    assert titles(people.lin, "rolled") == []


def test_what_did_not_change_is_not_written_again(firm, django_assert_num_queries):
    row = firm("Unchanged")
    with CaptureQueriesContext(connection) as queries_made:
        actions.index_records("customers.customer", [row.pk])
    assert not [q for q in queries_made if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_indexing_many_costs_the_queries_of_one(customer, people):
    rows = [customer(name=f"Bulk {number}") for number in range(20)]
    with CaptureQueriesContext(connection) as one:
        actions.index_records("customers.customer", [rows[0].pk])
    with CaptureQueriesContext(connection) as many:
        actions.index_records("customers.customer", [row.pk for row in rows[1:]])
    tokens = [q for q in many if "tokens" in q["sql"]]
    assert len(many) - len(tokens) <= len(one)


def test_a_search_costs_at_most_five_queries(firm, person, people, django_assert_max_num_queries):
    for number in range(10):
        person(firm(f"Valve Works {number}"), f"Person of valve {number}")
    # One of them reads which pools are open to the person, once a request.
    with django_assert_max_num_queries(6):
        assert len(queries.find(people.lin, "valve", limit=20)) == 20


@pytest.mark.parametrize(
    "asked",
    [
        "", " ", "'", '"', "*", "AND", "a OR b", "NEAR(a b)", "x:*", "\x00", "\x00a", "%", "_", "🎉",
        "\u0301", "a" * 5000, "(", "a & | !", "'; DROP TABLE search_document; --", "\ud800", "-1",
        "{tokens}: a",
    ],
)  # fmt: skip
def test_whatever_is_typed_is_answered(firm, people, sign_in, asked):
    firm("Plain Works")
    assert isinstance(queries.find(people.lin, asked), list)
    if "\ud800" not in asked:
        assert sign_in(people.lin).get(reverse("search:search"), {"q": asked}).status_code == 200


def test_one_letter_finds_titles_that_begin_with_it(firm, people):
    firm("Alpha")
    firm("Beta alpha")
    assert titles(people.lin, "a") == ["Alpha"]


def test_kinds_can_be_chosen_and_unknown_ones_find_nothing(firm, person, people):
    person(firm("Valve Works"), "Mr Valve")
    assert titles(people.lin, "valve", kinds=["customers.contact"]) == ["Mr Valve"]
    assert titles(people.lin, "valve", kinds=["gone.kind"]) == []


def test_rebuilding_finds_again_what_was_lost_and_drops_what_is_gone(firm, person, people, monkeypatch):
    monkeypatch.setattr(actions, "SLICE", 2)
    rows = [firm(f"Lost Works {number}") for number in range(5)]
    person(rows[0], "Lost Person")
    actions.remove("customers.customer", [row.pk for row in rows[:4]])
    Document.objects.create(
        kind="customers.customer", object_id=999_999, title="Ghost", title_key="", text=""
    )
    call_command("rebuild_search", verbosity=0)
    assert len(titles(people.lin, "lost")) == 6
    assert not Document.objects.filter(title="Ghost").exists()


def test_rebuilding_cuts_the_words_of_unchanged_documents_anew(firm, people, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(actions, "index_tokens", lambda *texts: ["otherwise"])
        row = firm("Valve Works")
    assert titles(people.lin, "works") == []
    actions.index_records("customers.customer", [row.pk])
    assert titles(people.lin, "works") == []
    call_command("rebuild_search", verbosity=0)
    assert titles(people.lin, "works") == ["Valve Works"]


def test_the_page_groups_hits_by_kind(firm, person, people, sign_in):
    person(firm("Valve <b>Works</b>"), "Mr Valve")
    answer = sign_in(people.lin).get(reverse("search:search"), {"q": "valve"})
    assert [kind.name for kind, _hits in answer.context["groups"]] == [
        "customers.customer",
        "customers.contact",
    ]
    assert "<b>Works" not in answer.content.decode()


def test_the_palette_offers_records_with_a_page(firm, people, sign_in, monkeypatch):
    firm("Valve Works")
    monkeypatch.setattr(queries.Hit, "url", property(lambda hit: f"/customers/{hit.object_id}/"))
    client = sign_in(people.lin)
    text = client.get(reverse("web:palette"), {"q": "valve"}, headers={"X-Palette": "1"}).content.decode()
    assert "Valve Works" in text and "Customer" in text
