"""The command `genjin read-mail`: what a raw message says, as Genjin reads it, without any database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from genjin.mail.reading import Attachment, Letter, Mailbox, facts_of, read
from genjin.rules.letters import Verdict, judge, trim

_MAILDIR = ("new", "cur")


def add_read_mail_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE..., --own."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a raw message, a folder of them (or a Maildir), or - for standard input",
    )
    parser.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="an address of the mailbox's owner; may be repeated",
    )


def run_read_mail(options: argparse.Namespace) -> dict[str, Any]:
    """Reads every message. It never fails: a file that cannot be read is answered with its problem."""
    own = [address.lower() for address in options.own]
    messages = [_told(name, raw, own) for name, raw in _sources(options.files)]
    return {"messages": messages, "sentences": [_sentence(message) for message in messages]}


def _sources(names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
    for name in names:
        if name == "-":
            yield name, sys.stdin.buffer.read()
            continue
        path = Path(name)
        for file in _files(path) if path.is_dir() else [path]:
            try:
                yield str(file), file.read_bytes()
            except OSError as error:
                yield str(file), error


def _files(folder: Path) -> list[Path]:
    """The messages of a folder: of a Maildir its new and cur, else all files right in it."""
    boxes = [folder / name for name in _MAILDIR if (folder / name).is_dir()] or [folder]
    return sorted(
        file for box in boxes for file in box.iterdir() if file.is_file() and not file.name.startswith(".")
    )


def _told(name: str, raw: bytes | OSError, own: list[str]) -> dict[str, Any]:
    file = name.encode("utf-8", "replace").decode("utf-8")
    if isinstance(raw, OSError):
        return {"file": file, "problems": ["NOT_READ"], "error": raw.strerror or str(raw)}
    letter = read(raw)
    return {"file": file, **letter_as_data(letter), "verdict": verdict_as_data(judge(facts_of(letter, own)))}


def letter_as_data(letter: Letter) -> dict[str, Any]:
    """All that was read, in the plain types of JSON."""
    trimmed = trim(letter.text)
    sent_at = letter.sent_at()
    return {
        "size": letter.size, "sha256": letter.sha256, "message_id": letter.message_id,
        "in_reply_to": list(letter.in_reply_to), "references": list(letter.references),
        "subject": letter.subject, "from": _boxes(letter.from_),
        "sender": _boxes((letter.sender,) if letter.sender else ()), "reply_to": _boxes(letter.reply_to),
        "to": _boxes(letter.to), "cc": _boxes(letter.cc), "bcc": _boxes(letter.bcc),
        "date": letter.date.isoformat() if letter.date else None,
        "received_at": letter.received_at.isoformat() if letter.received_at else None,
        "sent_at": sent_at.isoformat() if sent_at else None,
        "headers": [{"name": name, "value": value} for name, value in letter.headers],
        "parts": [
            {
                "path": part.path, "type": part.type, "charset": part.charset, "name": part.name,
                "size": part.size,
            }
            for part in letter.parts
        ],
        "attachments": [_attachment(attachment) for attachment in letter.attachments],
        "calendars": [
            {
                "method": event.method, "uid": event.uid, "summary": event.summary, "starts": event.starts,
                "ends": event.ends, "organiser": event.organiser, "answer": event.answer,
            }
            for event in letter.calendars
        ],
        "protection": letter.protection.lower() or None, "text": letter.text, "html": letter.html,
        "reply": trimmed.reply, "quotation": trimmed.quotation, "signature": trimmed.signature,
        "problems": [str(problem) for problem in letter.problems],
    }  # fmt: skip


def verdict_as_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict with its reasons, in the plain types of JSON."""
    return {
        "kind": verdict.kind.lower(),
        "is_answer": verdict.is_answer,
        "reasons": [{"code": reason.code, "detail": reason.detail} for reason in verdict.reasons],
        "returns_on": verdict.returns_on.isoformat() if verdict.returns_on else None,
        "bounced": [
            {
                "address": one.address, "hard": one.is_hard, "cause": one.cause.lower(), "status": one.status,
                "code": one.code, "words": one.words,
            }
            for one in verdict.bounced
        ],
    }  # fmt: skip


def _boxes(boxes: Iterable[Mailbox]) -> list[dict[str, str]]:
    return [{"name": box.name, "address": box.address} for box in boxes]


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "path": attachment.path, "name": attachment.name, "type": attachment.type, "size": attachment.size,
        "sha256": attachment.sha256, "content_id": attachment.content_id, "inline": attachment.inline,
    }  # fmt: skip


def _sentence(message: dict[str, Any]) -> str:
    if "verdict" not in message:
        return f"{message['file']}: cannot be read: {message['error']}"
    sender = message["from"][0]["address"] if message["from"] else "?"
    verdict = message["verdict"]
    more = "".join(
        f"; {one['address'] or '?'} {'hard' if one['hard'] else 'soft'} {one['cause']}"
        for one in verdict["bounced"]
    )
    returns = f"; back {verdict['returns_on']}" if verdict["returns_on"] else ""
    return f"{message['file']}: {verdict['kind']}{returns}{more}; {sender}; {message['subject']}"
