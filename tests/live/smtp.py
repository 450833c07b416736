"""A real SMTP server on a free port of this machine that can fail at every step of a dialogue.

`Faults` says what goes wrong: a reply ("450 4.2.0 later"), DROP (the connection ends) or a function that is
called. What was accepted is in `received`, whatever happened to the connection afterwards.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)

DROP = "DROP"
Fault = str | Callable[[], Any]


@dataclass
class Received:
    """One mail that the server took upon itself."""

    sender: str
    recipients: list[str]
    content: bytes
    user: str = ""

    @property
    def message_id(self) -> str:
        """Without angle brackets."""
        return str(message_from_bytes(self.content)["Message-ID"]).strip("<>")


@dataclass
class Faults:
    """What goes wrong at which step; `rcpt` by address. A fault under `once` happens a single time."""

    mail: Fault = ""
    data: Fault = ""
    after_data: Fault = ""
    """After 354 was sent, before the content is read."""
    dot: Fault = ""
    """After the whole content came, instead of accepting it."""
    accepted: Fault = ""
    """After the mail was taken, instead of saying so."""
    told: Fault = ""
    """After 250 was sent for it."""
    rcpt: dict[str, Fault] = field(default_factory=dict)
    pause: float = 0.0
    """Seconds before each answer."""


class Server:
    """The server while it runs: `port`, what it `received`, its `faults`, how many dialogues are open."""

    def __init__(
        self,
        *,
        users: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        is_implicit: bool = False,
        size: int = 0,
    ) -> None:
        """`tls`: begun by STARTTLS, which is demanded, or at once (`is_implicit`)."""
        self.received: list[Received] = []
        self.faults = Faults()
        self.users = users
        self.dialogues = 0
        self.most_dialogues = 0
        self._tls, self._is_implicit, self._size = tls, is_implicit, size
        self._controller: Controller | None = None
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        assert self._controller is not None
        assert self._controller.server is not None
        return int(self._controller.server.sockets[0].getsockname()[1])

    def start(self) -> None:
        server = self

        class Own(Controller):
            def factory(self) -> SMTP:
                return Faulty(server, self.handler, **self.SMTP_kwargs)

            def _trigger_server(self) -> None:
                """The library asks its port whether it listens, and must learn which one was free."""
                self.port = server.port
                super()._trigger_server()

        options: dict[str, Any] = {"data_size_limit": server._size or 200 * 1024 * 1024}
        if self.users is not None:
            options |= {"authenticator": self._sign_in, "auth_required": True}
            options |= {"auth_require_tls": self._tls is not None and not self._is_implicit}
        if self._tls is not None and self._is_implicit:
            options |= {"ssl_context": self._tls}
        elif self._tls is not None:
            options |= {"tls_context": self._tls, "require_starttls": True}
        self._controller = Own(Handler(self), hostname="127.0.0.1", port=0, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)

    def take(self, session: Session, envelope: Envelope) -> None:
        content = envelope.original_content or envelope.content or b""
        assert isinstance(content, bytes)
        user = str(getattr(session, "user", "") or "")
        self.received.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), content, user))

    def arrived(self) -> list[tuple[str, str]]:
        """(Message-ID, recipient) of everything that was taken, as often as it was taken."""
        return [(one.message_id, address) for one in self.received for address in one.recipients]

    def entered(self, step: int) -> None:
        with self._lock:
            self.dialogues += step
            self.most_dialogues = max(self.most_dialogues, self.dialogues)

    def _sign_in(self, _server: Any, session: Session, _envelope: Any, _way: str, data: Any) -> AuthResult:
        known = (self.users or {}).get(data.login.decode())
        fine = known is not None and known == data.password.decode()
        if fine:
            session.user = data.login.decode()  # type: ignore[attr-defined]
        return AuthResult(success=fine, handled=fine)


class Handler:
    """What aiosmtpd asks at each step."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_MAIL(self, smtp: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := act(smtp, self.server.faults.mail):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, smtp: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := act(smtp, self.server.faults.rcpt.get(address, "")):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, smtp: Any, session: Any, envelope: Any) -> str:
        faults = self.server.faults
        if answer := act(smtp, faults.dot):
            return answer
        self.server.take(session, envelope)
        if answer := act(smtp, faults.accepted):
            return answer
        if faults.told:
            smtp.loop.call_later(0.002, act, smtp, faults.told)
        return "250 2.0.0 Accepted"


class Faulty(SMTP):
    """aiosmtpd's server with faults at DATA, and with pauses."""

    def __init__(self, server: Server, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = server

    def connection_made(self, transport: Any) -> None:
        if not getattr(self, "_counted", False):
            self._counted = True
            self.own.entered(1)
        super().connection_made(transport)

    def connection_lost(self, error: Any) -> None:
        if getattr(self, "_counted", False):
            self._counted = False
            self.own.entered(-1)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if self.own.faults.pause:
            time.sleep(self.own.faults.pause)
        await super().push(status)
        if bytes(status, "ascii").startswith(b"354") if isinstance(status, str) else False:
            act(self, self.own.faults.after_data)

    async def smtp_DATA(self, arg: str) -> None:
        answer = act(self, self.own.faults.data)
        if answer:
            await self.push(answer)
            return
        await super().smtp_DATA(arg)


def act(smtp: Any, fault: Fault) -> str:
    """Let a fault happen; gives the answer to send, "" for none."""
    if fault == DROP:
        smtp.transport.abort()
        return "421 4.3.0 gone"
    if callable(fault):
        return str(fault() or "")
    return fault


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    """A server for as long as the block."""
    server = Server(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
