"""One SMTP dialogue: opened for an account, spoken for one mail, its answers kept for each recipient."""

from __future__ import annotations

import contextlib
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from genjin.mail import guarding, problems
from genjin.mail.connecting import (
    Failed,
    check_host,
    credential_of,
    explained,
    refusal_of,
    tls_context,
)
from genjin.mail.models import MailAccount
from genjin.mail.sending.answers import Answer, Outcome

CONNECT_TIMEOUT = 30.0
TIMEOUT = 90.0
"""Seconds that the server may stay silent at each step."""
LAST_TIMEOUT = 300.0
"""Seconds for the answer to the final dot: servers look for spam before they give it."""
OWN_NAME = "[127.0.0.1]"
"""How we greet: the name of the machine is nobody's business."""

Step = Callable[[str], None]
_LONE_CR_OR_LF = re.compile(rb"\r\n|\r|\n")


class Lost(Exception):
    """The connection ended before the server could have taken the mail: nothing was sent."""


class Unknown(Exception):
    """The connection ended after the final dot: whether the server took the mail, nobody here knows."""


@dataclass(slots=True)
class Result:
    """What one dialogue gave: an answer for each recipient asked, and the server's last words."""

    recipients: dict[str, Answer] = field(default_factory=dict)
    last: Answer = field(default_factory=lambda: Answer(0, ""))

    @property
    def accepted(self) -> list[str]:
        """Addresses that the server took upon itself."""
        return [address for address, answer in self.recipients.items() if answer.outcome is Outcome.ACCEPTED]

    @property
    def is_throttled(self) -> bool:
        """Whether the account should be left alone for a while."""
        return any(one.is_throttling for one in (self.last, *self.recipients.values()) if not one.is_fine)


def open_smtp(account: MailAccount, *, timeout: float = TIMEOUT) -> smtplib.SMTP:
    """A greeted, encrypted and signed-in connection; raises `Failed` with the code of what was wrong."""
    host, port, security = account.smtp_host, account.smtp_port, account.smtp_security
    if not host:
        raise Failed(problems.UNKNOWN_HOST, host=host, port=port)
    check_host(account, host, port, security)
    place = {"host": host, "port": port}
    with _explained(**place):
        smtp = _connected(account)
        try:
            if security == MailAccount.Security.STARTTLS:
                _encrypt(smtp, host)
            _sign_in(smtp, account)
            _wait(smtp, timeout)
        except BaseException:
            smtp.close()
            raise
    return smtp


def close(smtp: smtplib.SMTP) -> None:
    """Say good-bye, whatever state the connection is in."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        _wait(smtp, 5.0)
        smtp.quit()
    smtp.close()


def speak(
    smtp: smtplib.SMTP,
    *,
    sender: str,
    recipients: Sequence[str],
    raw: bytes,
    step: Step,
    result: Result | None = None,
) -> Result:
    """Offer one mail for these recipients; `result` is filled as the answers come.

    `step` is called with RECIPIENTS, DATA and DOT before each of them is begun, and may raise to stop: what
    stops before DOT was never sent. Raises `Lost` and `Unknown` when the connection ends.
    """
    result = Result() if result is None else result
    too_large = _too_large(smtp, raw)
    if too_large:
        return _all(result, recipients, too_large)
    try:
        if not _envelope(smtp, sender, recipients, result, step):
            _reset(smtp)
            return result
        step("DATA")
        result.last = Answer.of(*smtp.docmd("DATA"))
        if result.last.code != 354:
            _reset(smtp)
            return _all(result, result.accepted, result.last)
        smtp.send(_stuffed(raw))
        if _has_spoken(smtp):
            raise smtplib.SMTPServerDisconnected("The server ended the connection within the content.")
    except (OSError, smtplib.SMTPException) as error:
        raise Lost(words_of(error)) from error
    step("DOT")
    try:
        _wait(smtp, LAST_TIMEOUT)
        smtp.send(b".\r\n")
        result.last = Answer.of(*smtp.getreply())
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(words_of(error)) from error
    with contextlib.suppress(OSError):
        _wait(smtp, TIMEOUT)
    return _all(result, result.accepted, result.last)


def words_of(error: BaseException) -> str:
    """What the server or the network said in an error."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(Answer.of(error.smtp_code, error.smtp_error))
    if isinstance(error, TimeoutError):
        return "timeout"
    return str(error)[:300] or type(error).__name__


def _envelope(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], result: Result, step: Step) -> bool:
    """Name sender and recipients; False when nobody is left to whom the mail could go."""
    result.last = Answer.of(*smtp.mail(sender, _options(smtp)))
    if not result.last.is_fine:
        _all(result, recipients, result.last)
        return False
    step("RECIPIENTS")
    for address in recipients:
        result.last = result.recipients[address] = Answer.of(*smtp.rcpt(address))
        if result.last.code == 421:
            raise smtplib.SMTPServerDisconnected(str(result.last))
    return bool(result.accepted)


