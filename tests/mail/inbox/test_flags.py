"""What readers do with mails, and what waits to be told to the server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genjin.customers.actions import Refused
from genjin.journal.models import Entry
from genjin.mail.actions import answering, assigning, flags
from genjin.mail.models import AccountMember, Conversation, FlagChange, Handling, MessageCopy
from tests.mail.inbox.conftest import folder_of

pytestmark = pytest.mark.django_db


def waiting():
    return set(FlagChange.objects.values_list("what", "is_set"))


def copies(message):
    return list(
        MessageCopy.objects.filter(message=message, gone_at__isnull=True).values_list("pk", flat=True)
    )


def test_reading_counts_the_conversation_anew_and_waits_for_the_server(people, mailbox, letter, moment):
    message = letter(mailbox(people.lin))
    assert flags.set_read(copy_ids=copies(message), is_read=True, by=people.lin, at=moment) == 1
    row = Conversation.objects.get()
    assert (row.unread, row.folder.unread) == (0, 0)
    assert waiting() == {("READ", True)}
    flags.set_read(copy_ids=copies(message), is_read=False, by=people.lin, at=moment)
    assert waiting() == {("READ", False)}
    assert Conversation.objects.get().folder.unread == 1


def test_nobody_flags_or_moves_what_lies_in_others_mailboxes(people, mailbox, letter, moment):
    message = letter(mailbox(people.wang))
    ids = copies(message)
    assert flags.set_read(copy_ids=ids, is_read=True, by=people.lin, at=moment) == 0
    assert flags.set_star(copy_ids=ids, is_starred=True, by=people.lin, at=moment) == 0
    assert flags.move(copy_ids=ids, role="TRASH", by=people.lin, at=moment) == []
    assert waiting() == set()


def test_a_member_who_only_reads_does_not_move(people, mailbox, letter, moment):
    box = mailbox(members=[people.lin])
    AccountMember.objects.update(may_answer=False)
    assert flags.move(copy_ids=copies(letter(box)), role="TRASH", by=people.lin, at=moment) == []


def test_a_moved_mail_stands_in_its_new_folder_at_once(people, mailbox, letter, moment):
    box = mailbox(people.lin)
    message = letter(box, starred=True)
    old = copies(message)
    assert flags.move(copy_ids=old, role="ARCHIVE", by=people.lin, at=moment) == old
    row = Conversation.objects.get()
    assert (row.folder.role, row.is_flagged, row.folder.unread) == ("ARCHIVE", True, 1)
    assert folder_of(box).unread == 0
    change = FlagChange.objects.get()
    assert (change.copy_id, change.what, change.target.role) == (old[0], "MOVE", "ARCHIVE")
    flags.settle_move(copy_id=old[0])
    assert not FlagChange.objects.exists()
    assert copies(message) == []


def test_a_move_may_be_changed_or_taken_back_before_the_server_knows(people, mailbox, letter, moment):
    box = mailbox(people.lin)
    message = letter(box)
    old = copies(message)
    flags.move(copy_ids=old, role="ARCHIVE", by=people.lin, at=moment)
    flags.move(copy_ids=copies(message), role="TRASH", by=people.lin, at=moment)
    assert FlagChange.objects.get().target.role == "TRASH"
    assert Conversation.objects.get().folder.role == "TRASH"
    assert flags.move_back(copy_ids=old, by=people.wang, at=moment) == 0
    assert flags.move_back(copy_ids=old, by=people.lin, at=moment) == 1
    assert Conversation.objects.get().folder.role == "INBOX"
    assert copies(message) == old
    assert flags.move_back(copy_ids=old, by=people.lin, at=moment) == 0


def test_a_mail_is_moved_within_its_mailbox_only(people, mailbox, letter, moment):
    one, two = mailbox(people.lin), mailbox(members=[people.lin])
    with pytest.raises(Refused):
        flags.move(copy_ids=copies(letter(one)), folder_id=folder_of(two).pk, by=people.lin, at=moment)
    folder_of(one, "JUNK").delete()
    with pytest.raises(Refused):
        flags.move(copy_ids=copies(letter(one)), role="JUNK", by=people.lin, at=moment)


def test_members_take_what_is_free_and_assigning_needs_the_right(people, mailbox, letter, moment):
    box = mailbox(members=[people.lin, people.wang])
    AccountMember.objects.filter(user=people.wang).update(may_assign=False)
    thread = letter(box).thread_id
    assigning.assign(account_id=box.pk, thread_id=thread, to_id=people.wang.pk, by=people.wang, at=moment)
    with pytest.raises(Refused):
        assigning.assign(account_id=box.pk, thread_id=thread, to_id=people.lin.pk, by=people.wang, at=moment)
    assigning.assign(account_id=box.pk, thread_id=thread, to_id=people.lin.pk, by=people.lin, at=moment)
    assert Handling.objects.get().assigned_to == people.lin
    with pytest.raises(Refused):
        assigning.assign(account_id=box.pk, thread_id=thread, to_id=people.wang.pk, by=people.wang, at=moment)
    with pytest.raises(Refused):
        assigning.assign(account_id=box.pk, thread_id=thread, to_id=people.hu.pk, by=people.lin, at=moment)
    assert Entry.objects.filter(verb="assign", kind="mail.message").count() == 2


def test_whoever_answers_second_is_told(people, mailbox, letter, moment):
    box = mailbox(members=[people.lin, people.wang])
    thread = letter(box).thread_id
    here = {"account_id": box.pk, "thread_id": thread}
    assert answering.begin(**here, by=people.lin, real=moment) == []
    soon = moment + timedelta(seconds=5)
    assert [one.user for one in answering.begin(**here, by=people.wang, real=soon)] == [people.lin]
    assert [one.user for one in answering.begin(**here, by=people.lin, real=soon)] == [people.wang]
    late = soon + answering.LEASE + timedelta(seconds=1)
    assert answering.begin(**here, by=people.wang, real=late) == []
    assert answering.begin(**here, by=people.hu, real=late) == []
    again = answering.now(thread_ids=[thread], real=late, besides=people.lin)
    assert [(one.user, one.since) for one in again] == [(people.wang, late)]
    answering.end(thread_id=thread, by=people.wang)
    assert answering.begin(**here, by=people.lin, real=late) == []


def test_a_private_conversation_is_seen_by_the_mailboxs_readers_only(
    people, mailbox, letter, moment, customer
):
    message = letter(mailbox(people.lin), customer=customer())
    seen = type(message).objects.visible_to
    assert seen(people.chen).exists()
    with pytest.raises(Refused):
        assigning.set_private(thread_id=message.thread_id, is_private=True, by=people.chen, at=moment)
    assigning.set_private(thread_id=message.thread_id, is_private=True, by=people.lin, at=moment)
    assert not seen(people.chen).exists()
    assert seen(people.lin).exists()
