"""Administrators define fields; nothing is ever lost by what they do."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.customers.actions import change_customer
from genjin.fields import actions, kinds
from genjin.fields.models import CustomField, FieldChoice
from genjin.fields.queries import fields_of
from genjin.fields.telling import Words
from genjin.journal.describe import describe_all
from genjin.journal.models import Entry
from tests.fields.conftest import CONTACT, CUSTOMER

pytestmark = pytest.mark.django_db


def test_a_key_is_made_from_the_english_name_and_is_never_taken_twice(define):
    made = [define(name) for name in ("Port of arrival", "Größe", "港口")]
    assert [field.key for field in made] == ["port-of-arrival", "groe", "field"]
    made[0].is_active = False
    made[0].save()
    assert define("Port of arrival").key == "port-of-arrival-2"


def test_only_administrators_define(people, moment, sign_in):
    with pytest.raises(ValidationError, match="right"):
        actions.create_field(kind=CUSTOMER, type="TEXT", name_en="Port", by=people.zhao, at=moment)
    assert sign_in(people.zhao).get(reverse("fields:fields")).status_code == 404


@pytest.mark.parametrize(
    ("given", "beside"),
    [
        ({"name_en": ""}, "name_en"),
        ({"name_en": "", "name_zh": "port"}, "name_zh"),
        ({"name_en": "PORT "}, "name_en"),
        ({"name_en": "Other", "key": "port"}, "key"),
        ({"name_en": "Other", "key": "Port 1"}, "key"),
    ],
)
def test_what_cannot_be_a_field_is_said_beside_its_input(define, given, beside):
    define("Port")
    with pytest.raises(ValidationError) as refused:
        define("Port", **given)
    assert list(refused.value.message_dict) == [beside]


def test_the_same_name_may_stand_on_two_kinds(define):
    assert define("Port").key == define("Port", kind=CONTACT).key


def test_a_kind_has_sixty_fields_at_most_and_retired_ones_do_not_count(define, people, moment, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FIELDS", 2)
    first = define("One")
    define("Two")
    with pytest.raises(ValidationError, match="At most 2 fields"):
        define("Three")
    actions.retire_field(field_id=first.pk, by=people.admin, at=moment)
    define("Three")
    with pytest.raises(ValidationError, match="At most 2 fields"):
        actions.restore_field(field_id=first.pk, by=people.admin, at=moment)
    assert kinds.MOST_FIELDS == 60


def test_fields_move_among_those_in_use(define, people, moment):
    one, two, three = (define(name) for name in ("One", "Two", "Three"))
    actions.retire_field(field_id=two.pk, by=people.admin, at=moment)
    actions.move_field(field_id=three.pk, up=True, by=people.admin, at=moment)
    actions.move_field(field_id=three.pk, up=True, by=people.admin, at=moment)  # is first already
    assert [field.key for field in fields_of(CUSTOMER, None)] == ["three", "one"]
    assert one.pk


def test_a_retired_field_keeps_its_values_and_comes_back_with_them(define, people, customer, moment, sign_in):
    field, found = define("Port"), customer()
    change_customer(customer_id=found.pk, changes={"custom.port": "Mersin"}, by=people.lin, at=moment)
    browser = sign_in(people.lin)
    page = reverse("customers:customer", args=[found.pk])
    actions.retire_field(field_id=field.pk, by=people.admin, at=moment)
    assert b"Further facts" not in browser.get(page).content
    actions.restore_field(field_id=field.pk, by=people.admin, at=moment)
    assert b"Mersin" in browser.get(page).content


def test_a_replaced_choice_is_read_as_the_new_one_and_can_be_taken_back(define, people, customer, moment):
    field, found = define("Terms", type="CHOICE"), customer()
    monthly, prepaid = field.choices.order_by("pk")
    change_customer(customer_id=found.pk, changes={"custom.terms": monthly.pk}, by=people.lin, at=moment)
    actions.retire_choice(choice_id=monthly.pk, replaced_by_id=prepaid.pk, by=people.admin, at=moment)

    def read() -> str:
        found.refresh_from_db()
        return Words().tell_all(fields_of(CUSTOMER, None), found)[0].text

    assert read() == "Prepaid"
    actions.restore_choice(choice_id=monthly.pk, by=people.admin, at=moment)
    assert read() == "Monthly"


def test_a_choice_cannot_be_replaced_by_itself_or_by_another_fields(define, people, moment):
    first = define("Terms", type="CHOICE").choices.first()
    other = define("Certificates", type="CHOICES").choices.first()
    for wrong in (first.pk, other.pk):
        with pytest.raises(ValidationError, match="one of the list"):
            actions.retire_choice(choice_id=first.pk, replaced_by_id=wrong, by=people.admin, at=moment)


def test_definitions_are_journalled_in_words(define, people, moment):
    field = define("Terms", type="CHOICE", seen_by="MANAGERS")
    actions.change_field(field_id=field.pk, name_zh="付款", is_required=True, by=people.admin, at=moment)
    told = {
        change.label: change.new
        for change in describe_all([Entry.objects.order_by("pk").last()], people.admin)[0].changes
    }
    assert told == {"Name in Chinese": "付款", "Must be filled in": "yes"}
    assert Entry.objects.filter(kind="fields.fieldchoice", verb="create").count() == 2


def test_the_form_makes_a_field_with_choices_in_both_languages(people, sign_in):
    browser = sign_in(people.admin)
    given = {
        "kind": CUSTOMER, "type": "CHOICES", "name_zh": "认证", "name_en": "Certificates", "seen_by": "ALL",
        "choices": "欧盟认证 | CE\n\nISO 9001\n自检", "help_en": "As printed on the plate.",
    }  # fmt: skip
    answer = browser.post(reverse("fields:add"), given)
    field = CustomField.objects.get()
    assert answer["Location"] == reverse("fields:field", args=[field.pk])
    names = list(FieldChoice.objects.values_list("name_zh", "name_en"))
    assert names == [("欧盟认证", "CE"), ("", "ISO 9001"), ("自检", "")]


def test_two_administrators_who_rename_at_once_see_each_other(define, people, sign_in, moment):
    field = define("Port")
    browser = sign_in(people.admin)
    page = reverse("fields:field", args=[field.pk])
    version = browser.get(page).context["form"].initial["version"]
    actions.change_field(field_id=field.pk, name_en="Harbour", by=people.admin, at=moment)
    given = {"version": version, "name_en": "Quay", "seen_by": "ALL"}
    assert "Harbour" in browser.post(page, given).content.decode()
    field.refresh_from_db()
    assert field.name_en == "Harbour"
