"""What is written into a field is cleaned, kept, told and found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.actions import (
    LogDraft,
    Refused,
    change_contact,
    change_customer,
    change_customers,
    change_interaction,
    create_contact,
    create_customer,
    erase_contact,
    log_interaction,
)
from genjin.customers.models import Contact, CustomerValue
from genjin.fields import types
from genjin.fields.models import CustomField
from genjin.journal.describe import describe_all
from genjin.journal.models import Entry, Personal
from tests.fields.conftest import CONTACT, LOG


def field(type: str, **given: object) -> CustomField:
    return CustomField(type=type, key="x", **given)


GOOD = [
    ("TEXT", "  Mersin \n port ", "Mersin   port"),
    ("TEXT", "", None),
    ("NUMBER", "0012.50", "12.5"),
    ("NUMBER", Decimal("1E+3"), "1000"),
    ("NUMBER", "-0.0", "0"),
    ("MONEY", (Decimal("1200"), "usd"), ["1200.00", "USD"]),
    ("MONEY", ("-3.5", "EUR"), ["-3.50", "EUR"]),
    ("MONEY", (None, "EUR"), None),
    ("DATE", date(2026, 2, 3), "2026-02-03"),
    ("LINK", "marmara.example/a?b=1", "https://marmara.example/a?b=1"),
    ("LINK", "http://marmara.example:8080", "http://marmara.example:8080"),
    ("CHOICES", [], None),
]
BAD = [
    ("TEXT", "x" * 501), ("TEXT", "a\u202eb"), ("NUMBER", "many"), ("NUMBER", "NaN"), ("NUMBER", "1e12"),
    ("NUMBER", "0.1234567"), ("MONEY", ("1", "")), ("MONEY", ("1", "EURO")), ("MONEY", ("0.001", "EUR")),
    ("DATE", "2026-02-30"), ("DATE", "0001-01-01"), ("LINK", "javascript:alert(1)"),
    ("LINK", "ftp://a.example"), ("LINK", "data:text/html,x"), ("LINK", "not a link"), ("LINK", "https://"),
    ("CHOICE", "x"), ("PERSON", "²"),
]  # fmt: skip


@pytest.mark.parametrize(("type", "value", "plain"), GOOD)
def test_a_value_is_kept_in_one_form(type, value, plain):
    assert types.clean(field(type), value) == plain
    assert types.clean(field(type), types.clean(field(type), value)) == plain


@pytest.mark.parametrize(("type", "value"), BAD)
def test_what_the_type_cannot_hold_is_refused_with_a_sentence(type, value):
    with pytest.raises(ValidationError) as refused:
        types.clean(field(type), value)
    assert len(refused.value.messages) == 1


VALUES = {
    "TEXT": st.text(st.characters(exclude_categories=["C"]), max_size=80),
    "NUMBER": st.decimals(-(10**11), 10**11, places=6),
    "MONEY": st.tuples(st.decimals(-(10**11), 10**11, places=2), st.sampled_from(["EUR", "CNY"])),
    "DATE": st.dates(date(1900, 1, 1), date(2200, 12, 31)),
}


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])))
def test_cleaning_and_reading_a_value_gives_the_value(pair):
    type, value = pair
    plain = types.clean(field(type), value)
    if plain is None:
        assert not str(value).strip()
    elif type == "TEXT":
        assert types.clean(field(type), types.typed(field(type), plain)) == plain
    else:
        assert types.typed(field(type), plain) == value


@given(st.lists(st.decimals(-(10**11), 10**11, places=2), min_size=2, max_size=2))
def test_amounts_of_one_currency_sort_by_their_text_as_by_their_worth(pair):
    texts = [types.TYPES["MONEY"].rows([f"{amount:.2f}", "EUR"])[0]["text"] for amount in pair]
    assert (texts[0] < texts[1]) == (pair[0] < pair[1])


@pytest.mark.django_db
def test_values_of_a_new_customer_are_kept_found_and_journalled(every, people, moment):
    terms = every["CHOICE"].choices.first()
    row = {
        "name": "Marmara", "custom.port": " Mersin ", "custom.lines": "4", "custom.terms": terms.pk,
        "custom.budget": ("1200", "EUR"), "custom.engineer": people.wang.pk, "custom.audit-due": None,
    }  # fmt: skip
    made = create_customer(row=row, by=people.lin, at=moment)
    made.refresh_from_db()
    assert made.custom == {
        "port": "Mersin", "lines": "4", "terms": terms.pk, "budget": ["1200.00", "EUR"],
        "engineer": people.wang.pk,
    }  # fmt: skip
    assert CustomerValue.objects.filter(record=made).count() == 5
    entry = Entry.objects.get(kind="customers.customer", verb="create")
    told = {change.label: change.new for change in describe_all([entry], people.lin)[0].changes}
    assert (told["Port"], told["Terms"], told["Budget"]) == ("Mersin", "Monthly", "EUR 1,200")
    assert told["Engineer"] == "Wang Lei"


@pytest.mark.django_db
def test_a_change_touches_only_the_field_it_names(every, people, customer, moment):
    found = customer()
    change_customer(
        customer_id=found.pk, changes={"custom.port": "Mersin", "custom.lines": 4}, by=people.lin, at=moment
    )
    change_customer(customer_id=found.pk, changes={"custom.lines": None}, by=people.lin, at=moment)
    found.refresh_from_db()
    assert found.custom == {"port": "Mersin"}
    assert list(CustomerValue.objects.values_list("text", flat=True)) == ["mersin"]
    assert Entry.objects.order_by("pk").last().changes == {"custom.lines": ["4", None]}


@pytest.mark.django_db
def test_many_customers_take_a_value_and_keep_their_others(every, people, customer, moment):
    one, two = customer(), customer()
    change_customer(customer_id=one.pk, changes={"custom.port": "Mersin"}, by=people.lin, at=moment)
    changes = {"custom.lines": Decimal(3), "city": "Ankara"}
    assert change_customers(ids=[one.pk, two.pk], changes=changes, by=people.lin, at=moment) == 2
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.custom, two.custom) == ({"port": "Mersin", "lines": "3"}, {"lines": "3"})
    assert (one.version, two.version, two.city) == (3, 2, "Ankara")


@pytest.mark.django_db
def test_what_must_be_filled_in_cannot_be_emptied_but_may_be_left_alone(define, people, customer, moment):
    define("Port", is_required=True)
    found = customer()
    change_customer(customer_id=found.pk, changes={"city": "Izmir"}, by=people.lin, at=moment)
    with pytest.raises(Refused) as refused:
        change_customer(customer_id=found.pk, changes={"custom.port": " "}, by=people.lin, at=moment)
    assert list(refused.value.message_dict) == ["custom.port"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"custom.nothing": "x"}, {"custom.terms": 10**9}, {"custom.engineer": 10**9}]
)
def test_an_unknown_field_choice_or_person_is_refused(every, people, customer, moment, wrong):
    with pytest.raises(Refused) as refused:
        change_customer(customer_id=customer().pk, changes=wrong, by=people.lin, at=moment)
    assert list(refused.value.message_dict) == list(wrong)


@pytest.mark.django_db
def test_a_contact_has_fields_that_are_erased_with_him(define, people, customer, moment):
    define("Shoe size", type="NUMBER", kind=CONTACT)
    row = {"customer_id": customer().pk, "name": "Elif", "custom.shoe-size": "39"}
    made = create_contact(row=row, by=people.lin, at=moment)
    change_contact(contact_id=made.pk, changes={"custom.shoe-size": "40"}, by=people.lin, at=moment)
    assert Contact.objects.get().custom == {"shoe-size": "40"}
    entry = Entry.objects.filter(kind=CONTACT).order_by("pk").last()
    assert (entry.changes, entry.personal.changes) == (
        {"custom.shoe-size": None}, {"custom.shoe-size": ["39", "40"]},
    )  # fmt: skip
    erase_contact(contact_id=made.pk, by=people.chen, at=moment)
    assert Contact.objects.get().custom == {}
    assert not Personal.objects.filter(entry__kind=CONTACT).exists()


@pytest.mark.django_db
def test_a_log_has_fields_that_can_be_edited(define, people, customer, moment):
    define("Stand", kind=LOG)
    draft = LogDraft(kind="NOTE", content="At the fair.", custom={"custom.stand": "B4"})
    logged = log_interaction(customer_id=customer().pk, draft=draft, by=people.lin, at=moment)
    change_interaction(interaction_id=logged.pk, changes={"custom.stand": "B5"}, by=people.lin, at=moment)
    logged.refresh_from_db()
    assert logged.custom == {"stand": "B5"}
    with pytest.raises(Refused):
        draft = LogDraft(kind="NOTE", content="x", custom={"custom.stand": "x" * 600})
        log_interaction(customer_id=logged.customer_id, draft=draft, by=people.lin, at=moment)
