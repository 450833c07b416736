"""Opening a mailbox over IMAP: encryption, sign-in, and what was wrong in words that people understand."""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import logging
import re
import ssl
from collections.abc import Iterator

import imap_tools
from django.utils import timezone
from imap_tools.errors import ImapToolsError

import genjin
from genjin.mail import guarding, oauth, problems, secrets
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed

__all__ = [
    "TIMEOUT", "Failed", "check_host", "credential_of", "explained", "open_imap", "password_of", "refusal_of",
    "tls_context",
]  # fmt: skip

logger = logging.getLogger(__name__)

TIMEOUT = 30.0
"""Seconds that a server may stay silent."""
CONNECT_TIMEOUT = 15.0

_APP_PASSWORD = re.compile(
    r"app(?:lication)?[- ]?(?:specific )?password|授权码|authorization code|web ?login required|"
    r"client-specific|please using auth", re.I,
)  # fmt: skip
_OFF = re.compile(
    r"(?:imap|pop|smtp|service)[^.]{0,40}(?:disabled|not (?:enabled|open|allowed)|is off|is not open|未开启|未开通)|"  # noqa: E501
    r"system is not enabled|basic authentication is disabled", re.I,
)  # fmt: skip
_THROTTLED = re.compile(
    r"too many|throttl|try again later|\brate\b|"
    r"frequen|overquota.*bandwidth|exceed.{0,30}(?:limit|connection)|"
    r"limit.{0,20}exceed|temporar|\[(?:limit|unavailable|inuse|overquota)\]|频繁|过多|稍后", re.I,
)  # fmt: skip
_BLOCKED = re.compile(r"unsafe login|block|suspend|locked|forbidden|black ?list|denied|异常|封", re.I)
_FULL = re.compile(r"\[overquota\]|quota exceeded|mailbox (?:is )?full", re.I)


def open_imap(account: MailAccount, *, timeout: float = TIMEOUT) -> imap_tools.BaseMailBox:
    """A signed-in connection with no folder chosen (`.client` is the one of the standard library).

    Raises `Failed`. `timeout`: seconds that the server may stay silent at any later step. The `ID` command is
    sent after login: 163 and 126 refuse every folder to whom it is missing (domain MAIL).
    """
    host, port = account.imap_host, account.imap_port
    place = {"host": host, "port": port}
    with explained(**place):
        box = _connected(account, timeout)
        try:
            _sign_in(box, account)
            _introduce(box)
        except BaseException:
            close(box)
            raise
    return box


def close(box: imap_tools.BaseMailBox) -> None:
    """End the connection, whatever state it is in."""
    with contextlib.suppress(Exception):
        if box.client.state in ("AUTH", "SELECTED", "NONAUTH"):
            box.client.sock.settimeout(5.0)
            box.client.logout()
    with contextlib.suppress(Exception):
        box.client.shutdown()


def password_of(account: MailAccount) -> str:
    """The password in the clear; raises `Failed(key_lost)`."""
    try:
        return secrets.unseal(account.secret)
    except secrets.KeyLost as error:
        raise Failed(problems.KEY_LOST) from error


def credential_of(account: MailAccount) -> str:
    """What signs in now: the password, or a token that holds. Raises `Failed`."""
    if account.auth == MailAccount.Auth.XOAUTH2:
        return oauth.access_token(account, at=timezone.now())  # connections are made in real time
    return password_of(account)


def check_host(account: MailAccount, host: str, port: int, security: str) -> None:
    """Raises `Failed` when nobody may be connected to: an unknown name, a server of the own network that was
    set up by somebody who is no administrator, or no encryption over the internet.
    """
    addresses = guarding.allowed_addresses(host, port, is_public_only=account.is_public_only)
    is_near = bool(addresses) and not any(guarding.is_public(address) for address in addresses)
    if security == MailAccount.Security.NONE and not is_near:
        raise Failed(problems.PLAIN_FORBIDDEN, host=host, port=port)


