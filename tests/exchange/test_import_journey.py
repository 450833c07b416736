"""A messy list of 2,000 rows arrives, is corrected, imported, undone, imported again: through the screens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from genjin.customers.models import Contact, Customer
from genjin.exchange.jobs import work
from genjin.exchange.models import Import
from genjin.jobs.models import Job
from genjin.search.jobs import index
from genjin.search.models import Document
from tests.exchange.sheets import workbook

pytestmark = pytest.mark.django_db
ROWS = 2_000
COUNTRIES = ("德国", "Germany", "deutschland", "土耳其", "USA", "法国", "Brasil", "越南")
GROUPS = (("客户", 5), ("联系人", 4), ("其他", 2))
HEADS = ("公司名称", "国家", "网址", "客户等级", "年采购额", "姓名", "邮箱", "手机", "生日", "标签", "备注")
CHOSEN = {
    "客户 / 客户等级": "customer.value_class",
}


@dataclass
class Expected:
    """What the list holds, as whoever wrote it knows."""

    verdicts: Counter[str] = field(default_factory=Counter)
    companies: int = 0
    people: int = 0


def messy_list() -> tuple[bytes, Expected]:
    """The workbook, the same every time, and what is to become of it."""
    expected = Expected()

    def fill(sheet: Any, book: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, len(HEADS) - 1, "2026 秋季广交会客户资料")
        place = 0
        for title, width in GROUPS:
            sheet.merge_range(2, place, 2, place + width - 1, title)
            place += width
        for column, head in enumerate(HEADS):
            sheet.write(3, column, head)
        line = 4
        for n in range(ROWS):
            if n % 500 == 499:
                line += 2  # nothing at all
            write(sheet, line, n, day)
            line += 1
        sheet.write(line, 0, "合计")
        sheet.write_formula(line, 4, f"=SUM(E5:E{line})", None, 1)

    def write(sheet: Any, line: int, n: int, day: Any) -> None:
        company, kind = n, n % 20
        if kind == 3:
            company = n - 1  # another person of the company above
        elif kind in (4, 5):
            company = n - kind  # the first company once more: with nothing new, then with a tag
        sheet.write(line, 0, spelling(company, kind))
        sheet.write(line, 1, "亚特兰蒂斯" if kind == 9 else COUNTRIES[company % len(COUNTRIES)])
        sheet.write(line, 2, f"www.firm{company}.example")
        sheet.write(line, 3, "" if kind == 4 else "ABC"[company % 3])
        sheet.write_formula(line, 4, f"={company % 90}*1000", None, company % 90 * 1000)
        person = company if kind in (4, 5) else n
        sheet.write(line, 5, f"张{person}")
        sheet.write(line, 6, "no address" if kind == 11 else f"p{person}@firm{company}.example")
        sheet.write(line, 7, f"+49 151 {2_000_000 + person}")
        if n % 2:
            sheet.write_datetime(line, 8, date(1980, 1 + person % 12, 1 + person % 28), day)
        else:
            sheet.write(line, 8, f"{1 + person % 12}月{1 + person % 28}日")
        sheet.write(line, 9, {5: "VIP", 6: "广交会，VIP"}.get(kind, "广交会"))
        sheet.write(line, 10, '=HYPERLINK("x")' if kind == 7 else "展位上见过")
        if kind in (9, 11):
            expected.verdicts["ERROR"] += 1
        elif kind == 4:
            expected.verdicts["SAME"] += 1
        else:
            expected.verdicts["NEW"] += 1
            expected.companies += kind not in (3, 5)
            expected.people += kind != 5

    return workbook(fill), expected


def spelling(company: int, kind: int) -> str:
    """A company's name as different people write it."""
    name = f"Firm {company} Handels"
    return {3: f"{name.upper()} GMBH", 4: f"{name} G.m.b.H.", 5: f"  {name}  "}.get(kind, f"{name} GmbH")


def test_a_messy_list_is_corrected_imported_undone_and_imported_again(sign_in: Any, people: Any) -> None:
    content, expected = messy_list()
    browser = sign_in(people.lin)
    file = SimpleUploadedFile("客户.xlsx", content)
    sheet_page = browser.post(reverse("exchange:upload"), {"kind": "customers", "file": file})["Location"]
    job = Import.objects.get()
    assert job.sheet["header_rows"] == [3, 4], "the two rows of headings are found below the title"
    assert "客户 / 公司名称" in browser.get(sheet_page).content.decode()
    columns_page = browser.post(sheet_page, {"header_rows": "3-4"})["Location"]
    job.refresh_from_db()
    heads = job.sheet["headers"]
    chosen = {f"column-{place}": CHOSEN.get(head, job.columns[place]) for place, head in enumerate(heads)}
    here = browser.post(columns_page, chosen)["Location"]
    check_and_import(browser, job, expected)
    browser.post(reverse("exchange:undo", args=[job.pk]))
    run(browser, job)
    assert "Taken back completely." in browser.get(here).content.decode()
    assert not Customer.objects.alive().exists()
    file.seek(0)
    again = browser.post(reverse("exchange:upload"), {"kind": "customers", "file": file})["Location"]
    job = Import.objects.latest("pk")
    columns_page = browser.post(again, {"header_rows": "3-4"})["Location"]
    job.refresh_from_db()
    assert "" not in job.columns, "what was chosen for these headings is remembered"
    browser.post(columns_page, {f"column-{place}": name for place, name in enumerate(job.columns)})
    check_and_import(browser, job, expected)


def check_and_import(browser: Any, job: Import, expected: Expected) -> None:
    """The check promises what is in the list, and the import keeps it."""
    assert run(browser, job) == expected.verdicts
    here = reverse("exchange:import", args=[job.pk])
    assert "亚特兰蒂斯" in browser.get(f"{here}?verdict=ERROR").content.decode()
    browser.post(reverse("exchange:start", args=[job.pk]))
    assert run(browser, job) == expected.verdicts
    assert Customer.objects.alive().count() == expected.companies
    assert Contact.objects.alive().filter(customer__deleted_at=None).count() == expected.people
    look_closer()


def run(browser: Any, job: Import) -> Counter[str]:
    """Let the background do what waits, and look at the page after it."""
    work.call(job.pk)
    job.refresh_from_db()
    assert not job.is_active
    assert job.error == ""
    page = browser.get(reverse("exchange:import", args=[job.pk]))
    assert page.status_code == 200
    return Counter(job.counts)


def look_closer() -> None:
    """One company of the list in all its details, found by its name once the index has followed."""
    firm = Customer.objects.alive().get(name="Firm 20 Handels GmbH")
    assert (firm.country_id, firm.domain, firm.value_class) == ("US", "firm20.example", "C")
    assert (firm.annual_purchase, firm.remarks) == (20_000, "展位上见过")
    assert sorted(tag.name for tag in firm.tags.all()) == ["VIP", "广交会"]
    person = firm.contacts.get()
    assert (person.name, person.birthday_month, person.birthday_day) == ("张20", 9, 21)
    assert sorted(person.points.values_list("normalised", flat=True)) == [
        "+491512000020",
        "p20@firm20.example",
    ]
    waiting = Job.objects.filter(task=index.module_path, args__0="customers.customer")
    for args in waiting.values_list("args", flat=True):
        if firm.pk in args[1]:
            index.call(*args)
    assert Document.objects.get(kind="customers.customer", object_id=firm.pk).title == firm.name
