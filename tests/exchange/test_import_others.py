"""Contacts and logs of customers that are there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from genjin.customers.actions import create_customer
from genjin.customers.models import Contact, Interaction
from genjin.journal.models import Entry

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def verdicts(job):
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


def test_contacts_join_the_customers_that_are_there(bring, work, people, moment):
    known = create_customer(row={"name": "Acme Ltd"}, by=people.lin, at=moment)
    create_customer(row={"name": "Other"}, by=people.hu, at=moment)
    text = (
        "姓名,邮箱,客户名称,部门\n李雷,li@acme.example,ACME,采购\n"
        "韩梅,han@acme.example,Acme,财务部\nHu,hu@x.example,Other,\n王五,w@x.example,Nobody Inc,\n"
    )
    job = bring(text, kind="contacts")
    expected = ["NEW", "NEW", "DUPLICATE", "ERROR"]
    assert verdicts(work(job, "check")) == expected
    assert verdicts(work(job, "import")) == expected
    assert list(known.contacts.values_list("name", "department")) == [
        ("李雷", "PURCHASING"),
        ("韩梅", "FINANCE"),
    ]
    work(job, "undo")
    assert not Contact.objects.alive().exists()


LOGS = """跟进日期,跟进方式,跟进内容,客户名称,联系人,业务员
2026-03-01,电话,报价已发,ACME,Ann,王磊
2026-03-02 10:30,微信,客户要样品,Acme Ltd,,
2026-03-02 10:30,微信,客户要样品,Acme,,
2030-01-01,邮件,将来的事,Acme,,
,邮件,没有日期,Acme,,
2026-03-03,心灵感应,听到了,Acme,,
"""
EXPECTED = ["NEW", "NEW", "SAME", "ERROR", "ERROR", "ERROR"]


def test_logs_are_told_as_history_and_can_be_taken_back(bring, work, people, moment):
    known = create_customer(row={"name": "Acme Ltd"}, by=people.lin, at=moment)
    job = bring(LOGS, kind="interactions", by=people.chen)
    assert verdicts(work(job, "check")) == EXPECTED
    assert not Interaction.objects.exists()
    assert verdicts(work(job, "import")) == EXPECTED
    call, chat = Interaction.objects.order_by("happened_at")
    assert (call.kind, call.person, call.content) == ("AUDIO_CALL", people.wang, "Ann: 报价已发")
    assert (chat.kind, chat.person) == ("CHAT", people.chen)
    assert chat.happened_at == datetime(2026, 3, 2, 10, 30, tzinfo=SHANGHAI)
    known.refresh_from_db()
    assert known.last_contact_at == chat.happened_at
    assert {entry.by for entry in Entry.objects.filter(kind="customers.interaction")} == {people.chen}
    assert verdicts(work(bring(LOGS, kind="interactions", by=people.chen), "import"))[:3] == ["SAME"] * 3
    work(job, "undo")
    known.refresh_from_db()
    assert not Interaction.objects.alive().exists()
    assert known.last_contact_at is None


def test_vcards_bring_companies_with_their_people(people, moment, work):
    from io import BytesIO

    from genjin.exchange import import_actions

    card = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Jan Voss\nN:Voss;Jan;;;\nORG:Nordhafen GmbH\nTITLE:Buyer\n"
        "EMAIL:jan@nordhafen.example\nEMAIL:j.voss@nordhafen.example\nTEL;TYPE=CELL:+491511234567\nEND:VCARD\n"
    )
    job = import_actions.bring(
        kind="customers", stream=BytesIO(card.encode()), name="a.vcf", by=people.lin, at=moment
    )
    assert (
        import_actions.choose_columns(job=job, columns=job.columns, options={}, by=people.lin, at=moment)
        == {}
    )
    assert work(job, "import").counts == {"NEW": 1}
    person = Contact.objects.select_related("customer").get()
    assert (person.name, person.job_title, person.customer.name) == ("Jan Voss", "Buyer", "Nordhafen GmbH")
    assert sorted(person.points.values_list("kind", flat=True)) == ["EMAIL", "EMAIL", "MOBILE"]