def tls_context(host: str) -> ssl.SSLContext:
    """How TLS is spoken: certificates are checked, except of servers on this machine."""
    context = ssl.create_default_context()
    if _is_loopback(host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def explained(**place: object) -> Iterator[None]:
    """Turns what sockets, TLS and imaplib raise inside into `Failed`."""
    try:
        yield
    except Failed:
        raise
    except ssl.SSLCertVerificationError as error:
        raise Failed(problems.TLS, **place, answer=error.verify_message) from error
    except ssl.SSLError as error:
        code = problems.PORT if "WRONG_VERSION" in str(error) else problems.TLS
        raise Failed(code, **place, answer=error.reason or "") from error
    except TimeoutError as error:
        raise Failed(problems.TIMEOUT, **place) from error
    except ConnectionRefusedError as error:
        raise Failed(problems.PORT, **place) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise _of_answer(error, place) from error
    except (ConnectionError, EOFError) as error:
        raise Failed(problems.LOST, **place) from error
    except OSError as error:
        raise Failed(problems.UNREACHABLE, **place) from error


def _of_answer(error: Exception, place: dict[str, object]) -> Failed:
    """What a refusal of the server means."""
    answer = _plain(error)
    if isinstance(error, imaplib.IMAP4.abort) and not _THROTTLED.search(answer):
        return Failed(problems.LOST, **place, answer=answer)
    for pattern, code in (
        (_FULL, problems.FULL),
        (_THROTTLED, problems.THROTTLED),
        (_BLOCKED, problems.BLOCKED),
    ):
        if pattern.search(answer):
            return Failed(code, **place, answer=answer)
    return Failed(problems.PROTOCOL, **place, answer=answer)


def _plain(error: Exception) -> str:
    """The words of the server within an error of the libraries, at most 300 characters."""
    words: list[str] = []
    result = getattr(error, "command_result", None)
    for part in result[1] if result else error.args:
        words.append(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part))
    return " ".join(words)[:300]


def _connected(account: MailAccount, timeout: float) -> imap_tools.BaseMailBox:
    host, port, security = account.imap_host, account.imap_port, account.imap_security
    if not host:
        raise Failed(problems.UNKNOWN_HOST, host=host, port=port)
    check_host(account, host, port, security)
    box = guarding.imap_box(
        host, port, is_tls=security == MailAccount.Security.TLS,
        starts_tls=security == MailAccount.Security.STARTTLS, context=tls_context(host),
        timeout=CONNECT_TIMEOUT, is_public_only=account.is_public_only,
    )  # fmt: skip
    box.client.sock.settimeout(timeout)
    return box


def _sign_in(box: imap_tools.BaseMailBox, account: MailAccount) -> None:
    user = account.username or account.address
    place = {"host": account.imap_host, "port": account.imap_port}
    token = credential_of(account)
    try:
        if account.auth == MailAccount.Auth.XOAUTH2:
            box.xoauth2(user, token, initial_folder=None)
        elif f"{user}{token}".isascii():
            box.login(user, token, initial_folder=None)
        else:
            box.login_utf8(user, token, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise refusal_of(_plain(error), account, place) from error


def refusal_of(answer: str, account: MailAccount, place: dict[str, object]) -> Failed:
    """Why a sign-in was refused, by the words of the server."""
    if account.auth == MailAccount.Auth.XOAUTH2:
        code = problems.OAUTH
    elif _APP_PASSWORD.search(answer):
        code = problems.APP_PASSWORD
    elif _OFF.search(answer):
        code = problems.SERVICE_OFF
    elif _THROTTLED.search(answer):
        code = problems.THROTTLED
    elif _BLOCKED.search(answer):
        code = problems.BLOCKED
    else:
        code = problems.PASSWORD
    return Failed(code, **place, answer=answer)


def _introduce(box: imap_tools.BaseMailBox) -> None:
    """Says who we are (RFC 2971), where the server asks such things."""
    client = box.client
    # What is offered before login is often less than what holds after it.
    _status, data = client.capability()
    capabilities = set(data[-1].decode("ascii", "replace").upper().split())
    client.capabilities = tuple(sorted(capabilities))
    if "ID" in capabilities:
        imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))
        with contextlib.suppress(imaplib.IMAP4.error):
            client._simple_command("ID", f'("name" "Genjin" "version" "{genjin.__version__}")')
            client._untagged_response("OK", [None], "ID")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
