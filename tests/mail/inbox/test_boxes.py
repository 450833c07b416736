"""The list of conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genjin.mail import boxes, queries
from genjin.mail.models import Filing, Handling
from tests.mail.inbox.conftest import folder_of

pytestmark = pytest.mark.django_db


def shown(user, key="inbox", **options):
    box = boxes.box_of(boxes.boxes_of(user), key)
    return [row.last_message.subject for row in boxes.conversations(box, user, **options).rows]


def test_all_inboxes_are_one_list_newest_first(people, mailbox, letter, moment):
    own, shared = mailbox(people.lin), mailbox(members=[people.lin, people.wang])
    others = mailbox(people.wang)
    letter(own, subject="first", date=moment - timedelta(hours=3))
    letter(shared, subject="second", date=moment - timedelta(hours=2))
    letter(own, subject="third", date=moment - timedelta(hours=1))
    letter(others, subject="not mine")
    letter(own, subject="sent", folder=folder_of(own, "SENT"))
    assert shown(people.lin) == ["third", "second", "first"]
    assert shown(people.wang) == ["not mine", "second"]
    assert shown(people.lin, "sent") == ["sent"]
    assert shown(people.lin, str(folder_of(shared).pk)) == ["second"]


def test_a_folder_of_somebody_else_is_no_box(people, mailbox):
    others = mailbox(people.wang)
    assert boxes.box_of(boxes.boxes_of(people.lin), str(folder_of(others).pk)) is None
    assert boxes.box_of(boxes.boxes_of(people.lin), "nothing") is None


def test_pages_go_on_where_the_last_one_ended(people, mailbox, letter, moment):
    own, shared = mailbox(people.lin), mailbox(members=[people.lin])
    for number in range(5):
        letter(own if number % 2 else shared, subject=str(number), date=moment)
    box = boxes.box_of(boxes.boxes_of(people.lin), "inbox")
    found, before = [], ""
    while True:
        page = boxes.conversations(box, people.lin, before=before, size=2)
        found += [row.last_message.subject for row in page.rows]
        before = page.before
        if not before:
            break
    assert sorted(found) == list("01234")
    assert len(found) == 5


def test_filters_show_what_they_say(people, mailbox, letter, customer):
    box = mailbox(members=[people.lin])
    mine = customer()
    letter(box, subject="read", read=True, customer=mine)
    letter(box, subject="unread")
    letter(box, subject="starred", read=True, starred=True)
    answered = letter(box, subject="answered", read=True, customer=mine)
    letter(
        box, subject="Re: answered", thread=answered.thread, read=True, direction="OUT",
        folder=folder_of(box, "SENT"), customer=mine,
    )  # fmt: skip
    Handling.objects.create(account=box, thread=answered.thread, assigned_to=people.lin)
    assert shown(people.lin, chosen="unread") == ["unread"]
    assert shown(people.lin, chosen="starred") == ["starred"]
    assert shown(people.lin, chosen="unfiled") == ["starred", "unread"]
    assert shown(people.lin, chosen="awaiting") == ["read"]
    assert shown(people.lin, chosen="mine") == ["answered"]


def test_a_conversation_shows_only_what_one_may_see(people, mailbox, letter, customer):
    own = mailbox(people.lin)
    mine = customer()
    first = letter(own, subject="filed", customer=mine)
    letter(own, subject="unfiled", thread=first.thread)
    assert len(queries.conversation(first.thread_id, people.lin).messages) == 2
    assert [m.subject for m in queries.conversation(first.thread_id, people.chen).messages] == ["filed"]
    assert queries.conversation(first.thread_id, people.hu) is None
    first.thread.is_private = True
    first.thread.save()
    assert queries.conversation(first.thread_id, people.chen) is None


def test_a_colleagues_customer_is_marked_as_his_and_not_named(people, mailbox, letter, customer):
    his = customer(owner=people.hu, name="Secret Ltd")
    message = letter(mailbox(people.lin), customer=his)
    found = queries.customers_of([message.thread_id], people.lin)[message.thread_id]
    assert (found.seen, found.of_colleagues) == ([], ["Hu Jing"])
    assert not found.is_unfiled


def test_the_customer_of_the_sender_comes_before_those_in_copy(people, mailbox, letter, customer):
    copied, own = customer(domain="copied.example"), customer(domain="nordkai.example")
    message = letter(mailbox(people.lin), customer=copied)
    Filing.objects.create(
        message=message, thread=message.thread, customer=own, how="DOMAIN", date=message.date,
        direction="IN", filed_at=message.date,
    )  # fmt: skip
    assert queries.conversation(message.thread_id, people.lin).customer == own


def test_unread_mails_are_counted_from_the_folders(people, mailbox, letter):
    own, shared = mailbox(people.lin), mailbox(members=[people.lin])
    letter(own)
    letter(own, read=True)
    letter(shared)
    letter(own, folder=folder_of(own, "JUNK"))
    assert queries.unread_count(people.lin) == 2
    assert queries.unread_count(people.wang) == 0
