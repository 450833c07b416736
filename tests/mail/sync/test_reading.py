"""Reading real mailboxes on a private Dovecot: nothing doubled, nothing lost, whatever happens between."""

from __future__ import annotations

import imaplib
import socket
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from unittest import mock

import pytest

from genjin.mail import syncing
from genjin.mail.models import (
    Conversation,
    FlagChange,
    MailAccount,
    MailFolder,
    Message,
    MessageCopy,
)
from genjin.mail.syncing import Report
from tests.live.mailserver import PASSWORD, MailServer
from tests.mail.sync.between import Between, begin
from tests.mail.sync.conftest import DAY, letter, many

pytestmark = pytest.mark.django_db

Make = Callable[..., MailAccount]


@pytest.fixture
def read(moment: datetime) -> Callable[..., Report]:
    def run(account: MailAccount, **how: object) -> Report:
        return syncing.sync(account.pk, clock=lambda: moment, **how)  # type: ignore[arg-type]

    return run


def connected(running: MailServer, account: MailAccount) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", running.port)
    client.login(account.username, PASSWORD)
    return client


def alive(folder: str = "INBOX", **conditions: object) -> list[str]:
    rows = MessageCopy.objects.filter(folder__path=folder, gone_at__isnull=True, **conditions)
    return sorted(rows.values_list("message__subject", flat=True))


def test_a_first_reading_takes_everything_and_a_second_one_nothing(dovecot, account, read):
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(320))
    dovecot.deliver(mine.username, [(letter(mine.address, "anna@firm.test", "Offer"), DAY)], "Sent", "S")
    first = read(mine)
    assert (first.problem, first.found, first.stored, first.known, first.failed) == ("", 321, 321, 0, [])
    again = read(mine)
    assert (again.found, again.stored, again.known, again.failed) == (321, 0, 321, [])
    mine.refresh_from_db()
    assert mine.is_first_sync_done and mine.leased_until is None
    assert Message.objects.get(subject="Offer").direction == "OUT"
    folder = MailFolder.objects.get(path="INBOX")
    assert (folder.role, folder.unread, folder.filled_down_to) == ("INBOX", 320, 1)
    assert Conversation.objects.filter(folder=folder).count() == 320


def test_the_newest_mail_is_read_first_and_a_stopped_reading_goes_on(dovecot, account, read):
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(700))
    asked = iter(range(1000))
    first = read(mine, should_stop=lambda: next(asked) > 4)
    assert first.has_more and 0 < first.stored < 700
    dates = Message.objects.order_by("date").values_list("date", flat=True)
    assert dates[0] > DAY - timedelta(hours=700 - 300) and max(dates) == DAY - timedelta(hours=1)
    second = read(mine)
    assert first.stored + second.stored == 700
    assert MessageCopy.objects.count() == Message.objects.count() == 700


@pytest.mark.parametrize("kind", ["dovecot", "plain_dovecot"])
def test_new_mail_flags_moves_and_deletions_are_followed(kind, request, account, read):
    running = request.getfixturevalue(kind)
    mine = account(running)
    running.deliver(mine.username, many(5))
    running.deliver(mine.username, [], "Sent")
    read(mine)
    client = connected(running, mine)
    client.select("INBOX")
    client.store("1", "+FLAGS", "(\\Seen \\Flagged)")
    client.copy("2", "Trash")
    client.store("2:3", "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.append("INBOX", "", None, letter(subject="Quite new"))
    client.logout()
    report = read(mine)
    assert (report.problem, report.stored, report.gone) == ("", 1, 2)
    subjects = [f"Order number {n} of valves" for n in (0, 3, 4)]
    assert alive() == sorted([*subjects, "Quite new"])
    assert alive(is_read=True, is_flagged=True) == [subjects[0]]
    assert alive("Trash") == ["Order number 1 of valves"]
    assert Message.objects.count() == 6, "what was deleted on the server is not forgotten"
    starred = Conversation.objects.get(folder__path="INBOX", is_flagged=True)
    assert (starred.unread, starred.count) == (0, 1)


@pytest.mark.parametrize("kind", ["dovecot", "plain_dovecot"])
def test_what_is_changed_here_is_told_to_the_server_once(kind, request, account, read, moment):
    running = request.getfixturevalue(kind)
    mine = account(running)
    running.deliver(mine.username, many(3))
    read(mine)
    first, second, _third = MessageCopy.objects.filter(folder__path="INBOX").order_by("uid")
    MessageCopy.objects.filter(pk=first.pk).update(is_read=True)
    FlagChange.objects.create(copy=first, account=mine, what="READ", made_at=moment)
    trash = MailFolder.objects.get(account=mine, role="TRASH")
    before = moment - syncing.UNDO_FOR
    FlagChange.objects.create(copy=second, account=mine, what="MOVE", target=trash, made_at=before)

    assert read(mine, is_held=True).problem == ""
    assert FlagChange.objects.count() == 2, "a held instance writes nothing back"
    first.refresh_from_db()
    assert first.is_read, "the server's word does not undo what waits"

    read(mine)
    assert not FlagChange.objects.exists()
    client = connected(running, mine)
    client.select("INBOX")
    assert client.search(None, "SEEN")[1] == [b"1"]
    assert len(client.search(None, "ALL")[1][0].split()) == 2
    client.logout()
    assert alive("Trash") == ["Order number 1 of valves"] and len(alive()) == 2
    assert Message.objects.count() == 3


def test_a_folder_whose_numbers_became_void_is_read_anew_without_doubling(dovecot, account, read, moment):
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(30))
    read(mine)
    waiting = MessageCopy.objects.order_by("uid").first()
    FlagChange.objects.create(copy=waiting, account=mine, what="FLAGGED", made_at=moment)
    before = MailFolder.objects.get(path="INBOX").uid_validity
    dovecot.renumber(mine.username)
    assert read(mine, is_held=True).stored == 0
    assert MailFolder.objects.get(path="INBOX").uid_validity != before
    assert (Message.objects.count(), len(alive()), Conversation.objects.count()) == (30, 30, 30)
    assert FlagChange.objects.get().copy.gone_at is None, "what waits goes on to the new number"


