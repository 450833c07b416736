"""A deterministic mailbox as an export salesperson has one: the material of `bench/mail.py`.

Conversations with buyers in many countries, a third in Chinese in the character sets in use there, every
seventh with a PDF, some photos, newsletters, notices of absence and bounces. Equal numbers give equal bytes.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime

BEGIN = datetime(2024, 1, 2, 8, 0, tzinfo=UTC)
OWN = "sales1@exporter.test"
WORDS = (
    "please find attached our best offer for the flanges and the stainless valves as discussed on the phone "
    "delivery within thirty days after deposit packing in wooden cases payment by irrevocable letter of "
    "credit could you confirm the drawing and the test certificate before production "
    "samples will leave on friday"
).split()
HANZI = (
    "您好附件是我们最新的报价请查收交货期三十天付款方式电汇"
    "样品已经寄出如有问题请随时联系谢谢祝商祺不锈钢阀门法兰图纸确认订单生产"
)
SUBJECTS = (
    "Quotation for stainless flanges", "Order 4{n} valves DN50", "Inspection of container {n}",
    "Sample request {n}",
    "Drawing rev. {n}", "Balance payment PI-{n}", "Shipment delay {n}", "Re-order gaskets {n}",
)  # fmt: skip
SUBJECTS_ZH = ("不锈钢法兰报价 {n}", "订单 {n} 交期确认", "样品寄送 {n}", "验货安排 {n}")
CHARSETS = ("gb18030", "gbk", "gb2312", "utf-8")


@dataclass(frozen=True)
class Letter:
    """One raw message and when the server got it."""

    raw: bytes
    at: datetime


def letters(count: int, seed: int = 4) -> Iterator[Letter]:
    """That many messages, oldest first."""
    chance = random.Random(seed)
    blob = chance.randbytes(400_000)
    threads: list[tuple[str, list[str], str, bool]] = []
    at = BEGIN
    for number in range(count):
        at += timedelta(seconds=chance.randrange(60, 6000))
        if threads and chance.random() < 0.6:
            place = chance.randrange(max(0, len(threads) - 200), len(threads))
        else:
            chinese = chance.random() < 0.3
            pattern = chance.choice(SUBJECTS_ZH if chinese else SUBJECTS)
            buyer = f"buyer{chance.randrange(2000)}@firm{chance.randrange(1200)}.test"
            threads.append((pattern.replace("{n}", str(number)), [], buyer, chinese))
            place = len(threads) - 1
        subject, ids, buyer, chinese = threads[place]
        yield Letter(_raw(chance, blob, number, at, subject, ids, buyer, chinese), at)


def _raw(
    chance: random.Random, blob: bytes, number: int, at: datetime, subject: str, ids: list[str], buyer: str,
    chinese: bool,
) -> bytes:  # fmt: skip
    charset = chance.choice(CHARSETS) if chinese else "utf-8"
    outgoing = number % 3 == 1
    own_id = f"<{number}.{chance.randrange(10**9)}@{'exporter' if outgoing else buyer.partition('@')[2]}>"
    head = [
        f"Received: from mx{number % 9}.example.test by mail.exporter.test; {format_datetime(at)}",
        f"From: {'Sales' if outgoing else 'Buyer'} <{OWN if outgoing else buyer}>",
        f"To: {buyer if outgoing else OWN}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {own_id}",
        f"Subject: {Header(('Re: ' if ids else '') + subject, charset).encode()}",
        "MIME-Version: 1.0",
    ]
    if number % 5 == 0:
        head.append(f"Cc: colleague{number % 40}@{buyer.partition('@')[2]}")
    if ids:
        head += [f"In-Reply-To: {ids[-1]}", f"References: {' '.join(ids[-10:])}"]
    if number % 17 == 0:
        head += ["List-Unsubscribe: <mailto:leave@news.test>", "Precedence: bulk"]
    ids.append(own_id)
    text = _text(chance, chinese, quoted=len(ids) > 1)
    return _assembled(chance, blob, number, head, text, charset)


def _text(chance: random.Random, chinese: bool, *, quoted: bool) -> str:
    lines = []
    for _ in range(chance.randrange(4, 14)):
        if chinese:
            lines.append("".join(chance.choices(HANZI, k=chance.randrange(15, 60))) + "。")
        else:
            lines.append(" ".join(chance.choices(WORDS, k=chance.randrange(8, 18))) + ".")
    if quoted:
        lines += ["", "On Mon, Jan 5, 2026 at 9:12 AM Somebody <x@y.test> wrote:"]
        lines += [f"> {' '.join(chance.choices(WORDS, k=12))}" for _ in range(chance.randrange(3, 40))]
    return "\r\n".join(lines)


def _assembled(
    chance: random.Random, blob: bytes, number: int, head: list[str], text: str, charset: str
) -> bytes:
    plain = _part(f"text/plain; charset={charset}", text.encode(charset, "replace"))
    html = "<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\r\n")) + "</body></html>"
    rich = _part(f"text/html; charset={charset}", html.encode(charset, "replace"))
    body = _multipart("alternative", f"alt{number}", [plain, rich])
    files = []
    if chance.random() < 0.15:
        start = chance.randrange(200_000)
        files.append(
            _part(f'application/pdf; name="offer{number}.pdf"', b"%PDF-1.4\n" + blob[start : start + 90_000])
        )
    if chance.random() < 0.03:
        start = chance.randrange(100_000)
        files.append(
            _part(f'image/jpeg; name="photo{number}.jpg"', b"\xff\xd8\xff" + blob[start : start + 250_000])
        )
    if files:
        body = _multipart("mixed", f"mix{number}", [body, *files])
    return "\r\n".join(head).encode() + b"\r\n" + body


def _part(kind: str, content: bytes) -> bytes:
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encoded


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    border = f"--{boundary}\r\n".encode()
    inner = b"".join(border + part + b"\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + inner
        + f"--{boundary}--\r\n".encode()
    )
