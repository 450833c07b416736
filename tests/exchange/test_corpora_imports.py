"""Public collections of odd files through the whole import: told or right, never silently wrong."""

import csv
import os
from pathlib import Path

import pytest

from genjin.customers.models import Contact, Customer
from genjin.exchange import import_actions, run_actions
from genjin.exchange.models import Verdict
from genjin.exchange.reading import Refusal
from genjin.files.actions import Refused as FileRefused
from genjin.people import access

CORPORA = os.environ.get("GENJIN_CORPORA", "")
FOLDERS = ("04-import", "01-trade-db/northwind", "08-protocol/vcard")
SUFFIXES = {".csv", ".xlsx", ".xls", ".ods", ".vcf", ".psv", ".ssv", ".unknown", ".zip"}

pytestmark = [pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA"), pytest.mark.django_db]


def _files():
    if not CORPORA:
        return []
    found = (path for folder in FOLDERS for path in Path(CORPORA, folder).rglob("*"))
    apart = ("expected_csv", "parameters")
    return sorted(p for p in found if p.suffix in SUFFIXES and not set(apart) & set(p.parts))


@pytest.fixture
def take(people, moment):
    """Bring a file with its guessed columns and carry it through; None when a person is asked first."""

    def go(path, kind, *, check_only=False):
        by = people.lin
        access.of(by, today=moment.date())
        with path.open("rb") as stream:
            job = import_actions.bring(kind=kind, stream=stream, name=path.name, by=by, at=moment)
        columns = [name or "-" for name in job.columns]
        problems = import_actions.choose_columns(job=job, columns=columns, options={}, by=by, at=moment)
        if problems:
            assert all(str(text).strip() for text in problems.values())
            return None
        start = import_actions.start_check if check_only else import_actions.start
        start(job=job, by=by, at=moment, in_background=False)
        run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
        job.refresh_from_db()
        return job

    return go


@pytest.mark.parametrize("kind", ["customers", "contacts", "interactions"])
@pytest.mark.parametrize("path", _files(), ids=lambda path: path.name)
def test_every_file_is_refused_asked_about_or_judged_row_by_row(take, path, kind):
    try:
        job = take(path, kind, check_only=True)
    except (Refusal, FileRefused) as refusal:
        assert str(refusal).endswith(".")
        return
    if job is not None:
        assert (job.state, job.error) == ("CHECKED", "")
        assert all(row.reasons for row in job.rows.filter(verdict=Verdict.ERROR))
        assert job.rows.count() == job.done == sum(job.counts.values())


@pytest.mark.parametrize(
    "path", ["01-trade-db/northwind/customers.csv", "04-import/derived/customers_zh_utf8sig.csv"]
)
def test_the_customers_of_an_order_book_arrive_value_by_value(take, path):
    job = take(Path(CORPORA, path), "customers")
    assert job.counts == {"NEW": 91}
    with Path(CORPORA, "01-trade-db/northwind/customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        made = Customer.objects.get(name=row["company_name"])
        (person,) = made.contacts.all()
        assert (made.address, made.city, made.fax) == (row["address"], row["city"], row["fax"])
        country = {"UK": "United Kingdom", "USA": "United States"}.get(row["country"], row["country"])
        assert made.country.name_en == country
        assert (person.name, person.job_title) == (row["contact_name"], row["contact_title"])
        assert [point.value for point in person.points.all()] == [row["phone"]]


@pytest.mark.parametrize(
    ("name", "company", "born"),
    [("rfc6350-example.vcf", "Viagenie", (2, 3)), ("gmail-single.vcf", "TheCompany", None)],
)
def test_a_card_becomes_a_company_with_its_person(take, name, company, born):
    job = take(Path(CORPORA, "08-protocol/vcard", name), "customers")
    assert job.counts == {"NEW": 1}
    person = Contact.objects.get(customer__name=company)
    assert person.points.exists()
    if born:
        assert (person.birthday_month, person.birthday_day) == born
