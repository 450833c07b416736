"""Custom fields in forms and on pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.customers.actions import change_customer, create_contact
from genjin.customers.models import Contact, Customer, Interaction
from tests.fields.conftest import CONTACT, LOG

pytestmark = pytest.mark.django_db


def test_a_new_customer_is_made_with_custom_values(every, people, sign_in):
    iso = every["CHOICES"].choices.first()
    given = {
        "name": "Marmara", "custom.port": "Mersin", "custom.lines": "1,200", "custom.budget_0": "99.5",
        "custom.budget_1": "eur", "custom.audit-due": "2026-12-01", "custom.certificates": [str(iso.pk)],
        "custom.engineer": str(people.wang.pk), "custom.catalogue": "marmara.example",
    }  # fmt: skip
    sign_in(people.lin).post(reverse("customers:create"), given)
    assert Customer.objects.get().custom == {
        "port": "Mersin", "lines": "1200", "budget": ["99.50", "EUR"], "audit-due": "2026-12-01",
        "certificates": [iso.pk], "engineer": people.wang.pk, "catalogue": "https://marmara.example",
    }  # fmt: skip


WRONG = {
    "custom.lines": ("many", "Enter a number."),
    "custom.budget_1": ("EURO", "three capital letters"),
    "custom.audit-due": ("never", "Write the day"),
    "custom.catalogue": ("javascript:alert(1)", "Write a web address"),
    "custom.terms": ("99999", "Select a valid choice"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_said_beside_its_field_and_stays(every, people, customer, sign_in, name):
    typed, said = WRONG[name]
    found = customer()
    page = reverse("customers:custom", args=[found.pk])
    given = {"custom.budget_0": "1"} if "budget" in name else {}
    answer = sign_in(people.lin).post(page, given | {name: typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in str(form.errors[name.removesuffix("_1")])
    assert typed in answer.content.decode() or name == "custom.terms"
    found.refresh_from_db()
    assert found.custom == {}


def test_a_field_that_must_be_filled_in_is_asked_for(define, people, customer, sign_in):
    define("Port", is_required=True)
    browser = sign_in(people.lin)
    answer = browser.post(reverse("customers:create"), {"name": "Marmara"})
    assert answer.context["form"].errors["custom.port"] == ["This field is required."]
    assert not Customer.objects.exists()


def test_a_contact_and_a_log_carry_their_fields(define, people, customer, sign_in, moment):
    define("Hobby", kind=CONTACT)
    define("Stand", kind=LOG)
    found, browser = customer(), sign_in(people.lin)
    given = {"name": "Elif", "decision_role": "UNKNOWN", "relationship_depth": "NONE", "points-count": "0",
             "custom.hobby": "Chess"}  # fmt: skip
    browser.post(reverse("customers:add_contact", args=[found.pk]), given)
    assert Contact.objects.get().custom == {"hobby": "Chess"}
    log = {
        "kind": "NOTE", "content": "At the fair.", "happened_at_day": "2026-11-24",
        "happened_at_time": "08:00", "custom.stand": "B4", "next_when": "3",
    }  # fmt: skip
    browser.post(reverse("customers:log", args=[found.pk]), log)
    logged = Interaction.objects.get()
    assert logged.custom == {"stand": "B4"}
    page = browser.get(reverse("customers:customer", args=[found.pk])).content.decode()
    assert "Chess" in page and "Stand: B4" in page
    edit = reverse("customers:edit_log", args=[logged.pk])
    assert "B4" in browser.get(edit).content.decode()
    browser.post(edit, log | {"custom.stand": "B5", "direction": "OUT"})
    logged.refresh_from_db()
    assert logged.custom == {"stand": "B5"}


def test_masked_contacts_hide_their_custom_values(define, people, customer, sign_in, moment):
    define("Hobby", kind=CONTACT)
    found = customer(owner=None)
    row = {"customer_id": found.pk, "name": "Elif", "custom.hobby": "Chess"}
    create_contact(row=row, by=people.lin, at=moment)
    page = reverse("customers:customer", args=[found.pk])
    assert b"Chess" not in sign_in(people.lin).get(page).content
    assert b"Chess" in sign_in(people.zhao).get(page).content


def test_the_page_shows_what_is_filled_in_and_offers_the_rest(every, people, customer, sign_in, moment):
    found = customer()
    change_customer(customer_id=found.pk, changes={"custom.catalogue": "a.example"}, by=people.lin, at=moment)
    browser = sign_in(people.lin)
    page = browser.get(reverse("customers:customer", args=[found.pk])).content.decode()
    assert 'href="https://a.example" target="_blank" rel="noopener noreferrer nofollow"' in page
    one = reverse("customers:custom", args=[found.pk]) + "?field=port"
    assert f'href="{one}"' in page
    assert [bound.name for bound in browser.get(one).context["form"].custom] == ["custom.port"]
    browser.post(
        one, {"custom.port": "Mersin", "version": browser.get(one).context["form"].initial["version"]}
    )
    found.refresh_from_db()
    assert found.custom == {"catalogue": "https://a.example", "port": "Mersin"}


def test_two_who_edit_one_field_see_each_other_and_other_fields_are_merged(
    every, people, customer, sign_in, moment
):
    found, browser = customer(), sign_in(people.lin)
    page = reverse("customers:custom", args=[found.pk])
    version = browser.get(page).context["form"].initial["version"]
    theirs = {"custom.port": "Izmir", "custom.lines": "4", "custom.budget": ("5", "EUR")}
    change_customer(customer_id=found.pk, changes=theirs, by=people.wang, at=moment)
    answer = browser.post(page, {"version": version, "custom.port": "Mersin"})
    assert answer.context["form"].theirs["custom.port"].text == "Izmir"
    again = answer.context["form"]
    browser.post(page, {**{k: v for k, v in again.data.items() if v is not None}})
    found.refresh_from_db()
    assert found.custom == {"port": "Mersin", "lines": "4", "budget": ["5.00", "EUR"]}


def test_a_history_of_changes_names_field_and_values(every, people, customer, sign_in, moment):
    found, (monthly, prepaid) = customer(), every["CHOICE"].choices.order_by("pk")
    for choice in (monthly, prepaid):
        change_customer(customer_id=found.pk, changes={"custom.terms": choice.pk}, by=people.lin, at=moment)
    page = sign_in(people.lin).get(reverse("customers:customer", args=[found.pk])).context
    assert [row.changes for row in page["rows"]] == [
        [("Terms", "Monthly", "Prepaid")],
        [("Terms", "", "Monthly")],
    ]


def test_many_customers_take_values_from_the_list(every, people, customer, sign_in, moment):
    one, two = customer(), customer()
    change_customer(customer_id=one.pk, changes={"custom.lines": 4}, by=people.lin, at=moment)
    browser = sign_in(people.lin)
    given = {"verb": "custom", "ids": [one.pk, two.pk], "next": "/customers/"}
    form = browser.post(reverse("customers:bulk"), given).context["form"]
    assert not any(field.required for field in form.fields.values())
    nothing = browser.post(reverse("customers:bulk"), given | {"apply": "1"})
    assert "at least one value" in nothing.content.decode()
    browser.post(
        reverse("customers:bulk"), given | {"apply": "1", "custom.port": "Mersin", "empty": "custom.lines"}
    )
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.custom == two.custom == {"port": "Mersin"}
