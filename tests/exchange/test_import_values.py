"""Values that no list has are shown with counts, and become what a person says they mean."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from genjin.customers.models import Contact, Customer, ListEntry, NextStep
from genjin.exchange import import_actions
from genjin.exchange.importing import choosing
from genjin.exchange.jobs import work
from genjin.exchange.models import Import

pytestmark = pytest.mark.django_db
LIST = (
    "公司名称,国家,行业,跟进等级,业务员\n"
    "Acme,Germany,渔具钓具,高,小王\nBeta,德意志联邦,渔具钓具,一般般,王磊\n"
    "Gamma,Germany,灯具 (LED),中,小王\nDelta,Germany,没听过,中,王磊\n"
)
ANSWERS = {
    "customer.industry|渔具钓具": "+",
    "customer.industry|没听过": "-",
    "customer.country|德意志联邦": "=DE",
    "customer.follow_grade|一般般": "=MID",
}


def verdicts(job: Import) -> list[str]:
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


def test_unknown_values_are_shown_answered_made_and_remembered(bring: Any, sign_in: Any, people: Any) -> None:
    light = ListEntry.objects.filter(list="INDUSTRY").first()
    browser = sign_in(people.zhao)
    job = bring(LIST, by=people.zhao)
    import_actions.start_check(job=job, by=people.zhao, at=job.created_at)
    work.call(job.pk)
    job.refresh_from_db()
    assert verdicts(job) == ["ERROR"] * 4
    assert job.unknown["customer.industry"][0] == ["渔具钓具", 2]
    here = reverse("exchange:values", args=[job.pk])
    assert here in browser.get(reverse("exchange:import", args=[job.pk])).content.decode()
    page = browser.get(here).content.decode()
    assert "渔具钓具" in page and "德意志联邦" in page and "小王" in page
    given = ANSWERS | {
        "customer.owner|小王": f"={people.wang.pk}",
        "customer.industry|灯具 (LED)": f"={light.pk}",
    }
    assert browser.post(here, given).status_code == 302
    work.call(job.pk)
    job.refresh_from_db()
    assert (verdicts(job), choosing.open_questions(job)) == (["NEW"] * 4, 0)
    assert not ListEntry.objects.filter(name_zh="渔具钓具").exists(), "a check writes nothing"
    browser.post(reverse("exchange:start", args=[job.pk]))
    work.call(job.pk)
    job.refresh_from_db()
    assert (job.state, verdicts(job)) == ("DONE", ["NEW"] * 4)
    tools = ListEntry.objects.get(list="INDUSTRY", name_zh="渔具钓具")
    rows = Customer.objects.order_by("name").values_list("industry", "country", "follow_grade", "owner")
    assert list(rows) == [
        (tools.pk, "DE", "TOP", people.wang.pk),
        (tools.pk, "DE", "MID", people.wang.pk),
        (None, "DE", "MID", people.wang.pk),
        (light.pk, "DE", "MID", people.wang.pk),
    ]
    again = bring(LIST.replace("Acme", "Epsilon"), by=people.zhao)
    import_actions.start_check(job=again, by=people.zhao, at=job.created_at)
    work.call(again.pk)
    assert verdicts(again)[0] == "NEW", "what was said under these headings is remembered"


def test_only_who_may_change_lists_adds_values_to_them(bring: Any, sign_in: Any, people: Any) -> None:
    job = bring("公司名称,行业\nAcme,渔具钓具\n", by=people.lin)
    import_actions.start_check(job=job, by=people.lin, at=job.created_at)
    work.call(job.pk)
    browser = sign_in(people.lin)
    here = reverse("exchange:values", args=[job.pk])
    assert 'value="+"' not in browser.get(here).content.decode()
    browser.post(here, {"customer.industry|渔具钓具": "+"})
    work.call(job.pk)
    assert verdicts(job) == ["ERROR"]
    browser.post(here, {"customer.industry|渔具钓具": "=999999"})
    work.call(job.pk)
    assert verdicts(job) == ["ERROR"]
    browser.post(here, {"customer.industry|渔具钓具": "-"})
    work.call(job.pk)
    assert verdicts(job) == ["NEW"]


def test_a_value_too_long_for_a_list_comes_back_with_a_sentence(
    bring: Any, sign_in: Any, people: Any
) -> None:
    long = "五" * 90
    job = bring(f"公司名称,行业\nAcme,{long}\n", by=people.zhao)
    import_actions.start_check(job=job, by=people.zhao, at=job.created_at)
    work.call(job.pk)
    here = reverse("exchange:values", args=[job.pk])
    assert sign_in(people.zhao).post(here, {f"customer.industry|{long}": "+"}).status_code == 422


def test_the_headings_of_cards_are_in_the_readers_language(sign_in: Any, people: Any, settings: Any) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Jan Voss\nEMAIL:a@x.example\nEMAIL:b@x.example\nEND:VCARD\n"
    browser = sign_in(people.lin)
    browser.post(
        reverse("exchange:upload"), {"kind": "contacts", "file": SimpleUploadedFile("a.vcf", card.encode())}
    )
    job = Import.objects.get()
    assert job.sheet["headers"] == ["Name", "Mail", "Mail 2"]
    people.lin.language = "zh-hans"
    people.lin.save()
    page = browser.get(reverse("exchange:columns", args=[job.pk])).content.decode()
    assert "<bdi>姓名</bdi>" in page and "<bdi>邮箱 2</bdi>" in page


def test_birthdays_and_days_are_read_as_phones_and_databases_write_them(bring: Any, work: Any) -> None:
    text = (
        "Company,Contact,Birthday,Next follow-up date\nAlpha,Ann,19800321,20270105\n"
        "Beta,Bo,--0203,\nGamma,Cy,19801332,\n"
    )
    job = work(bring(text), "import")
    born = Contact.objects.order_by("name").values_list("name", "birthday_month", "birthday_day")
    assert list(born) == [("Ann", 3, 21), ("Bo", 2, 3)]
    assert NextStep.objects.get().due_on == date(2027, 1, 5)
    assert job.rows.get(verdict="ERROR").reasons == ["Birthday: “19801332” is no date that can be read."]
