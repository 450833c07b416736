"""Custom fields come in with lists and go out with exports; what went out comes in again as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.actions import change_customer, create_contact
from genjin.customers.models import Contact, Customer, CustomerValue, Interaction
from genjin.exchange import export_sheets, import_actions, run_actions
from genjin.exchange.export_sheets import ALL, Asked, Reader
from genjin.exchange.export_writers import write_csv, write_xlsx
from genjin.exchange.importing import register
from genjin.fields import actions, types
from tests.exchange.test_import_verdicts import in_slices, told
from tests.fields.conftest import CONTACT, LOG

pytestmark = pytest.mark.django_db

HEADS = "公司名称,Port,Lines,Budget,Budget: currency,Audit due,Terms,认证,Engineer,Catalogue,Hobby"
ROW = 'Marmara,Mersin,"1,200.5",900,eur,2026-02-03,prepaid,月结、Prepaid,Wang Lei,marmara.example,Chess'


@pytest.fixture
def ready(every, define, people, moment):
    """The fields by type, the one of several choices named in Chinese too, and one of contacts."""
    actions.change_field(field_id=every["CHOICES"].pk, name_zh="认证", by=people.admin, at=moment)
    define("Hobby", kind=CONTACT)
    return every


def test_columns_are_found_by_either_name_and_read_by_type(ready, bring, work, people):
    text = f"{HEADS},联系人\n{ROW},Elif\n"
    job = bring(text)
    assert job.columns[1:4] == ["customer.custom.port", "customer.custom.lines", "customer.custom.budget"]
    assert job.columns[4] == "customer.custom.budget:currency"
    job = work(job, "import")
    assert job.counts == {"NEW": 1}
    monthly, prepaid = ready["CHOICE"].choices.order_by("pk")
    ce, iso = ready["CHOICES"].choices.order_by("pk")
    assert Customer.objects.get().custom == {
        "port": "Mersin", "lines": "1200.5", "budget": ["900.00", "EUR"], "audit-due": "2026-02-03",
        "terms": prepaid.pk, "certificates": [ce.pk, iso.pk], "engineer": people.wang.pk,
        "catalogue": "https://marmara.example",
    }  # fmt: skip
    assert Contact.objects.get().custom == {"hobby": "Chess"}
    assert monthly.pk


BAD = {
    "Lines": ("many", "“many” is not a number."),
    "Budget": ("much", "“much” is not an amount of money."),
    "Audit due": ("soon", "“soon” is no date that can be read."),
    "Terms": ("Barter", "“Barter” is not in the list."),
    "Certificates": ("Monthly, UL", "“UL” is not in the list."),
    "Engineer": ("Nobody", "Nobody here is called “Nobody”."),
    "Catalogue": ("javascript:alert(1)", "Write a web address, such as https://example.com."),
}


@pytest.mark.parametrize("head", sorted(BAD))
def test_what_cannot_be_read_is_said_of_its_row(ready, bring, work, head):
    cell, said = BAD[head]
    job = work(bring(f'Company,{head}\nMarmara,"{cell}"\nNordkai,\n'), "check")
    wrong, right = job.rows.order_by("number")
    assert (wrong.verdict, right.verdict) == ("ERROR", "NEW")
    assert said in wrong.reasons[0] and wrong.reasons[0].startswith(f"{head}: ")


def test_unknown_choices_may_be_left_empty_as_those_of_lists(ready, bring, work):
    work(bring('Company,Terms,Certificates\nMarmara,Barter,"Monthly, UL"\n', unknown="empty"), "import")
    assert Customer.objects.get().custom == {"certificates": [ready["CHOICES"].choices.order_by("pk")[0].pk]}


def test_a_replaced_choice_is_read_as_what_stands_for_it(ready, bring, work, people, moment):
    monthly, prepaid = ready["CHOICE"].choices.order_by("pk")
    actions.retire_choice(choice_id=monthly.pk, replaced_by_id=prepaid.pk, by=people.admin, at=moment)
    work(bring("Company,Terms\nMarmara,Monthly\n"), "import")
    assert Customer.objects.get().custom == {"terms": prepaid.pk}


def test_an_import_fills_what_is_empty_and_its_undo_gives_it_back(
    ready, bring, work, customer, people, moment
):
    found = customer(name="Marmara", name_key="marmara")
    change_customer(customer_id=found.pk, changes={"custom.port": "Izmir"}, by=people.lin, at=moment)
    job = work(bring(f"{HEADS}\n{ROW}\n"), "import")
    found.refresh_from_db()
    assert (found.custom["port"], found.custom["lines"]) == ("Izmir", "1200.5")
    assert "Lines" in job.rows.get().reasons[0]
    change_customer(customer_id=found.pk, changes={"custom.lines": 7}, by=people.lin, at=moment)
    job = work(job, "undo")
    found.refresh_from_db()
    assert found.custom == {"port": "Izmir", "lines": "7"}
    assert "“Lines” of “Marmara” was changed since and is kept." in job.rows.get().kept


def test_overwriting_replaces_and_the_undo_restores(ready, bring, work, customer, people, moment):
    found = customer(name="Marmara", name_key="marmara")
    change_customer(customer_id=found.pk, changes={"custom.port": "Izmir"}, by=people.lin, at=moment)
    job = work(bring("Company,Port\nMarmara,Mersin\n", existing="overwrite"), "import")
    found.refresh_from_db()
    assert found.custom == {"port": "Mersin"}
    work(job, "undo")
    found.refresh_from_db()
    assert found.custom == {"port": "Izmir"}


def test_a_log_brings_its_fields(define, bring, work, customer):
    define("Stand", kind=LOG)
    customer(name="Marmara", name_key="marmara")
    text = "日期,客户名称,内容,Stand\n2026-11-20,Marmara,At the fair,B4\n"
    assert work(bring(text, kind="interactions"), "import").counts == {"NEW": 1}
    assert Interaction.objects.get().custom == {"stand": "B4"}


@pytest.mark.parametrize("size", [1, 50])
def test_rows_of_one_company_fill_its_fields_alike_wherever_slices_end(
    bring, work, define, monkeypatch, size
):
    define("Port")
    define("Lines", type="NUMBER")
    define("Hobby", kind=CONTACT)
    text = (
        "Company,Contact,Port,Lines,Hobby\n"
        "Marmara,Ann,Mersin,,\n"
        "Marmara,Ann,Izmir,4,Chess\n"
        "Marmara,Ann,Mersin,4,Chess\n"
    )
    in_slices(monkeypatch, size)
    job = work(bring(text), "check")
    checked = told(job)
    assert [verdict for _number, verdict, _reasons in checked] == ["NEW", "NEW", "SAME"]
    assert told(work(job, "import")) == checked
    found = Customer.objects.get()
    assert (found.custom, found.contacts.get().custom) == (
        {"port": "Mersin", "lines": "4"},
        {"hobby": "Chess"},
    )
    assert sorted(CustomerValue.objects.values_list("field__key", "text", "number")) == [
        ("lines", None, 4), ("port", "mersin", None),
    ]  # fmt: skip


def test_fields_of_managers_are_nothing_that_others_import(define, people):
    define("Limit", type="NUMBER", seen_by="MANAGERS")
    names = [set(register.get("customers").fields_for(who)) for who in (people.lin, people.chen)]
    assert ["customer.custom.limit" in found for found in names] == [False, True]


def written(kind: str, form: str, reader: Reader) -> bytes:
    target = BytesIO()
    writer = write_csv if form == "csv" else write_xlsx
    writer(target, export_sheets.find(kind).sheets(reader, Asked(columns=ALL)), reader)
    return target.getvalue()


def brought(content: bytes, form: str, *, by, at) -> None:
    job = import_actions.bring(
        kind="customers", stream=BytesIO(content), name=f"l.{form}", by=by, at=at,
        corrections={"header_rows": [1], "decimal_sign": ".", "date_order": "ymd"},
    )  # fmt: skip
    columns = [name or "-" for name in job.columns]
    wanted = [name for name in columns if name == "customer.name" or ".custom." in name]
    columns = [name if name in wanted else "-" for name in columns]
    assert import_actions.choose_columns(job=job, columns=columns, options={}, by=by, at=at) == {}
    import_actions.start(job=job, by=by, at=at, in_background=False)
    run_actions.carry_on(job.pk, at=at, stopping=lambda: False)
    job.refresh_from_db()
    assert job.counts == {"NEW": 1}, [row.reasons for row in job.rows.all()]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=4, max_size=40)
PAST = st.dates(date(1900, 3, 1), date(2199, 12, 31))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXT, number=st.decimals(-(10**9), 10**9, places=3), amount=st.decimals(-(10**8), 10**8, places=2),
    day=PAST, picks=st.sets(st.integers(0, 1), min_size=1), form=st.sampled_from(["xlsx", "csv"]),
    language=st.sampled_from(["en", "zh-hans"]),
)  # fmt: skip
def test_what_is_exported_reads_back_the_same(
    ready, people, customer, moment, text, number, amount, day, picks, form, language
):
    """A text that a spreadsheet would run as a formula gets an apostrophe in CSV, which is meant to stay."""
    if form == "csv" and text[0] in "=+-@'":
        text = f"x{text}"
    choices = list(ready["CHOICES"].choices.order_by("pk"))
    Customer.objects.all().delete()
    found = customer(name="Marmara Teknik", serial=None, is_confirmed=True)
    values = {
        "custom.port": text, "custom.lines": number, "custom.budget": (amount, "EUR"),
        "custom.audit-due": day,
        "custom.terms": ready["CHOICE"].choices.order_by("pk")[0].pk,
        "custom.certificates": [choices[i].pk for i in picks], "custom.engineer": people.wang.pk,
        "custom.catalogue": "https://marmara.example/a?b=1",
    }  # fmt: skip
    change_customer(customer_id=found.pk, changes=values, by=people.lin, at=moment)
    found.refresh_from_db()
    with translation.override(language):
        content = written("customers", form, Reader(people.zhao, moment, moment.tzinfo))
        Customer.objects.all().delete()
        brought(content, form, by=people.lin, at=moment)
    again = Customer.objects.get().custom
    assert again == found.custom
    assert types.typed(ready["NUMBER"], again["lines"]) == Decimal(number)


def test_masked_contacts_are_exported_without_custom_values(define, people, customer, moment):
    define("Hobby", kind=CONTACT)
    found = customer(owner=None)
    row = {"customer_id": found.pk, "name": "Elif", "custom.hobby": "Chess"}
    create_contact(row=row, by=people.lin, at=moment)
    pool = Asked(QueryDict("show=pool"), ALL)
    for who, seen in ((people.zhao, True), (people.lin, False)):
        reader = Reader(who, moment, moment.tzinfo)
        target = BytesIO()
        write_csv(target, export_sheets.find("contacts").sheets(reader, pool), reader)
        assert (b"Chess" in target.getvalue()) is seen
