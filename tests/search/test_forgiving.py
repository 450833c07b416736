"""Names typed wrongly, numbers in any formatting, and the newest of very many that one may see."""

from __future__ import annotations

import pytest

from genjin.customers import actions as customers
from genjin.customers.kinds import customer_gates, customer_keys
from genjin.customers.models import Contact, Customer
from genjin.search import actions, engine, queries, words
from genjin.search.models import Document

pytestmark = pytest.mark.django_db


def titles(user, text, **options):
    return [hit.title for hit in queries.find(user, text, **options)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("armaturn", "Nordkai Armaturen GmbH"),
        ("amraturen", "Nordkai Armaturen GmbH"),
        ("nordkia armaturen", "Nordkai Armaturen GmbH"),
        ("siemnes", "Siemens Energy"),
        ("xiemens", "Siemens Energy"),
        ("恒态阀门", "宁波恒泰阀门有限公司"),
        ("恒泰发门", "宁波恒泰阀门有限公司"),
        ("衡泰", "宁波恒泰阀门有限公司"),
        ("Müler", "Jürgen Mueller & Müller KG"),
    ],
)
def test_an_error_in_typing_is_forgiven(firm, people, asked, meant):
    for name in (
        "Nordkai Armaturen GmbH",
        "Siemens Energy",
        "宁波恒泰阀门有限公司",
        "Jürgen Mueller & Müller KG",
    ):
        firm(name)
    assert titles(people.lin, asked)[:1] == [meant]


def test_what_was_typed_rightly_comes_before_what_is_forgiven(firm, people):
    firm("Marina Pumps")
    right = firm("Marine Pumps")
    assert titles(people.lin, "marine") == [right.name, "Marina Pumps"]


def test_nothing_is_forgiven_when_enough_is_found(firm, people):
    firm("Marina Pumps")
    for number in range(queries.FEW):
        firm(f"Marine Pumps {number}")
    assert "Marina Pumps" not in titles(people.lin, "marine")


def test_short_words_numbers_and_strangers_are_not_mistaken(firm, people):
    firm("Nord Pumps", phone="+86 574 8700 1234")
    assert titles(people.lin, "nard") == ["Nord Pumps"]
    assert (
        titles(people.lin, "nur") == titles(people.lin, "5748700999") == titles(people.lin, "textile") == []
    )


def test_forgiving_respects_who_may_see(firm, people):
    firm("Secret Armaturen", owner=people.hu)
    assert titles(people.lin, "armaturn") == [] and titles(people.hu, "armaturn") == ["Secret Armaturen"]


@pytest.mark.parametrize(
    "asked",
    ["+86 574 8700 1234", "0086-574-87001234", "(0574) 8700-1234", "057487001234", "8700 1234", "87001234"],
)
def test_a_phone_number_is_found_in_any_formatting(firm, people, asked):
    firm("Other", phone="+86 574 8700 9999")
    row = firm("Valve", phone="+86-574-8700.1234")
    assert titles(people.lin, asked) == [row.name]


def test_the_newest_visible_of_very_many_are_found(firm, people, monkeypatch, real_kinds):
    monkeypatch.setattr(queries, "MATCHES", 3)
    monkeypatch.setattr(engine, "WIDER", 1)
    mine = [firm(f"{number} Mine Frequent") for number in range(5)]
    for number in range(9):
        firm(f"{number} Frequent", owner=people.hu)
    assert titles(people.lin, "frequent") == [row.name for row in reversed(mine[2:])]


def test_documents_of_an_older_format_are_found_too(firm, people):
    row = firm("Older Works")
    engine.store({Document(pk=Document.objects.get().pk, customer_id=row.pk, gate=""): ["older", "works"]})
    Document.objects.update(gate="")
    assert titles(people.lin, "works") == ["Older Works"]


def test_the_gates_of_a_customer_open_to_those_who_see_it(customer, people):
    own, pooled, other = customer(), customer(owner=None), customer(owner=people.hu)
    for user in (people.lin, people.hu, people.chen, people.zhao, people.guest):
        keys = customer_keys(user)
        for row in (own, pooled, other):
            sees = Customer.objects.visible_to(user).filter(pk=row.pk).exists()
            assert sees == (keys is None or bool(set(customer_gates(row)) & set(keys)))


@pytest.fixture
def found(customer, moment):
    """A customer and its contact that are in the index."""
    row = customer(name="Handed Works")
    contact = Contact.objects.create(customer=row, name="Handed Person", created_at=moment, updated_at=moment)
    actions.index_records("customers.customer", [row.pk])
    actions.index_records("customers.contact", [contact.pk])
    return row


def test_a_customer_that_changes_hands_takes_its_contacts_along(found, people, moment, real_kinds):
    actions.index_records("customers.customer", [found.pk], anew=True)
    customers.assign_owner(ids=[found.pk], owner_id=people.hu.pk, by=people.zhao, at=moment, why="x")
    assert set(Document.objects.values_list("gate", flat=True)) == {f"o{people.hu.pk}"}
    assert sorted(titles(people.hu, "handed")) == ["Handed Person", "Handed Works"]
    customers.set_collaborators(customer_ids=[found.pk], add=[people.lin.pk], by=people.hu, at=moment)
    assert sorted(titles(people.lin, "handed")) == ["Handed Person", "Handed Works"]
    customers.return_to_pool(ids=[found.pk], by=people.zhao, at=moment, why="x")
    assert set(Document.objects.values_list("gate", flat=True)) == {f"c{people.lin.pk} p"}


def test_words_are_learned_once_and_looked_up_by_either_end(firm):
    firm("Siemens Energy")
    firm("Siemens Mobility")
    assert words.near("siemns") == ["siemens"] and words.near("yiemens") == ["siemens"]
    assert words.near("siemens") == []
