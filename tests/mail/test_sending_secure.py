"""SMTP as it is spoken outside: STARTTLS, TLS from the start, signing in; and the copy in the Sent folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from genjin.mail import connecting, problems, secrets, syncing
from genjin.mail.models import MailAccount, Message, MessageCopy
from genjin.mail.sending.dialogue import open_smtp
from genjin.mail.sending.outbox import send_due
from tests.live.certificates import Certificate, made
from tests.live.mailserver import PASSWORD, server
from tests.live.smtp import running
from tests.mail.outgoing import account_of, due

pytestmark = [
    pytest.mark.django_db,
    # aiosmtpd sees no encryption where TLS begins with the connection.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
Security = MailAccount.Security
USERS = {"lin": PASSWORD}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return made(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of files of the test's own."""
    monkeypatch.setattr(settings, "DATA", tmp_path)


def speaking(security: str, certificate: Certificate) -> Any:
    """A server that demands this encryption and a password."""
    return running(users=USERS, tls=certificate.context(), is_implicit=security == Security.TLS)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_mail_leaves_encrypted_and_lies_in_the_sent_folder_once(
    security: str, certificate: Certificate, people: Any, moment: datetime
) -> None:
    with speaking(security, certificate) as smtp, server(certificate=certificate) as imap:
        account = account_of(
            people.lin, moment, port=smtp.port, smtp_security=security, username="lin", saves_sent=True,
            secret=secrets.seal(PASSWORD), imap_host="127.0.0.1", imap_port=imap.tls_port,
        )  # fmt: skip
        assert syncing.sync(account.pk, clock=lambda: moment).problem == ""
        mail = due(account, moment)
        send_due(account.pk, claim="1:1", clock=lambda: moment)
        mail.refresh_from_db()
        assert (mail.state, mail.is_copied) == ("SENT", True)
        assert [(one.user, one.message_id) for one in smtp.received] == [("lin", mail.message_id)]
        report = syncing.sync(account.pk, clock=lambda: moment)
    assert (report.problem, report.stored) == ("", 0), "what was sent is known already"
    copy = MessageCopy.objects.get(folder__role="SENT")
    assert copy.message == mail.sent_as == Message.objects.get() and copy.is_read


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_wrong_passwords_and_certificates_are_told_apart(
    security: str, certificate: Certificate, people: Any, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking(security, certificate) as smtp:
        account = account_of(
            people.lin, moment, port=smtp.port, smtp_security=security, username="lin",
            secret=secrets.seal("wrong"),
        )  # fmt: skip
        assert refusal(account) == problems.PASSWORD
        monkeypatch.setattr(connecting, "_is_loopback", lambda host: False)
        assert refusal(account) == problems.TLS
        account.secret = secrets.seal(PASSWORD)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        open_smtp(account).close()


def refusal(account: MailAccount) -> str:
    with pytest.raises(connecting.Failed) as refused:
        open_smtp(account)
    return refused.value.code
