"""The full text of mails, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genjin.mail import index
from genjin.mail.models import MessageCopy
from genjin.search.tokens import asked_terms

pytestmark = pytest.mark.django_db


def matching(terms, accounts, **options):
    return [index.message_id(place) for some in index.matching(terms, accounts, **options) for place in some]


def found(words, *accounts, **options):
    return matching(asked_terms(words), [a.pk for a in accounts] or None, **options)


def test_chinese_latin_and_names_are_found_newest_first(people, mailbox, letter):
    box = mailbox(people.lin)
    old = letter(box, subject="Ball valves DN50", text="请报价球阀")
    new = letter(box, subject="询价", text="我们需要球阀和闸阀", from_name="王小明")
    assert found("球阀", box) == [new.pk, old.pk]
    assert found("球 阀", box) == [new.pk, old.pk]
    assert found("VALVES dn50", box) == [old.pk]
    assert found("valv", box) == [old.pk]
    assert found("wangxiaoming", box) == [new.pk]
    assert found("球阀 DN50", box) == [old.pk]
    assert found("阀球", box) == []


def test_two_letters_are_a_whole_word(people, mailbox, letter):
    box = mailbox(people.lin)
    order = letter(box, text="about PO 4711")
    letter(box, text="port of loading")
    assert found("po", box) == [order.pk]


def test_words_of_one_field_are_told_apart(people, mailbox, letter):
    box = mailbox(people.lin)
    letter(box, subject="Delivery", text="jens says hello")
    other = letter(
        box, from_name="Anna", from_address="anna@x.example", text="jens", cc=[("Bo", "bo@y.example")]
    )
    marked = index.marked(index.FROM, asked_terms("anna"))
    assert matching(marked, None) == [other.pk]
    assert not matching(index.marked(index.SUBJECT, asked_terms("hello")), None)
    assert matching(index.marked(index.CC, asked_terms("bo@y.example")), None) == [other.pk]


def test_a_hidden_recipient_is_not_searched(people, mailbox, letter):
    letter(mailbox(people.lin), bcc=[("Secret Partner", "secret@partner.example")])
    assert found("partner") == []


def test_a_mail_is_found_in_every_mailbox_it_lies_in(people, mailbox, letter):
    lins, wangs, hus = mailbox(people.lin), mailbox(people.wang), mailbox(people.hu)
    message = letter(lins, text="containers")
    MessageCopy.objects.create(
        message=message, thread=message.thread, account=wangs, folder=wangs.folders.first(),
        uid_validity=1, uid=1, added_at=message.date,
    )  # fmt: skip
    assert found("containers", wangs) == []
    index.put([(message.pk, message.text)])
    assert found("containers", wangs) == found("containers", lins) == [message.pk]
    assert found("containers", hus) == []
    assert matching(asked_terms("containers"), []) == []


def test_what_was_put_in_again_or_forgotten_is_not_found_by_its_old_words(people, mailbox, letter):
    box = mailbox(people.lin)
    message = letter(box, subject="", text="flanges")
    index.put([(message.pk, "gaskets")])
    assert found("flanges", box) == []
    assert found("gaskets", box) == [message.pk]
    index.forget([message.pk])
    assert found("gaskets", box) == []
    index.forget([message.pk])


def test_places_bound_what_is_looked_for(people, mailbox, letter):
    box = mailbox(people.lin)
    days = [datetime(2025, month, 3, tzinfo=UTC) for month in (1, 5, 9)]
    first, second, third = (letter(box, text="pumps", date=day) for day in days)
    assert found("pumps", box, since=index.place_of(days[1])) == [third.pk, second.pk]
    assert found("pumps", box, before=index.place_of(days[2])) == [second.pk, first.pk]
    assert found("pumps", box) == [third.pk, second.pk, first.pk]
    later = index.place_of(days[2] + timedelta(days=400))
    assert found("", box, before=later) == [third.pk, second.pk, first.pk]


def test_odd_text_breaks_nothing(people, mailbox, letter):
    box = mailbox(people.lin)
    message = letter(box)
    odd = "a\x00b \ue010" + str(box.pk) + " \"quoted' OR NOT (" + "长" * 70_000
    index.put([(message.pk, odd)])
    assert found("quoted", box) == [message.pk]
    assert found("长长", box) == [message.pk]


CHUNKS = [(1, 1), (2, 3), (3, 1), (100, 100)]


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("often", [0, 0.5, 1])
def test_however_it_is_looked_up_the_same_mails_are_found_in_order(
    people, mailbox, letter, monkeypatch, chunks, often
):
    monkeypatch.setattr(index, "CHUNKS", chunks)
    monkeypatch.setattr(index, "ROUNDS", chunks)
    monkeypatch.setattr(index, "OFTEN", often)
    box, other = mailbox(people.lin), mailbox(people.wang)
    days = [datetime(2025, 3, day, tzinfo=UTC) for day in range(1, 13)]
    kept = [
        letter(
            box if n % 4 else other,
            text=f"valve {'flange' if n % 3 else 'gasket'} {'pump' if n == 7 else ''}",
            date=day,
        )
        for n, day in enumerate(days)
    ]
    newest = [row.pk for row in reversed(kept)]
    own = [row.pk for n, row in reversed(list(enumerate(kept))) if n % 4]
    assert found("valve") == found("") == found("valve", box, other) == newest
    assert found("valve", box) == found("", box) == own
    assert found("valve flange", box) == [
        row.pk for n, row in reversed(list(enumerate(kept))) if n % 4 and n % 3
    ]
    assert found("pump valves", box) == []
    assert found("pump valve", box) == found("pump") == [kept[7].pk]
    assert found("gasket", box, since=index.place_of(days[4]), before=index.place_of(days[9])) == [kept[6].pk]
