"""`genjin read-mail`: what raw messages say, for programs."""

from __future__ import annotations

import io
import json
import subprocess
import sys

from genjin import cli
from tests.mail.raw import file_part, mail, multipart


def told(capsys, *arguments: str) -> list[dict]:
    """The messages as the command prints them."""
    assert cli.main(["read-mail", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["messages"]


def test_a_message_is_told_with_its_parts_its_reply_and_its_verdict(tmp_path, capsys):
    text = 'Yes, send it.\n\nSent from my iPhone\n\n在 2026-03-03 10:15:00，"王力" <w@e.example> 写道：\n> 报价'.encode()
    body = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
    path = tmp_path / "one.eml"
    path.write_bytes(multipart(body, file_part(b'attachment; filename="a.pdf"', b"data")))
    (message,) = told(capsys, str(path))
    assert message["from"] == [{"name": "Buyer", "address": "buyer@acme.example"}]
    assert message["date"] == "2026-03-04T10:00:00+01:00"
    assert (message["reply"], message["signature"]) == ("Yes, send it.", "Sent from my iPhone")
    assert [part["type"] for part in message["parts"]] == ["multipart/mixed", "text/plain", "application/pdf"]
    (attachment,) = message["attachments"]
    assert (attachment["name"], attachment["size"]) == ("a.pdf", 4)
    assert attachment["sha256"] == "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"
    assert (message["verdict"]["kind"], message["verdict"]["is_answer"]) == ("reply", True)


def test_a_bounce_and_a_notice_are_told_with_their_details(tmp_path, capsys):
    notice = mail(
        b"I am out of office until 16 March 2026.", head="Auto-Submitted: auto-replied\r\nSubject: Away"
    )
    failed = mail(
        b"could not be delivered\n\n<a@acme.example>: 550 5.1.1 User unknown",
        head="From: MAILER-DAEMON@mx.example\r\nSubject: failure notice",
    )
    for name, raw in (("a", notice), ("b", failed)):
        (tmp_path / name).write_bytes(raw)
    away, bounce = (message["verdict"] for message in told(capsys, str(tmp_path)))
    assert (away["kind"], away["returns_on"]) == ("auto_reply", "2026-03-16")
    (one,) = bounce["bounced"]
    assert (one["address"], one["hard"], one["cause"], one["status"]) == (
        "a@acme.example",
        True,
        "user_unknown",
        "5.1.1",
    )


def test_it_never_fails_and_says_what_it_could_not_read(tmp_path, capsys, monkeypatch):
    (tmp_path / "broken").write_bytes(b"\xff\x00\r\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    missing, broken, empty = told(capsys, str(tmp_path / "none"), str(tmp_path / "broken"), "-")
    assert missing["problems"] == ["NOT_READ"]
    assert "BAD_HEADER" in broken["problems"]
    assert "EMPTY" in empty["problems"]


def test_a_maildir_is_read_and_own_mail_is_known(tmp_path, capsys):
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.x:2,S").write_bytes(mail())
    found = told(capsys, str(tmp_path), "--own", "Buyer@acme.example")
    assert [message["verdict"]["kind"] for message in found] == ["own", "own"]


def test_it_needs_neither_settings_nor_a_database():
    command = [sys.executable, "-m", "genjin", "read-mail", "-"]
    environment = {"DJANGO_SETTINGS_MODULE": "nowhere", "PATH": "", "PYTHONUTF8": "1"}
    done = subprocess.run(command, input=mail(), capture_output=True, env=environment, check=True)
    assert done.stdout.decode().startswith("-: reply; buyer@acme.example")
