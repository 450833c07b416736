"""Waiting for news of mail servers (IDLE, RFC 2177): a thread for each mailbox, in whichever worker has it.

They only enqueue the reading of the mailbox. Without them, or where a server does not offer IDLE, mailboxes
are read every five minutes.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from genjin.mail import connecting
from genjin.mail.actions import accounts_state as state
from genjin.mail.connecting import explained
from genjin.mail.jobs import sync_account
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed

logger = logging.getLogger(__name__)

LOOK_EVERY = 15.0
"""Seconds between looks for mailboxes that nobody watches."""
LISTEN = 5.0
"""Seconds of listening between looks at the clock and at whether the worker stops."""
RENEW_EVERY = 30.0
IDLE_FOR = 9 * 60.0
"""Seconds after which IDLE is begun anew: servers and routers forget silent connections."""
AFTER_FAILURE = 120.0
MOST = 200
"""Mailboxes that one process watches."""


def keep(stop: threading.Event) -> None:
    """Watch every mailbox that no other process watches, until the event is set."""
    owner = state.owner_name()
    watchers: dict[int, Watcher] = {}
    while not stop.is_set():
        for pk in [pk for pk, watcher in watchers.items() if not watcher.is_alive()]:
            if time.monotonic() > watchers[pk].rests_until:
                del watchers[pk]
        for pk in _unwatched(MOST - len(watchers)):
            if pk not in watchers and state.watch(account_id=pk, owner=owner):
                watchers[pk] = Watcher(pk, owner, stop)
                watchers[pk].start()
        connection.close()
        stop.wait(LOOK_EVERY)
    for watcher in watchers.values():
        watcher.join(LISTEN * 2)


def _unwatched(most: int) -> list[int]:
    now = timezone.now()
    free = Q(watched_until__isnull=True) | Q(watched_until__lt=now)
    well = Q(try_again_at__isnull=True) | Q(try_again_at__lte=now)
    rows = MailAccount.objects.alive().filter(
        free, well, state=MailAccount.State.ACTIVE, transport=MailAccount.Transport.IMAP,
        is_first_sync_done=True,
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True)[: max(0, most)])


class Watcher(threading.Thread):
    """One connection that listens to the inbox of one account."""

    def __init__(self, account_id: int, owner: str, stop: threading.Event) -> None:
        super().__init__(daemon=True, name=f"mail-watch-{account_id}")
        self.account_id, self.owner, self.stop = account_id, owner, stop
        self.rests_until = 0.0
        """Monotonic seconds; not begun anew before."""

    def run(self) -> None:
        """Listens until the worker stops, the lease is lost or the connection breaks."""
        try:
            account = MailAccount.objects.get(pk=self.account_id)
            self._listen(account)
        except Failed as error:
            logger.info("Watching account %s ended: %s", self.account_id, error.code)
            self.rests_until = time.monotonic() + AFTER_FAILURE
        except Exception:
            logger.exception("Watching account %s failed", self.account_id)
            self.rests_until = time.monotonic() + AFTER_FAILURE
        finally:
            state.unwatch(account_id=self.account_id, owner=self.owner)
            connection.close()

    def _listen(self, account: MailAccount) -> None:
        box: Any = connecting.open_imap(account)
        try:
            if "IDLE" not in {str(name).upper() for name in box.client.capabilities}:
                self.rests_until = time.monotonic() + 3600
                return
            with explained(host=account.imap_host, port=account.imap_port):
                box.client.select("INBOX", readonly=True)
                # What came while nobody listened.
                self._tell()
                while self._idle(box):
                    pass
        finally:
            connecting.close(box)

    def _idle(self, box: Any) -> bool:
        """One IDLE; False when it is time to end."""
        box.idle.start()
        begun = renewed = time.monotonic()
        try:
            while time.monotonic() - begun < IDLE_FOR:
                heard = box.idle.poll(timeout=LISTEN)
                if self.stop.is_set():
                    return False
                if heard and not _is_noise(heard):
                    self._tell()
                if time.monotonic() - renewed > RENEW_EVERY:
                    renewed = time.monotonic()
                    if not state.watch(account_id=self.account_id, owner=self.owner):
                        return False
                    connection.close()
                if not heard and not _is_open(box):
                    raise ConnectionResetError
        finally:
            box.client.sock.settimeout(LISTEN)
            box.idle.stop()
        return True

    def _tell(self) -> None:
        sync_account.enqueue(self.account_id)
        connection.close()


def _is_noise(heard: list[bytes]) -> bool:
    """Whether the server only says that it is still there."""
    return all(line.upper().startswith((b"* OK", b"* NO", b"+")) for line in heard)


def _is_open(box: Any) -> bool:
    """Whether the other end is there: a closed one has something to read, which is nothing."""
    import select
    import socket

    sock = box.client.sock
    ready, _write, _bad = select.select([sock], [], [], 0)
    if not ready:
        return True
    try:
        return bool(sock.recv(1, socket.MSG_PEEK)) if not hasattr(sock, "pending") else True
    except (BlockingIOError, OSError):
        return False