def _options(smtp: smtplib.SMTP) -> list[str]:
    return ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else []


def _all(result: Result, recipients: Sequence[str], answer: Answer) -> Result:
    """The same answer for these recipients."""
    result.last = answer
    result.recipients |= dict.fromkeys(recipients, answer)
    return result


def _too_large(smtp: smtplib.SMTP, raw: bytes) -> Answer | None:
    told = smtp.esmtp_features.get("size", "").split()
    most = int(told[0]) if told and told[0].isdigit() else 0
    if not most or len(raw) <= most:
        return None
    return Answer(552, f"5.3.4 The message has {len(raw)} bytes, the server takes {most}.")


def _stuffed(raw: bytes) -> bytes:
    """The lines as they travel: CRLF, leading dots doubled, ended but not closed by the final dot."""
    lines = _LONE_CR_OR_LF.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _has_spoken(smtp: smtplib.SMTP) -> bool:
    """Whether the server said something, or hung up, although it is not its turn (seen without TLS only)."""
    if smtp.sock is None or isinstance(smtp.sock, ssl.SSLSocket):
        return False
    return bool(select.select([smtp.sock], [], [], 0)[0])


def _reset(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.rset()


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _connected(account: MailAccount) -> smtplib.SMTP:
    smtp = guarding.smtp_client(
        account.smtp_host, account.smtp_port, is_tls=account.smtp_security == MailAccount.Security.TLS,
        context=tls_context(account.smtp_host), timeout=CONNECT_TIMEOUT, own_name=OWN_NAME,
        is_public_only=account.is_public_only,
    )  # fmt: skip
    try:
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _encrypt(smtp: smtplib.SMTP, host: str) -> None:
    """From plain to TLS; a server that does not offer it is refused, for the password would travel openly."""
    if not smtp.has_extn("starttls"):
        raise Failed(problems.TLS, host=host, answer="STARTTLS is not offered.")
    smtp.starttls(context=tls_context(host))
    smtp.ehlo_or_helo_if_needed()


def _sign_in(smtp: smtplib.SMTP, account: MailAccount) -> None:
    """Sign in, unless neither a secret is known nor the server asks for one."""
    user = account.username or account.address
    place = {"host": account.smtp_host, "port": account.smtp_port}
    is_oauth = account.auth == MailAccount.Auth.XOAUTH2
    secret = credential_of(account)
    if not smtp.has_extn("auth"):
        if secret and account.smtp_security != MailAccount.Security.NONE:
            raise Failed(problems.SERVICE_OFF, **place, answer="AUTH is not offered.")
        return
    if not secret:
        return
    try:
        if is_oauth:
            smtp.user, smtp.password = user, secret
            smtp.auth("XOAUTH2", _bearer(user, secret))
        else:
            smtp.login(user, secret)
    except smtplib.SMTPAuthenticationError as error:
        raise refusal_of(words_of(error), account, place) from error
    except UnicodeEncodeError as error:  # the protocol has no letters beyond ASCII
        raise Failed(problems.PASSWORD, **place) from error


def _bearer(user: str, token: str) -> Any:
    def answer(challenge: bytes | None = None) -> str | None:
        # A challenge tells why the token was refused; the empty answer ends the attempt.
        return f"user={user}\x01auth=Bearer {token}\x01\x01" if challenge is None else ""

    return answer


@contextlib.contextmanager
def _explained(**place: object) -> Iterator[None]:
    """Turns what smtplib raises while a connection is opened into `Failed`."""
    with explained(**place):
        try:
            yield
        except smtplib.SMTPServerDisconnected as error:
            # smtplib calls a server that stays silent a lost one, too
            is_silent = isinstance(error.__context__, TimeoutError)
            code = problems.TIMEOUT if is_silent else problems.LOST
            raise Failed(code, **place, answer=words_of(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _of_response(Answer.of(error.smtp_code, error.smtp_error), place) from error
        except smtplib.SMTPException as error:
            raise Failed(problems.PROTOCOL, **place, answer=words_of(error)) from error
        except socket.gaierror as error:
            raise Failed(problems.UNKNOWN_HOST, **place) from error


def _of_response(answer: Answer, place: dict[str, object]) -> Failed:
    if answer.is_throttling or 400 <= answer.code < 500:
        return Failed(problems.THROTTLED, **place, answer=str(answer))
    return Failed(problems.BLOCKED, **place, answer=str(answer))
