"""A messy customer list arrives, is corrected, imported, undone, imported again."""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO

import pytest
import xlsxwriter

from genjin.customers.actions import change_customer, create_customer
from genjin.customers.models import Contact, Customer
from genjin.exchange import import_actions, run_actions, undo_actions

pytestmark = pytest.mark.django_db
ROWS = 500
FORMS = (" GmbH", " Co., Ltd.", " LLC", "", " S.A.", " 有限公司")
SPELLINGS = ("德国", "Germany", "DEUTSCHLAND", "Allemagne", "DE")
HEADS = ("序号", "客户名称", "国家", "网址", "联系人", "邮箱", "手机", "客户等级", "备注")


def messy() -> bytes:
    """A sheet with a title, companies doubled under other spellings, gaps, totals and nonsense."""
    chance = random.Random(11)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("客户")
    book.add_worksheet("Notes").write(0, 0, "nothing here")
    page.write(0, 0, "2026年客户名单（内部）")
    page.write_row(2, 0, HEADS)
    line = 3
    for number in range(ROWS):
        company = number if number % 5 > 1 else number // 5 * 5
        name = f"Nordhafen {company:03}"
        name = (name.upper() if number % 2 else name) + chance.choice(FORMS)
        country = "Atlantis" if number % 50 == 7 else chance.choice(SPELLINGS)
        mail = "no at sign" if number % 50 == 13 else f"person{number}@firm{company}.example"
        values = [
            number + 1,
            name,
            country,
            "",
            f"Person {number}",
            mail,
            "",
            "A",
            "=1+1" if number == 4 else "",
        ]
        for column, value in enumerate(values):
            if isinstance(value, int):
                page.write_number(line, column, value)
            elif value:
                page.write_string(line, column, value)
        line += 2 if number % 97 == 0 else 1
    page.write_row(line, 0, ["合计", ""])
    page.write_number(line, 1, ROWS)
    book.close()
    return target.getvalue()


def through(job, at):
    run_actions.carry_on(job.pk, at=at, stopping=lambda: False)
    job.refresh_from_db()


def brought(content, by, at):
    job = import_actions.bring(kind="customers", stream=BytesIO(content), name="客户.xlsx", by=by, at=at)
    columns = ["customer.value_class" if head == "客户等级" else name
               for head, name in zip(job.sheet["headers"], job.columns, strict=True)]  # fmt: skip
    assert import_actions.choose_columns(job=job, columns=columns, options={}, by=by, at=at) == {}
    import_actions.start_check(job=job, by=by, at=at)
    through(job, at)
    return job


def test_a_messy_list_is_corrected_imported_undone_and_imported_again(people, moment):
    known = create_customer(row={"name": "Nordhafen 004", "remarks": ""}, by=people.lin, at=moment)
    content = messy()
    job = brought(content, people.lin, moment)
    assert job.sheet["header_rows"] == [3]
    checked = dict(job.counts)
    assert checked["ERROR"] == 20
    assert sum(checked.values()) == ROWS
    import_actions.start(job=job, by=people.lin, at=moment)
    through(job, moment)
    assert (job.state, job.counts) == ("DONE", checked)
    known.refresh_from_db()
    assert (known.value_class, known.remarks) == ("A", "=1+1")
    count = Customer.objects.alive().count()
    assert count == len({n if n % 5 > 1 else n // 5 * 5 for n in range(ROWS) if n % 50 not in (7, 13)})
    later = moment + timedelta(days=3)
    touched = Customer.objects.exclude(pk=known.pk).order_by("pk")[0]
    change_customer(customer_id=touched.pk, changes={"city": "Kiel"}, by=people.lin, at=later)
    import_actions.undo(job=job, by=people.lin, at=later)
    undo_actions.take_back(job.pk, at=later, stopping=lambda: False)
    known.refresh_from_db()
    assert (known.value_class, known.remarks) == ("", "")
    assert set(Customer.objects.alive()) == {known, touched}
    assert "Lin Xiaowen" in str([row.kept for row in job.rows.exclude(kept=[])])
    again = brought(content, people.lin, later)
    import_actions.start(job=again, by=people.lin, at=later)
    through(again, later)
    assert (again.state, again.counts["ERROR"], Customer.objects.alive().count()) == ("DONE", 20, count)
    assert Contact.objects.alive().filter(customer__deleted_at=None).count() == ROWS - 20
