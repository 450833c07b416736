"""Raw messages as the world sends them, written by hand."""

from __future__ import annotations

import base64
import struct


def mail(body: bytes = b"hello", *, head: str | bytes = "", end: bytes = b"\r\n") -> bytes:
    """A small message; `head` is added to its header."""
    extra = head.encode() if isinstance(head, str) else head
    lines = [
        b"From: Buyer <buyer@acme.example>",
        b"To: wang@exporter.example",
        b"Message-ID: <1@acme.example>",
    ]
    lines += [b"Date: Wed, 04 Mar 2026 10:00:00 +0100"]
    names = {line.partition(b":")[0].lower() for line in extra.split(b"\n")}
    lines = [line for line in lines if line.partition(b":")[0].lower() not in names]
    return end.join([*lines, *([extra.strip()] if extra else []), b"", body])


def multipart(*parts: bytes, kind: str = "mixed") -> bytes:
    """A message of several parts, each given with its own header."""
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return mail(body, head=f'MIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="b"')


def file_part(disposition: bytes, content: bytes = b"data", type_: bytes = b"application/pdf") -> bytes:
    """An attachment in base64 with a raw Content-Disposition."""
    return (
        b"Content-Type: " + type_ + b"\r\nContent-Disposition: " + disposition
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)
    )  # fmt: skip


def tnef(name: str, content: bytes, body: str) -> bytes:
    """A winmail.dat with a body and one attachment with a long name."""

    def attribute(level: int, number: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    wide = name.encode("utf-16-le") + b"\0\0"
    padded = wide + b"\0" * (-len(wide) % 4)
    properties = struct.pack("<I", 1) + struct.pack("<HHII", 0x1F, 0x3707, 1, len(wide)) + padded
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x0002800C, body.encode("cp1252") + b"\0")
        + attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x0006800F, content)
        + attribute(2, 0x00069005, properties)
    )