def test_the_same_mail_in_two_mailboxes_is_one_message_with_two_copies(dovecot, account, read):
    one, other = account(dovecot), account(dovecot)
    raw = letter(to=f"{one.address}, {other.address}", text="To both.")
    for mine, trace in ((one, b"Received: by one\r\n"), (other, b"Received: by other\r\nX-Spam: no\r\n")):
        dovecot.deliver(mine.username, [(trace + raw, DAY)])
        read(mine)
    assert MessageCopy.objects.filter(message=Message.objects.get()).count() == 2
    altered = raw.replace(b"To both.", b"To none.")
    dovecot.deliver(other.username, [(altered, DAY)])
    assert read(other).stored == 1, "equal Message-ID with another body is another message"
    assert len({row.thread_id for row in Message.objects.all()}) == 1


def test_what_no_parser_can_read_is_kept_and_the_rest_is_read(dovecot, account, read):
    mine = account(dovecot)
    bad = [b"\xff\xfe\x00broken", b"", b"From: \xb1\xb1\xbe\xa9 <a@b\nSubject: =?x?q?\n\n\x00\xd8", b"\n\n\n"]
    dovecot.deliver(mine.username, [(raw, DAY) for raw in bad] + many(3))
    report = read(mine)
    assert report.problem == "" and report.found == 7
    assert len(alive()) + len(report.failed) == 7
    assert Message.objects.filter(subject__startswith="Order").count() == 3


def test_one_message_that_cannot_be_stored_keeps_no_other_from_being_read(dovecot, account, read):
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(10))
    real = syncing.write

    def fail(*, parsed, **rest):
        if any(b"number 4 " in item.arrival.raw for item in parsed):
            raise ValueError("a fault of ours")
        return real(parsed=parsed, **rest)

    with mock.patch.object(syncing, "write", fail):
        report = read(mine)
    assert (report.stored, [one["code"] for one in report.failed]) == (9, ["not_stored"])
    assert read(mine).failed == [] and Message.objects.count() == 10, "asked for again, it is read"


class Proxy(Between):
    """Stands before a server and cuts the connection after some bytes, as often as told."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.cuts = cuts
        super().__init__(port)

    def joined(self, near: socket.socket, far: socket.socket) -> None:
        left = self.cuts.pop(0) if self.cuts else None
        begin(self._pass, near, far, None)
        begin(self._pass, far, near, left)

    def _pass(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with closing(source), closing(sink):
            try:
                while data := source.recv(4096):
                    if left is not None:
                        data, left = data[:left], left - len(data)
                    sink.sendall(data)
                    if left is not None and left <= 0:
                        break
            except OSError:
                pass
            self.part(source, sink)


def test_lost_connections_are_told_and_reading_goes_on(dovecot, account, read):
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(400))
    proxy = Proxy(dovecot.port, [150_000, 60_000])
    MailAccount.objects.filter(pk=mine.pk).update(imap_port=proxy.port)
    first = read(mine)
    assert first.problem == "lost"
    mine.refresh_from_db()
    assert (mine.failures, mine.problem, mine.state) == (1, "lost", "ACTIVE")
    assert mine.try_again_at is not None and mine.leased_until is None
    reports = [first, read(mine), read(mine)]
    proxy.listener.close()
    assert reports[-1].problem == "" and sum(one.stored for one in reports) == 400
    assert Message.objects.count() == MessageCopy.objects.count() == 400
    mine.refresh_from_db()
    assert (mine.failures, mine.problem, mine.try_again_at) == (0, "", None)


def test_a_wrong_password_is_tried_three_times_and_then_told(dovecot, account, read):
    from genjin.mail import secrets
    from genjin.notifications.models import Notice

    mine = account(dovecot, secret=secrets.seal("wrong"))
    assert [read(mine).problem for _ in range(3)] == ["password"] * 3
    mine.refresh_from_db()
    assert mine.state == "BROKEN" and Notice.objects.get().user_id == mine.owner_id


def test_only_what_came_since_the_chosen_day_is_read(dovecot, account, read):
    mine = account(dovecot, sync_from=(DAY - timedelta(days=2)).date())
    dovecot.deliver(mine.username, many(240))
    assert 48 <= read(mine).stored <= 72
    dovecot.deliver(mine.username, [(letter(subject="New"), DAY)])
    assert read(mine).stored == 1


def test_an_account_is_read_by_one_process_at_a_time(dovecot, account, read):
    from genjin.mail.actions import accounts_state as state

    mine = account(dovecot)
    assert state.claim(account_id=mine.pk, owner=f"other.1.{state._space()}")
    assert read(mine).is_busy
    MailAccount.objects.filter(pk=mine.pk).update(lease_owner=f"dead.{2**22 + 7}.{state._space()}")
    assert not read(mine).is_busy, "of a dead process the lease is taken at once"
