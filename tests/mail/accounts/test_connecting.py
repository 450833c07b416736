"""What goes wrong between here and a mailbox is told apart, and who we are is said after login."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from genjin.mail import connecting, problems, secrets
from genjin.mail.models import MailAccount
from genjin.mail.problems import Failed
from genjin.mail.sending import dialogue

ANSWERS = [
    ("163, wrong password", "LOGIN Login error or password error", problems.PASSWORD),
    ("163, authorisation code", "LOGIN Login error, please use 授权码", problems.APP_PASSWORD),
    ("QQ", "Login fail. Please using authorized code to login. More information at http://service.mail.qq.com/", problems.APP_PASSWORD),
    ("QQ, closed", "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited", problems.SERVICE_OFF),
    ("Gmail, two steps", "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)", problems.APP_PASSWORD),
    ("Gmail, in the browser", "[WEBALERT https://accounts.google.com/signin/continue] Web login required.", problems.APP_PASSWORD),
    ("Gmail, wrong", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", problems.PASSWORD),
    ("Microsoft 365, SMTP", "5.7.139 Authentication unsuccessful, basic authentication is disabled.", problems.SERVICE_OFF),
    ("iCloud", "[AUTHENTICATIONFAILED] Authentication Failed, generate an app-specific password", problems.APP_PASSWORD),
    ("a word that holds “rate”", "[AUTHENTICATIONFAILED] generated credentials are wrong", problems.PASSWORD),
    ("Dovecot", "[AUTHENTICATIONFAILED] Authentication failed.", problems.PASSWORD),
    ("too often", "[UNAVAILABLE] Too many login failures, try again later", problems.THROTTLED),
    ("locked out", "SELECT Unsafe Login. Please contact kefu@188.com for help", problems.BLOCKED),
]  # fmt: skip


def account(port: int, **given: object) -> MailAccount:
    values = {
        "imap_host": "127.0.0.1", "imap_port": port, "imap_security": "NONE", "smtp_host": "127.0.0.1",
        "smtp_port": port, "smtp_security": "NONE", "address": "lin@firm.example", "secret": secrets.seal("pw"),
        "is_public_only": False,
    }  # fmt: skip
    return MailAccount(**{**values, **given})


@contextlib.contextmanager
def server(*answers: bytes):
    """Greets and answers line by line with what was given, `{tag}` filled in; gives the port and what it heard."""
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _ = listening.accept()
            with client, client.makefile("rb") as lines:
                client.sendall(answers[0])
                for answer, line in zip(answers[1:], lines, strict=False):
                    heard.append(line)
                    client.sendall(answer.replace(b"{tag}", line.split(b" ")[0]))
                for line in lines:
                    heard.append(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], heard
    finally:
        listening.close()
        thread.join(5)


@pytest.mark.parametrize(("answer", "code"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_a_refused_sign_in_is_told_by_the_words_of_the_server(answer, code):
    found = connecting.refusal_of(answer, account(1), {})
    assert found.code == code


def test_who_we_are_is_said_right_after_login_where_the_server_asks():
    ok = b"{tag} OK done\r\n"
    with server(
        b"* OK [CAPABILITY IMAP4rev1] hello\r\n", b"* CAPABILITY IMAP4rev1\r\n" + ok, ok,
        b"* CAPABILITY IMAP4rev1 ID IDLE\r\n" + ok, b"* ID NIL\r\n" + ok, ok,
    ) as (port, heard):  # fmt: skip
        box = connecting.open_imap(account(port), timeout=5)
        connecting.close(box)
    commands = [line.split()[1].upper() for line in heard]
    assert commands.index(b"ID") == commands.index(b"LOGIN") + 2  # what is offered now is asked in between
    assert b'"name" "Genjin"' in heard[commands.index(b"ID")]


def test_a_host_that_says_nothing_is_a_timeout_in_both_directions(monkeypatch):
    monkeypatch.setattr(connecting, "CONNECT_TIMEOUT", 0.2)
    monkeypatch.setattr(dialogue, "CONNECT_TIMEOUT", 0.2)
    for opened in (connecting.open_imap, dialogue.open_smtp):
        with server(b"") as (port, _heard), pytest.raises(Failed) as failed:
            opened(account(port), timeout=0.2)
        assert failed.value.code == problems.TIMEOUT


def test_a_closed_port_and_one_that_speaks_something_else_are_wrong_ports():
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    for opened in (connecting.open_imap, dialogue.open_smtp):
        with pytest.raises(Failed) as failed:
            opened(account(closed), timeout=2)
        assert failed.value.code == problems.PORT
        security = {"imap_security": "TLS", "smtp_security": "TLS"}
        with server(b"* OK plain text here\r\n") as (port, _heard), pytest.raises(Failed) as failed:
            opened(account(port, **security), timeout=2)
        assert failed.value.code == problems.PORT


def test_encryption_that_is_not_offered_is_refused_before_the_password():
    greeting = (b"* OK hello\r\n", b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
    with server(*greeting) as (port, heard), pytest.raises(Failed) as failed:
        connecting.open_imap(account(port, imap_security="STARTTLS"), timeout=2)
    assert failed.value.code == problems.TLS
    assert not any(b"LOGIN" in line.upper() for line in heard)
    with server(b"220 hello\r\n", b"250 hello\r\n") as (port, heard), pytest.raises(Failed) as failed:
        dialogue.open_smtp(account(port, smtp_security="STARTTLS"), timeout=2)
    assert failed.value.code == problems.TLS
    assert not any(b"AUTH" in line.upper() for line in heard)


def test_a_private_host_is_for_administrators_only():
    with pytest.raises(Failed) as failed:
        connecting.open_imap(account(1, is_public_only=True), timeout=2)
    assert failed.value.code == problems.PRIVATE_HOST
