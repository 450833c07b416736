"""The demo's end of the line: an SMTP server on this machine that takes what its mailboxes send.

Nothing goes further. A sent mail lies in the sender's Sent folder, as with providers that save by themselves,
and in the inbox of every colleague it went to. Who outside answers is decided in `reactions`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import threading
import warnings
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from django.db import connection

from genjin.demo import post
from genjin.instance import queries
from genjin.instance.models import Instance
from genjin.mail.actions import local
from genjin.mail.jobs import sync_account
from genjin.mail.models import MailAccount

logger = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would tell who wrote to whom

GREETING = "Genjin demo"
LARGEST = 200 * 1024 * 1024
LOOK_EVERY = 0.5
OTHERS_EVERY = 15.0
"""Seconds between looks whether the worker that has the port is gone."""


def is_demo() -> bool:
    """Whether this instance is a demo: only there these mailboxes exist."""
    return queries.current().kind == Instance.Kind.DEMO


def local_accounts() -> Any:
    """The accounts whose mail lies on this machine."""
    return MailAccount.objects.alive().filter(transport=MailAccount.Transport.MAILDIR)


class _Controller(Controller):
    """The library's, without its warning that passwords travel openly: they do not leave this machine."""

    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(self.handler, **self.SMTP_kwargs)


class Receiver:
    """The server while it runs; `take_touched` gives the addresses whose mailboxes got something."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._password = post.password()
        self._touched: set[str] = set()
        self._controller: Controller | None = None

    def start(self, port: int) -> None:
        """Listen at this port of this machine; `OSError` when somebody else does."""
        controller = _Controller(
            self, hostname=local.HOST, port=port, ident=GREETING, data_size_limit=LARGEST,
            authenticator=self._sign_in, auth_require_tls=False, auth_required=True,
        )  # fmt: skip
        controller.start()
        self._controller = controller

    def stop(self) -> None:
        """Close the port."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def take_touched(self) -> set[str]:
        """Addresses whose mailboxes got something since this was last asked."""
        touched, self._touched = self._touched, set()
        return touched

    def _sign_in(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        told = getattr(data, "password", b"")
        fine = secrets.compare_digest(told, self._password.encode())
        return AuthResult(success=fine, handled=fine)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        """Keep the mail where people of the firm find it; 250 is said when it lies there."""
        await asyncio.to_thread(self._keep, envelope)
        return "250 2.0.0 Kept on this machine"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        named = message_from_bytes(content).get("Message-ID", "")
        try:
            at = self._clock()
        finally:
            connection.close()
        sender = str(envelope.mail_from).lower()
        key = post.key_of(named or content)
        if post.has_mailbox(sender):
            post.deliver(content, address=sender, key=key, at=at, folder=post.SENT, flags="S")
            self._touched.add(sender)
        for address in {str(one).lower() for one in envelope.rcpt_tos}:
            if post.has_mailbox(address):
                post.deliver(content, address=address, key=key, at=at)
                self._touched.add(address)


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind((local.HOST, 0))
        return int(probe.getsockname()[1])


def keep(stop: threading.Event) -> None:
    """Receive for as long as a worker of the demo runs; elsewhere wait for its end."""
    port = local_accounts().values_list("smtp_port", flat=True).first() if is_demo() else None
    connection.close()
    if port is None:
        stop.wait()
        return
    receiver = Receiver(queries.business_now)
    while not stop.is_set():
        try:
            receiver.start(port)
            break
        except OSError:
            if _is_ours(port):
                stop.wait(OTHERS_EVERY)
                continue
            port = free_port()
            local.move_local_accounts(port=port)
            connection.close()
    logger.info("The demo receives mail at port %s", port)
    try:
        while not stop.wait(LOOK_EVERY):
            _have_read(receiver.take_touched())
    finally:
        receiver.stop()


def _is_ours(port: int) -> bool:
    """Whether another worker of a demo listens there."""
    try:
        with socket.create_connection((local.HOST, port), timeout=2) as line:
            line.settimeout(2)
            return GREETING.encode() in line.recv(200)
    except OSError:
        return False


def _have_read(addresses: set[str]) -> None:
    if not addresses:
        return
    places = {post.maildir_of(address) for address in addresses}
    for pk in local_accounts().filter(maildir__in=places).values_list("pk", flat=True):
        sync_account.enqueue(pk)
    connection.close()
