"""A restored instance asks the Sent folders before it is released: what left after the backup never leaves again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from genjin.instance import actions as instance
from genjin.instance.models import Instance
from genjin.mail import secrets
from genjin.mail.actions import outbox
from genjin.mail.models import MailFolder, OutgoingMail, Tracking
from genjin.mail.sending import matching
from genjin.mail.sending.outbox import send_due
from tests.live import smtp
from tests.live.mailserver import PASSWORD
from tests.mail.outgoing import account_of, draft, due
from tests.mail.sync.conftest import letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside():
    with smtp.running() as running:
        yield running


@pytest.fixture
def account(people, dovecot, outside, moment):
    made = account_of(
        people.lin, moment, port=outside.port, transport="IMAP", imap_host="127.0.0.1", imap_port=dovecot.port,
        imap_security="NONE", username="restored", secret=secrets.seal(PASSWORD),
    )  # fmt: skip
    MailFolder.objects.create(account=made, path="Sent", role="SENT")
    return made


@pytest.fixture
def restored(moment):
    """Hold the instance as a restored backup does, a day after its mails were queued."""
    instance.hold(reason=Instance.Reason.RESTORED, at=moment)


def lies_in_sent(dovecot, account, mail, at):
    raw = letter(account.address, "hans@nordkai.example", message_id=mail.message_id, at=at)
    dovecot.deliver("restored", [(raw, at)], folder="Sent")


def test_what_left_after_the_backup_is_found_and_the_rest_is_sent(
    people, sign_in, account, dovecot, outside, restored, moment
):
    left, waits = due(account, moment, subject="Left", track_days=2), due(account, moment, subject="Waits")
    typed = draft(account, moment, subject="Sent from the draft")
    for mail in (left, typed):
        lies_in_sent(dovecot, account, mail, moment + timedelta(hours=2))
    admin = sign_in(people.admin)
    admin.post(reverse("instance:release"))
    assert Instance.objects.get().is_held, "nobody looked yet"
    assert "2 mails in the outbox may have been sent" in admin.get(reverse("mail:held")).content.decode()
    assert matching.match(account.pk, at=moment) == {"found": 2, "not_found": 1, "not_asked": 0}
    shown = admin.get(reverse("mail:held")).content.decode()
    assert "Will be sent after the release" in shown
    assert "Found as sent: never sent again" in shown
    assert "Left" not in shown, "whose mail it is sees what it says"
    admin.post(reverse("instance:release"))
    assert not Instance.objects.get().is_held
    send_due(account.pk, claim="1:1", clock=lambda: moment + timedelta(minutes=1))
    assert [one.message_id for one in outside.received] == [waits.message_id]
    assert dict(OutgoingMail.objects.values_list("subject", "state")) == {
        "Left": "SENT", "Waits": "SENT", "Sent from the draft": "SENT",
    }  # fmt: skip


def test_where_the_sent_folder_cannot_be_asked_a_person_decides(
    people, sign_in, account, outside, restored, moment
):
    mail = due(account, moment)
    type(account).objects.filter(pk=account.pk).update(imap_port=1)
    assert matching.match(account.pk, at=moment)["not_asked"] == 1
    sign_in(people.admin).post(reverse("instance:release"))
    assert not Instance.objects.get().is_held
    send_due(account.pk, claim="1:1", clock=lambda: moment + timedelta(days=2))
    assert not outside.received
    assert (
        "could not be asked whether this mail left"
        in sign_in(people.lin).get(reverse("mail:outbox")).content.decode()
    )
    outbox.send_all_the_same(mail_id=mail.pk, by=people.lin, at=moment)
    send_due(account.pk, claim="2:1", clock=lambda: moment)
    assert [one.message_id for one in outside.received] == [mail.message_id]


def test_matching_twice_changes_nothing_and_a_hold_by_hand_needs_none(
    people, account, dovecot, restored, moment
):
    mail = due(account, moment, track_days=1)
    lies_in_sent(dovecot, account, mail, moment)
    assert matching.match(account.pk, at=moment)["found"] == 1
    before = OutgoingMail.objects.get(pk=mail.pk).version
    assert matching.match(account.pk, at=moment)["found"] == 0
    assert OutgoingMail.objects.get(pk=mail.pk).version == before
    assert Tracking.objects.count() == 0, "it is tracked once its message is read"
    instance.release(by=people.admin, at=moment)
    due(account, moment)
    instance.hold(reason=Instance.Reason.BY_HAND, at=moment)
    assert not instance.release(by=people.admin, at=moment).is_held
