"""Exporting: what one sees and nothing else, typed, harmless, journalled."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from genjin.customers.models import Contact, ContactPoint, Customer, Interaction
from genjin.exchange import export_actions, export_jobs
from genjin.exchange.export_models import Export
from genjin.exchange.views import export as views
from genjin.files import actions as files
from genjin.files.models import StoredFile
from genjin.journal.models import Entry
from genjin.notifications.models import Notice
from genjin.people import saved_views
from genjin.policy import actions as policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(sign_in):
    """`ask(user, kind=…, …)` posts the form and gives the answer."""

    def post(user, **fields):
        given = {"kind": "customers", "form": "csv", "columns": "SHOWN", "query": ""} | fields
        return sign_in(user).post(reverse("exchange:export"), given)

    return post


@pytest.fixture
def exporter(people):
    """Lin, who has the right to export."""
    people.lin.role.rights = [*people.lin.role.rights, "export"]
    people.lin.role.save()
    return people.lin


def body(answer):
    return b"".join(answer.streaming_content)


def table(answer):
    content = body(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheet(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def contact(customer, moment, name="Jens", **points):
    row = Contact.objects.create(
        customer=customer, name=name, is_primary=True, created_at=moment, updated_at=moment, remarks="golf"
    )
    for kind, value in points.items():
        ContactPoint.objects.create(contact=row, kind=kind, value=value, normalised=value)
    return row


def test_without_the_right_there_is_no_export(people, sign_in, ask):
    assert people.guest.role.rights.count("export") == 0
    assert ask(people.guest).status_code == 404
    assert sign_in(people.guest).get(reverse("exchange:exports")).status_code == 404
    assert "exchange" not in sign_in(people.guest).get(reverse("customers:list")).content.decode()


def test_the_list_is_exported_with_its_filter_columns_and_order(exporter, people, customer, ask):
    customer(name="Beta", follow_grade="TOP", grade_order=5)
    customer(name="Alpha", follow_grade="TOP", grade_order=5)
    customer(name="Filtered out", follow_grade="LOW", grade_order=1)
    customer(name="Not mine", owner=people.hu, follow_grade="TOP", grade_order=5)
    saved_views.choose_columns(list_name="customers.customer", columns=["grade"], by=exporter)
    rows = table(ask(exporter, query="follow_grade=TOP&sort=name"))
    assert rows[0] == [
        "Customer code", "Customer", "Name in Chinese or local script", "Priority customer",
        "Follow-up grade",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:]] == ["Alpha", "Beta"]
    assert rows[1][4] == "Top"


def test_values_keep_their_type_and_moments_are_in_the_readers_zone(exporter, customer, moment, ask):
    customer(last_contact_at=datetime(2026, 11, 23, 20, 30, tzinfo=UTC), follow_up_count=7,
             not_before=date(2026, 12, 1))  # fmt: skip
    head, row = sheet(body(ask(exporter, form="xlsx", columns="ALL")))
    found = dict(zip(head, row, strict=True))
    assert found["Last contact"] == datetime(2026, 11, 24, 4, 30)  # noqa: DTZ001
    assert found["Do not contact before"] == date(2026, 12, 1)
    assert found["Follow-ups"] == 7


PAYLOADS = ["=10+20+cmd|' /C calc'!A0", "+1", "-1", "@SUM(1+9)", "\t=1", "\r=1", "＝1+1"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_typed_never_becomes_a_formula(exporter, customer, ask, payload):
    customer(name=payload, city=payload)
    rows = table(ask(exporter))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in rows for cell in row)
    content = body(ask(exporter, form="xlsx"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_contact_data_that_is_masked_on_the_page_is_masked_in_the_file(
    exporter, people, customer, moment, ask
):
    pooled = customer(name="Pooled", owner=None, phone="+90 212 555 0148")
    contact(pooled, moment, EMAIL="jens@pooled.example", MOBILE="+49 171 5550142")
    contact(customer(name="Mine"), moment, "Mia", EMAIL="mia@mine.example")
    rows = table(ask(exporter, kind="contacts", query="show=pool"))
    line = ",".join(rows[1])
    assert len(rows) == 2 and "j•••@pooled.example" in line
    assert "5550142" not in line and "golf" not in line
    customers = body(ask(exporter, columns="ALL", query="show=pool")).decode()
    assert "+90 ••• 48" in customers and "555 0148" not in customers
    assert "mia@mine.example" in body(ask(exporter, kind="contacts")).decode()


def test_contact_logs_come_with_the_customers_seen(exporter, people, customer, moment, ask):
    mine, other = customer(name="Mine"), customer(name="Other", owner=people.hu)
    for row in (mine, other):
        Interaction.objects.create(
            customer=row, kind="EMAIL", happened_at=moment, logged_at=moment, content=f"About {row.name}"
        )
    rows = table(ask(exporter, kind="interactions"))
    assert len(rows) == 2 and "About Mine" in rows[1] and "Mail" in rows[1]
    assert "2026-11-24 09:00" in rows[1]


def test_the_journal_keeps_filter_columns_and_count(exporter, people, customer, ask, sign_in):
    customer(follow_grade="TOP")
    body(ask(exporter, query="follow_grade=TOP"))
    entry = Entry.objects.get(verb="export")
    assert entry.by == exporter and entry.kind == "exchange.export"
    assert entry.changes["row_count"] == [None, 1]
    assert entry.changes["filter"] == ["", "Follow-up grade: Top"]
    assert "Customer code" in entry.changes["columns"][1]
    shown = sign_in(people.admin).get(reverse("journal:audit")).content.decode()
    assert "Follow-up grade: Top" in shown and "exported" in shown


def test_administrators_are_told_of_large_exports_only(exporter, people, customer, moment, ask):
    customer()
    body(ask(exporter))
    assert not Notice.objects.exists()
    policy.save_layer(
        scope="COMPANY", subject_id=0, values={"export_large_rows": 1}, by=people.admin, at=moment
    )
    body(ask(exporter))
    assert [notice.user for notice in Notice.objects.all()] == [people.admin]


def test_more_rows_than_at_once_are_made_in_the_background_and_fetched(
    exporter, people, customer, ask, sign_in, monkeypatch
):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    customer(name="One"), customer(name="Two")
    answer = ask(exporter)
    assert answer.status_code == 302 and answer["Location"] == reverse("exchange:exports")
    export = Export.objects.get()
    assert export.state == Export.State.WAITING
    assert "Being prepared" in sign_in(exporter).get(reverse("exchange:exports")).content.decode()
    assert export_jobs.make_export.func(export.pk) == 2
    page = sign_in(exporter).get(reverse("exchange:exports")).content.decode()
    address = reverse("exchange:download", args=[export.pk])
    assert address in page
    assert len(table(sign_in(exporter).get(address))) == 3
    people.wang.role.refresh_from_db()
    assert sign_in(people.wang).get(address).status_code == 404


def test_what_is_a_week_old_is_removed(exporter, customer, ask, moment, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    customer()
    ask(exporter)
    export_jobs.make_export.func(Export.objects.get().pk)
    assert StoredFile.objects.count() == 1
    export_actions.prune(at=moment + timedelta(days=6))
    assert Export.objects.count() == 1
    export_actions.prune(at=moment + timedelta(days=8))
    files.sweep(at=moment + timedelta(days=8), real=datetime.now(tz=UTC) + timedelta(days=8))
    assert not Export.objects.exists() and not StoredFile.objects.exists()


def test_who_lost_the_right_meanwhile_gets_nothing(exporter, customer, ask, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    customer()
    ask(exporter)
    exporter.role.rights = []
    exporter.role.save()
    with pytest.raises(export_jobs.GiveUp):
        export_jobs.make_export.func(Export.objects.get().pk)
    assert Export.objects.get().state == Export.State.FAILED and not Entry.objects.filter(verb="export")


def test_the_dialog_says_how_many_the_filter_leaves(exporter, customer, sign_in):
    customer(follow_grade="TOP")
    customer(follow_grade="LOW")
    page = sign_in(exporter).get(reverse("exchange:export"), {"follow_grade": "TOP"}).content.decode()
    assert "1 customer" in page and 'value="follow_grade=TOP"' in page


def test_a_kind_that_does_not_exist_is_refused_beside_the_field(exporter, ask):
    answer = ask(exporter, kind="nothing")
    assert answer.status_code == 422 and not Export.objects.exists()


def folders(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def make_folders(exporter, ask, sign_in):
    assert ask(exporter, kind="folders").status_code == 302
    export = Export.objects.latest("pk")
    assert export.form == "zip"
    export_jobs.make_export.func(export.pk)
    return folders(body(sign_in(exporter).get(reverse("exchange:download", args=[export.pk]))))


def test_each_customer_has_a_folder_under_its_class(exporter, customer, moment, ask, sign_in):
    fakir = customer(name="Fakir GmbH", short_name="Fakir", country_id="DE", relationship_class="VIP")
    contact(fakir, moment, EMAIL="jens@fakir.example")
    Interaction.objects.create(customer=fakir, kind="NOTE", happened_at=moment, logged_at=moment, content="x")
    stored = files.put(at=moment, stream=io.BytesIO(b"%PDF-1.7 drawing"))
    for name in ("drawing.pdf", "../../etc/passwd"):
        files.attach(
            by=exporter, at=moment, kind="customers.customer", object_id=fakir.pk, customer_id=fakir.pk,
            files=[(stored, name)],
        )  # fmt: skip
    found = make_folders(exporter, ask, sign_in)
    folder = f"VIP (class A)/{fakir.customer_code}"
    assert f"{folder}/Customer.xlsx" in found and f"{folder}/Contacts.xlsx" in found
    assert f"{folder}/Contact logs.xlsx" in found
    assert found[f"{folder}/Attachments/drawing.pdf"] == b"%PDF-1.7 drawing"
    assert not any(".." in name.split("/") or name.startswith("/") for name in found)
    assert ["Customer", "Fakir GmbH"] in sheet(found[f"{folder}/Customer.xlsx"])


def test_names_that_no_system_takes_and_equal_names_are_told_apart(exporter, customer, ask, sign_in):
    customer(name="A", short_name="a/b:c*?")
    customer(name="B", short_name="A-b-c-", country_id="DE")
    customer(name="C", short_name="CON", owner=exporter)
    names = {name.split("/")[1] for name in make_folders(exporter, ask, sign_in)}
    assert len(names) == 3 and all(not set(name) & set('<>:"\\|?*') for name in names)
    assert "_CON" in names


def test_a_row_in_the_recycle_bin_is_not_exported(exporter, customer, moment, ask):
    row = customer()
    Customer.objects.filter(pk=row.pk).update(deleted_at=moment)
    assert len(table(ask(exporter))) == 1


def test_many_rows_cost_no_more_queries(exporter, customer, moment, ask):
    def cost():
        with CaptureQueriesContext(connection) as made:
            rows = table(ask(exporter, kind="contacts"))
        return len(rows), len(made)

    contact(customer(), moment, EMAIL="p@example.com")
    few, cost_of_few = cost()
    for number in range(30):
        contact(customer(), moment, f"Person {number}", EMAIL=f"p{number}@example.com")
    many, cost_of_many = cost()
    assert (few, many) == (2, 32) and cost_of_many <= cost_of_few
