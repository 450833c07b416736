"""A long mailbox in small: windows, a beginning that is soon there, and turns that ask for nothing."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from genjin.mail import syncing
from genjin.mail.actions import flags
from genjin.mail.imap.server import ImapMailbox, expanded
from genjin.mail.models import MailAccount, MailFolder, MessageCopy
from tests.live.mailserver import PASSWORD
from tests.mail.sync.conftest import many

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What servers are asked about messages, while windows are small."""
    commands: list[tuple[str, ...]] = []
    ask = ImapMailbox._uid

    def noting(self: ImapMailbox, command: str, *arguments: str) -> Any:
        commands.append((command, *arguments))
        return ask(self, command, *arguments)

    monkeypatch.setattr(ImapMailbox, "_uid", noting)
    monkeypatch.setattr(syncing, "WINDOW", 100)
    monkeypatch.setattr(syncing, "RECENT", 50)
    monkeypatch.setattr(syncing, "FIRST_ROUND", 30)
    return commands


@pytest.mark.parametrize("kind", ["dovecot", "plain_dovecot"])
def test_a_long_mailbox_begins_with_its_newest_and_later_turns_ask_little(
    kind: str,
    request: pytest.FixtureRequest,
    account: Callable[..., MailAccount],
    asked: list[tuple[str, ...]],
    moment: datetime,
) -> None:
    running = request.getfixturevalue(kind)
    mine = account(running)
    running.deliver(mine.username, many(450))
    looks = iter(range(100))
    first = syncing.sync(mine.pk, clock=lambda: moment, should_stop=lambda: next(looks) > 5)
    assert first.has_more and 30 <= first.stored < 450
    assert asked[0] == ("SEARCH", "UID 351:450"), "numbers are asked for by windows"
    folder = MailFolder.objects.get(account=mine, path="INBOX")
    assert min(MessageCopy.objects.values_list("uid", flat=True)) == folder.filled_down_to
    assert 0 < folder.left == 450 - first.stored

    second = syncing.sync(mine.pk, clock=lambda: moment)
    assert (first.stored + second.stored, second.has_more) == (450, False)
    asked.clear()
    assert syncing.sync(mine.pk, clock=lambda: moment).known == 450
    ranges = [(f"{low}:{high}", "(UID FLAGS)") for low, high in windows(450, moment)]
    assert asked == ([] if kind == "dovecot" else [("FETCH", *one) for one in ranges])


def windows(newest: int, at: datetime) -> list[tuple[int, int]]:
    """The newest flags, and those of one window of the others."""
    recent = newest - 50 + 1
    turn = int(at.timestamp()) // 300 % -(-(recent - 1) // 100)
    return [(recent, newest), (1 + turn * 100, min((turn + 1) * 100, recent - 1))]


def test_marking_everything_as_read_elsewhere_is_followed_but_for_what_waits_here(
    dovecot: Any, account: Callable[..., MailAccount], people: Any, moment: datetime
) -> None:
    mine = account(dovecot)
    dovecot.deliver(mine.username, many(520))
    syncing.sync(mine.pk, clock=lambda: moment)
    client = imaplib.IMAP4("127.0.0.1", dovecot.port)
    client.login(mine.username, PASSWORD)
    client.select("INBOX")
    client.uid("STORE", "1:*", "+FLAGS", "(\\Seen)")
    client.uid("STORE", "7", "+FLAGS", "(\\Flagged)")
    client.logout()
    copy = MessageCopy.objects.get(uid=9)
    flags.set_star(copy_ids=[copy.pk], is_starred=True, by=people.lin, at=moment)
    syncing.sync(mine.pk, clock=lambda: moment, is_held=True)
    assert set(MessageCopy.objects.values_list("is_read", flat=True)) == {True}
    assert sorted(MessageCopy.objects.filter(is_flagged=True).values_list("uid", flat=True)) == [7, 9]
    assert MailFolder.objects.get(account=mine, path="INBOX").unread == 0


def test_a_server_that_names_numbers_which_never_were_costs_nothing() -> None:
    assert list(expanded(b"(EARLIER) 2:4294967295,9", 5)) == [2, 3, 4]
