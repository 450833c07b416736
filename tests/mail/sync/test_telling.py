"""What is changed here is told to the server at once; moves when nobody takes them back any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from genjin.jobs.models import Job
from genjin.mail import jobs, syncing
from genjin.mail.actions import flags
from genjin.mail.models import FlagChange, MailAccount, MessageCopy
from tests.conftest import Cast
from tests.mail.sync.conftest import many

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(dovecot: object, account: Callable[..., MailAccount], moment: datetime) -> MailAccount:
    """A mailbox with three mails, read."""
    made = account(dovecot)
    dovecot.deliver(made.username, many(3))  # type: ignore[attr-defined]
    syncing.sync(made.pk, clock=lambda: moment)
    return made


def asked(task: str) -> list[Job]:
    return list(Job.objects.filter(task__endswith=task))


def copies() -> list[int]:
    rows = MessageCopy.objects.filter(gone_at__isnull=True, uid_validity__gt=0)
    return list(rows.order_by("uid").values_list("pk", flat=True))


def test_flags_changed_one_after_the_other_are_told_together_and_soon(
    mine: MailAccount, people: Cast, moment: datetime
) -> None:
    for copy in copies():
        flags.set_read(copy_ids=[copy], is_read=True, by=people.lin, at=moment)
    (waiting,) = asked("tell_server")
    assert waiting.run_after <= timezone.now() + timedelta(seconds=2)
    jobs.tell_server.call(mine.pk)
    assert [job.args for job in asked("sync_account")] == [[mine.pk]]
    syncing.sync(mine.pk, clock=lambda: moment)
    assert not FlagChange.objects.exists()


def test_a_mailbox_that_rests_is_not_read_for_a_flag(mine: MailAccount) -> None:
    MailAccount.objects.update(try_again_at=timezone.now() + timedelta(hours=1))
    jobs.tell_server.call(mine.pk)
    MailAccount.objects.update(try_again_at=None, state=MailAccount.State.PAUSED)
    jobs.tell_server.call(mine.pk)
    assert asked("sync_account") == []


def test_a_move_is_told_when_it_is_not_offered_to_be_taken_back_any_more(
    mine: MailAccount, people: Cast, moment: datetime
) -> None:
    first, second, _third = copies()
    flags.move(copy_ids=[first, second], role="TRASH", by=people.lin, at=moment)
    (waiting,) = asked("tell_server")
    assert waiting.run_after > timezone.now() + timedelta(seconds=5)
    report = syncing.sync(mine.pk, clock=lambda: moment + timedelta(seconds=2))
    assert report.has_undoable and FlagChange.objects.count() == 2
    assert flags.move_back(copy_ids=[first], by=people.lin, at=moment) == 1
    report = syncing.sync(mine.pk, clock=lambda: moment + timedelta(seconds=11))
    assert not report.has_undoable and not FlagChange.objects.exists()
    alive = MessageCopy.objects.filter(gone_at__isnull=True).values_list("folder__path", flat=True)
    assert sorted(alive) == ["INBOX", "INBOX", "Trash"]


def test_reading_a_mailbox_comes_back_for_moves_that_may_still_be_taken_back(
    mine: MailAccount, people: Cast, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags.move(copy_ids=copies()[:1], role="TRASH", by=people.lin, at=moment)
    Job.objects.all().delete()
    monkeypatch.setattr(jobs, "business_now", lambda: moment)
    jobs.sync_account.call(mine.pk)
    assert len(asked("tell_server")) == 1
