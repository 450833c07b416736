"""Searching mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genjin.mail import finding, index
from genjin.search import actions as search
from tests.mail.inbox.conftest import folder_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(moment):
    def ask(user, text, **options):
        page = finding.find(user, text, today=moment.date(), zone=ZoneInfo("Asia/Shanghai"), **options)
        return [row.subject for row in page.messages]

    return ask


def test_operators_and_words_narrow_together(people, mailbox, letter, found, moment):
    box = mailbox(people.lin)
    letter(box, subject="offer valves", from_name="Anna", from_address="anna@x.example", has_attachments=True)
    letter(box, subject="valves again", starred=True, read=True, date=moment - timedelta(days=40))
    letter(box, subject="阀门报价", to=[("王总", "wang@y.example")])
    letter(box, subject="sent valves", folder=folder_of(box, "SENT"), direction="OUT", read=True)
    assert found(people.lin, "valves from:anna") == ["offer valves"]
    assert found(people.lin, "has:attachment") == ["offer valves"]
    assert found(people.lin, "is:starred") == ["valves again"]
    assert found(people.lin, "valves is:read") == ["sent valves", "valves again"]
    assert found(people.lin, "valves after:7d") == ["sent valves", "offer valves"]
    assert found(people.lin, "valves before:30d") == ["valves again"]
    assert found(people.lin, "to:王总 阀门") == ["阀门报价"]
    assert found(people.lin, "in:sent") == found(people.lin, "in:Sent valves") == ["sent valves"]
    assert found(people.lin, "in:nowhere") == []
    assert found(people.lin, "") == []


def test_a_day_is_the_readers_day(people, mailbox, letter, found):
    box = mailbox(people.lin)
    letter(box, subject="late", date=datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    assert found(people.lin, "on:2026-11-03") == ["late"]
    assert found(people.lin, "on:2026-11-02") == []


def test_a_phrase_is_found_as_it_stands(people, mailbox, letter, found):
    box = mailbox(people.lin)
    letter(box, subject="one", text="the ball valve leaks")
    letter(box, subject="two", text="the valve of the ball")
    letter(box, subject="three", text="我要球阀报价")
    assert found(people.lin, '"Ball valve"') == ["one"]
    assert found(people.lin, "“球阀报价”") == ["three"]


def test_others_mail_is_found_only_through_customers(people, mailbox, letter, found, customer):
    mine = customer(name="Marmara Teknik")
    search.index_records("customers.customer", [mine.pk])
    letter(mailbox(people.wang), subject="wang filed pumps", customer=mine)
    letter(mailbox(people.wang), subject="wang unfiled pumps")
    letter(mailbox(people.lin), subject="lin pumps")
    assert found(people.lin, "pumps") == ["lin pumps"]
    assert found(people.lin, "pumps", everywhere=True) == ["lin pumps", "wang filed pumps"]
    assert found(people.lin, "customer:marmara", everywhere=True) == ["wang filed pumps"]
    assert found(people.hu, "pumps", everywhere=True) == []
    assert found(people.lin, "customer:nobody", everywhere=True) == []


def test_what_was_found_goes_on_page_by_page(people, mailbox, letter, moment):
    box = mailbox(people.lin)
    for number in range(5):
        letter(box, subject=str(number), text="gaskets", date=moment)
    seen, before = [], 0
    while True:
        page = finding.find(
            people.lin, "gaskets", today=moment.date(), zone=ZoneInfo("UTC"), before=before, size=2
        )
        seen += [row.subject for row in page.messages]
        before = page.before
        if not before:
            break
    assert seen == list("43210")


def test_the_search_gives_up_honestly(people, mailbox, letter, monkeypatch, moment):
    monkeypatch.setattr(index, "MOST", 3)
    box = mailbox(people.lin)
    letter(box, subject="wanted", text="gaskets", read=True)
    for _ in range(4):
        letter(box, text="gaskets")
    page = finding.find(people.lin, "gaskets is:read", today=moment.date(), zone=ZoneInfo("UTC"))
    assert (page.messages, page.is_cut) == ([], True)
    page = finding.find(
        people.lin, "gaskets is:read", today=moment.date(), zone=ZoneInfo("UTC"), before=page.before
    )
    assert [row.subject for row in page.messages] == ["wanted"]
