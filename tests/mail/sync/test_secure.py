"""IMAP as it is spoken outside: TLS, STARTTLS and OAuth 2 with a real Dovecot."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from genjin.mail import connecting, problems, secrets, syncing
from genjin.mail.models import MailAccount
from genjin.mail.syncing import Report
from tests.live.certificates import Certificate, made
from tests.live.introspection import Tokens, endpoint
from tests.live.mailserver import MailServer, server
from tests.mail.sync.conftest import many

pytestmark = pytest.mark.django_db
Security = MailAccount.Security


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return made(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def tokens() -> Iterator[Tokens]:
    with endpoint() as found:
        yield found


@pytest.fixture(scope="module")
def secure(certificate: Certificate, tokens: Tokens) -> Iterator[MailServer]:
    """A server that offers encryption and takes passwords and tokens."""
    with server(certificate=certificate, tokens=tokens.url) as running:
        yield running


@pytest.fixture
def mailbox(secure: MailServer, account: Callable[..., MailAccount]) -> Callable[..., MailAccount]:
    """`mailbox(security, …)` makes an account with two mails on the secure server."""

    def make(security: str, **fields: object) -> MailAccount:
        port = secure.tls_port if security == Security.TLS else secure.port
        mine = account(secure, imap_security=security, imap_port=port, **fields)
        secure.deliver(mine.username, many(2))
        return mine

    return make


def read(account: MailAccount, at: datetime) -> Report:
    return syncing.sync(account.pk, clock=lambda: at)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_mailbox_is_read_over_tls(
    security: str, mailbox: Callable[..., MailAccount], moment: datetime
) -> None:
    mine = mailbox(security)
    box = connecting.open_imap(mine)
    assert isinstance(box.client.sock, ssl.SSLSocket)
    connecting.close(box)
    report = read(mine, moment)
    assert (report.problem, report.stored) == ("", 2)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_certificates_are_checked_unless_the_server_is_this_machine(
    security: str,
    mailbox: Callable[..., MailAccount],
    certificate: Certificate,
    moment: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = mailbox(security, imap_host="localhost")
    monkeypatch.setattr(connecting, "_is_loopback", lambda host: False)
    assert read(mine, moment).problem == problems.TLS
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    assert (read(mine, moment).problem, read(mine, moment).found) == ("", 2)


def test_a_mailbox_is_read_with_a_token_until_it_is_withdrawn(
    mailbox: Callable[..., MailAccount], tokens: Tokens, moment: datetime
) -> None:
    kept = {"refresh": "r", "access": "a-token", "expires": time.time() + 3600}
    mine = mailbox(
        Security.TLS,
        auth=MailAccount.Auth.XOAUTH2,
        provider="microsoft",
        secret=secrets.seal(json.dumps(kept)),
    )
    tokens.users["a-token"] = mine.username
    report = read(mine, moment)
    assert (report.problem, report.stored) == ("", 2)
    tokens.users.clear()
    assert read(mine, moment).problem == problems.OAUTH
