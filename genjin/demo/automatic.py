"""Mails that no person writes: notices of absence, and reports that a mail could not be delivered (RFC 3464)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.generator import BytesGenerator
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from random import Random
from typing import Any

from genjin.demo import firm, post, wording
from genjin.demo.letters import SEED, Correspondent, steady, traces
from genjin.mail import composing
from genjin.mail.composing import Composition
from genjin.mail.reading import Letter, read

POSTMASTER = f"mailer-daemon@mx.{firm.DOMAIN}"
UNKNOWN = (
    "550 5.1.1", "5.1.1", "The email account that you tried to reach does not exist (user unknown).",
)  # fmt: skip
FULL = ("452 4.2.2", "4.2.2", "The recipient's mailbox is full. Delivery will be tried again.")
ELSEWHERE = (
    "550 5.1.2", "5.1.2",
    "This is a demo: mail reaches its invented customers only, and nothing leaves this machine.",
)  # fmt: skip
Cause = tuple[str, str, str]


def absence(
    sent: bytes, writer: Correspondent, *, country: str, returns_on: date, at: datetime, key: str
) -> bytes:
    """What a mailbox answers by itself while its owner is away."""
    letter = read(sent)
    slots = {
        "first": (letter.from_[0].name or letter.from_[0].address).split()[0],
        "subject": letter.subject,
        "date": wording.day_text(returns_on, writer.language),
    }
    rng = Random(key)  # noqa: S311 - the same words every time
    text = wording.body("absence", writer.language, rng, slots)
    answered = letter.message_id.strip("<>")
    raw = composing.composed(
        Composition(
            sender=writer.pair, to=[[letter.from_[0].name, letter.from_[0].address]], cc=[],
            subject=wording.for_country(wording.subject("absence", writer.language, rng, slots), country),
            text=wording.for_country(f"{text}\n{writer.signature}", country), html="",
            message_id=f"{post.key_of(SEED, key)}@{writer.domain}", date=at.astimezone(writer.zone),
            in_reply_to=answered, references=composing.references(list(letter.references), answered),
            is_automatic=True,
        )
    )  # fmt: skip
    return traces(writer, at) + b"X-Auto-Response-Suppress: All\r\n" + raw


def bounce(sent: bytes, address: str, *, cause: Cause, at: datetime, key: str) -> bytes:
    """The report that a mail did not reach an address; hard when the code of the cause begins with 5."""
    reply, status, words = cause
    letter = read(sent)
    is_hard = status.startswith("5")
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <{POSTMASTER}>"
    report["To"] = letter.from_[0].address if letter.from_ else ""
    report["Subject"] = (
        "Undelivered Mail Returned to Sender" if is_hard else "Delayed Mail (still being retried)"
    )
    report["Date"] = format_datetime(at.astimezone(UTC))
    report["Message-ID"] = f"<{post.key_of(SEED, key)}@mx.{firm.DOMAIN}>"
    report["Auto-Submitted"] = "auto-replied"
    if letter.message_id:
        report["In-Reply-To"] = report["References"] = letter.message_id
    report.attach(MIMEText(_told(address, reply, words, is_hard=is_hard), "plain", "utf-8"))
    report.attach(_fields(address, reply, status, words, at, is_hard=is_hard))
    report.attach(_head_of(letter))
    target = BytesIO()
    generator: Any = BytesGenerator(target, policy=SMTP, mangle_from_=False)
    generator.flatten(report)
    return steady(target.getvalue(), key)


def _told(address: str, reply: str, words: str, *, is_hard: bool) -> str:
    opening = "could not be delivered to one or more recipients" if is_hard else "is still in the queue"
    return (
        f"This is the mail system at host mx.{firm.DOMAIN}.\n\n"
        f"I'm sorry to have to inform you that your message {opening}.\n\n"
        f"<{address}>: host mail.{address.rpartition('@')[2]} said: {reply} {words}\n"
    )


def _fields(address: str, reply: str, status: str, words: str, at: datetime, *, is_hard: bool) -> MIMEBase:
    machine, recipient = Message(), Message()
    machine["Reporting-MTA"] = f"dns; mx.{firm.DOMAIN}"
    machine["Arrival-Date"] = format_datetime(at - timedelta(minutes=1))
    recipient["Final-Recipient"] = f"rfc822; {address}"
    recipient["Action"] = "failed" if is_hard else "delayed"
    recipient["Status"] = status
    recipient["Diagnostic-Code"] = f"smtp; {reply} {words}"
    part = MIMEBase("message", "delivery-status")
    part.set_payload([machine, recipient])
    return part


def _head_of(letter: Letter) -> MIMEBase:
    """The head of the mail that came back, in ASCII."""
    wanted = ("from", "to", "message-id", "date")
    lines = [
        f"{name}: {value}" for name, value in letter.headers if name.lower() in wanted and value.isascii()
    ]
    part = MIMEBase("text", "rfc822-headers")
    part.set_payload("\n".join([*lines, ""]))
    return part
