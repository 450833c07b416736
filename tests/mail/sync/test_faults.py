"""Servers that slow down, end the connection or refuse one message: reading goes on and says so."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from genjin.mail import syncing
from genjin.mail.imap.server import expanded
from genjin.mail.models import MailAccount, MailFolder, Message, MessageCopy
from genjin.mail.syncing import Report
from tests.mail.sync.between import Between, begin
from tests.mail.sync.conftest import many

pytestmark = pytest.mark.django_db
_FETCH = re.compile(rb"^(\S+) UID FETCH (\S+) .*BODY\.PEEK", re.IGNORECASE)


class Meddler(Between):
    """Stands before a server and answers fetches of messages in its place.

    The first `passes` of them and those after `times` go through; with `uid` only those are meant that ask
    for this message. `TAG` in the answer is the command's; a goodbye ends the connection.
    """

    def __init__(self, target: int, answer: bytes, passes: int = 0, times: int = 1, uid: int = 0) -> None:
        self.answer, self.passes, self.times, self.uid = answer, passes, times, uid
        super().__init__(target)

    def joined(self, near: socket.socket, far: socket.socket) -> None:
        begin(self._asked, near, far)
        begin(self._answered, far, near)

    def _asked(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError), near.makefile("rb") as lines:
            for line in lines:
                found = _FETCH.match(line)
                if found is None or not self._meant(found[2]):
                    far.sendall(line)
                    continue
                near.sendall(self.answer.replace(b"TAG", found[1]) + b"\r\n")
                if b"BYE" in self.answer:
                    break
        self.part(near, far)

    def _meant(self, uids: bytes) -> bool:
        if self.uid:
            return self.uid in set(expanded(uids))
        if self.passes:
            self.passes -= 1
            return False
        self.times -= 1
        return self.times >= 0

    def _answered(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)
        self.part(near, far)


@pytest.fixture
def read(moment: datetime) -> Callable[..., Report]:
    def run(account: MailAccount) -> Report:
        return syncing.sync(account.pk, clock=lambda: moment)

    return run


@pytest.fixture
def meddled(dovecot: Any, account: Callable[..., MailAccount]) -> Callable[..., MailAccount]:
    """`meddled(count, answer, …)` makes an account with so many mails behind a `Meddler`."""

    def make(count: int, answer: bytes, **how: int) -> MailAccount:
        mine = account(dovecot)
        dovecot.deliver(mine.username, many(count))
        mine.imap_port = Meddler(dovecot.port, answer, **how).port
        mine.save(update_fields=["imap_port"])
        return mine

    return make


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"TAG NO [LIMIT] Too many commands in a row", "throttled"),
        (b"TAG NO [THROTTLED] Slow down", "throttled"),
        (b"* BYE [UNAVAILABLE] Temporary problem, please try again later", "throttled"),
        (b"* BYE Autologout", "lost"),
    ],
)
def test_a_server_that_slows_down_is_left_alone_and_read_on_later(
    answer: bytes, problem: str, meddled: Callable[..., MailAccount], read: Callable[..., Report]
) -> None:
    mine = meddled(330, answer, passes=1)
    first = read(mine)
    assert (first.problem, first.stored, first.failed) == (problem, 150, [])
    mine.refresh_from_db()
    assert mine.try_again_at is not None and mine.state == MailAccount.State.ACTIVE
    assert min(MessageCopy.objects.values_list("uid", flat=True)) == 181, "the newest were kept"
    second = read(mine)
    assert (second.problem, second.stored) == ("", 180)
    assert Message.objects.count() == MessageCopy.objects.count() == 330


def test_a_message_that_the_server_refuses_is_left_out_and_told_on_the_page(
    meddled: Callable[..., MailAccount], read: Callable[..., Report], sign_in: Any, people: Any
) -> None:
    mine = meddled(20, b"TAG NO Internal error", uid=5)
    report = read(mine)
    assert (report.problem, report.stored) == ("", 19)
    assert report.failed == [{"folder": "INBOX", "uid": 5, "code": "not_given"}]
    page = sign_in(people.lin).get(reverse("mail:account", args=[mine.pk])).content.decode()
    assert "1 封邮件" in page or "hand over 1 mail." in page
    for _turn in range(syncing.ATTEMPTS + 1):
        read(mine)
    assert MailFolder.objects.get(path="INBOX").failed_uids == [[5, "not_given", syncing.ATTEMPTS]]
    assert mine.failures == 0
