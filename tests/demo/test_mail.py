"""What lies in the mailboxes of the demo the moment one signs in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F, Q
from python_calamine import CalamineWorkbook

from genjin.customers.models import Customer
from genjin.demo import firm, mailboxes, post
from genjin.journal.models import Entry
from genjin.mail import raw
from genjin.mail.models import (
    Conversation,
    MailAccount,
    MailThread,
    Message,
    MessageCopy,
    MessagePart,
    OutgoingMail,
    Participant,
    Tracking,
)
from genjin.mail.reading import attachment_content, read
from genjin.people import access
from genjin.people.models import User
from tests.demo.conftest import SIZE

pytestmark = pytest.mark.django_db
Verdict, Direction = Message.Verdict, Message.Direction


def person(key: str, at: Any = None) -> User:
    user = User.objects.get(email=firm.person(key).email)
    access.of(user, today=user.joined_at.date())
    return user


def test_who_sells_and_who_leads_has_a_mailbox_of_his_own(mails):
    owners = MailAccount.objects.filter(is_shared=False).values_list("owner__email", flat=True)
    assert sorted(owners) == sorted(firm.person(key).email for key in firm.WITH_MAILBOX)
    assert set(MailAccount.objects.values_list("transport", "state", "is_first_sync_done")) == {
        ("MAILDIR", "ACTIVE", True)
    }
    assert Entry.objects.filter(kind="mail.mailaccount", verb="create").count() == len(firm.WITH_MAILBOX) + 1


def test_the_shared_mailbox_is_read_and_answered_by_its_members_alone(mails):
    shared = MailAccount.objects.get(is_shared=True)
    readers = {key for key in firm.WITH_MAILBOX if shared in MailAccount.objects.visible_to(person(key))}
    writers = {key for key in firm.WITH_MAILBOX if shared in MailAccount.objects.answered_by(person(key))}
    assert readers == {"he", "zhou", "zheng", "tang"}
    assert writers == {"he", "zhou", "zheng"}
    assert [key for key in readers if shared in MailAccount.objects.assigned_by(person(key))] == ["he"]


def test_every_mail_was_read_without_doubt_and_judged_as_what_it_is(mails):
    count = Message.objects.count()
    assert count > 10 * SIZE
    assert list(Message.objects.exclude(problems=[]).values_list("subject", "problems")) == []
    kinds = set(Message.objects.filter(direction=Direction.IN).values_list("verdict", flat=True))
    assert kinds == {Verdict.HUMAN, Verdict.BULK, Verdict.BOUNCE, Verdict.AUTO_REPLY}
    assert set(Message.objects.filter(direction=Direction.OUT).values_list("verdict", flat=True)) == {"HUMAN"}
    reports = Message.objects.filter(verdict=Verdict.BOUNCE)
    assert {one["kind"] for report in reports for one in report.bounce} == {"HARD", "SOFT"}
    absences = Message.objects.filter(verdict=Verdict.AUTO_REPLY, subject__iregex="repl|antw|resp|répon|回复")
    assert absences.exists()
    assert not absences.filter(returns_on=None).exists()


def test_mail_of_customers_is_filed_and_that_of_strangers_waits(mails):
    human = Message.objects.filter(verdict=Verdict.HUMAN)
    known = Q(participants__address__in=post_addresses())
    assert not human.filter(known, filings=None).exists()
    strangers = human.filter(direction=Direction.IN, filings=None, copies__account__is_shared=True)
    assert strangers.distinct().count() >= 8


def post_addresses() -> Any:
    from genjin.customers.models import ContactPoint

    return ContactPoint.objects.filter(
        kind="EMAIL", contact__deleted_at=None, contact__customer__deleted_at=None
    ).values("normalised")


def test_no_mail_names_an_address_outside_of_the_reserved_domain(mails):
    assert not Participant.objects.exclude(address__endswith=".example").exclude(address="").exists()


def test_files_are_real_and_open(mails):
    seen = set()
    for part in MessagePart.objects.select_related("message__raw")[:60]:
        source = raw.load(part.message.raw)
        found = next(one for one in read(source).attachments if one.name == part.name)
        content = attachment_content(source, found.path)
        assert content is not None
        if part.media_type == "application/pdf":
            assert content.startswith(b"%PDF-1.4")
            assert content.rstrip().endswith(b"%%EOF")
        elif part.name.endswith(".xlsx"):
            rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
            assert rows[0][0] == "Item"
        else:
            assert content[:2] == b"\xff\xd8"
        seen.add(part.media_type)
    assert len(seen) == 3


def test_a_chinese_mail_in_gb18030_reads_as_it_was_written(mails):
    mail = Message.objects.filter(from_address="chen@yongda-freight.example").select_related("raw")[0]
    assert b'charset="gb18030"' in raw.load(mail.raw)
    assert mail.from_name == "甬达货运 小陈"
    assert "舱位偏紧" in mail.text
    assert mail.language == "zh"


def test_newsletters_show_pictures_from_elsewhere(mails):
    letter = Message.objects.filter(from_address="news@valveflow-weekly.example").select_related("raw")[0]
    assert letter.verdict == Verdict.BULK
    assert 'src="https://pictures.valveflow-weekly.example/' in read(raw.load(letter.raw)).html


def test_answers_stand_in_their_thread_above_a_quotation(mails):
    answers = Message.objects.exclude(in_reply_to="").filter(verdict=Verdict.HUMAN).select_related("raw")
    assert answers.count() > SIZE
    for answer in answers[:20]:
        first = Message.objects.get(message_id=answer.in_reply_to)
        assert first.thread_id == answer.thread_id
        assert first.date < answer.date
        letter = read(raw.load(answer.raw))
        assert first.message_id in " ".join(letter.references)
        assert len(answer.text) < len(letter.text)
        assert "\n>" not in answer.text
    renamed = MailThread.objects.annotate(names=Count("messages__subject", distinct=True)).filter(
        names__gte=3
    )
    assert renamed.exists()


def test_a_mail_to_several_colleagues_is_one_message_in_their_mailboxes(mails):
    twice = Message.objects.annotate(boxes=Count("copies__account", distinct=True)).filter(boxes__gte=2)
    assert twice.filter(verdict=Verdict.HUMAN).exists()
    assert not MessageCopy.objects.filter(gone_at__isnull=False).exists()


def test_some_are_unread_some_answered_some_starred_and_mails_are_being_written(mails):
    mine = MailAccount.objects.get(owner=person("zhou"))
    inbox = Conversation.objects.filter(folder__account=mine, folder__role="INBOX")
    assert inbox.filter(unread__gt=0).exists()
    assert inbox.filter(unread=0).exists()
    assert MessageCopy.objects.filter(is_answered=True, is_read=True).exists()
    assert OutgoingMail.objects.filter(state="DRAFT").exclude(answers=None).exists()
    later = OutgoingMail.objects.filter(state="WAITING")
    assert later.exists()
    assert not later.filter(send_at__lte=F("queued_at")).exists()
    assert Tracking.objects.filter(state="ACTIVE").exists()


def test_last_contact_follows_from_mail_that_nobody_logged(mails):
    fresh = Message.objects.filter(direction=Direction.IN, verdict=Verdict.HUMAN, filings__isnull=False)
    newest = fresh.order_by("-date").prefetch_related("filings__customer")[0]
    customer: Customer = newest.filings.all()[0].customer
    assert customer.last_contact_at == newest.date


def test_reading_again_adds_nothing(mails):
    before = (Message.objects.count(), MessageCopy.objects.count(), OutgoingMail.objects.count())
    MailAccount.objects.update(is_first_sync_done=False)
    assert mailboxes.take_in() == 0
    assert (Message.objects.count(), MessageCopy.objects.count(), OutgoingMail.objects.count()) == before


def test_a_password_for_sending_is_sealed_and_lies_with_the_keys(mails: Path):
    account = MailAccount.objects.all()[0]
    assert post.password() not in account.secret
    assert post.secret_file("demo_mail").stat().st_mode & 0o077 == 0
