"""The one entrance: raw bytes in, a `Letter` out, whatever the bytes."""

from __future__ import annotations

import hashlib
import logging
import re

from fast_mail_parser import ParseError

from genjin.mail.reading import dates, headers
from genjin.mail.reading.addresses import mailboxes
from genjin.mail.reading.body import Body, Unreadable, body
from genjin.mail.reading.letter import Letter, Mailbox, Problem, Protection
from genjin.mail.reading.tnef import BrokenTnef, read_tnef
from genjin.mail.reading.tree import SECOND_OPINION, second_opinion, tree

_ID = re.compile(r"<(?:[^<>\s\"]|\"[^\"<>]*\"){1,990}>")
_BARE_ID = re.compile(r"(?<![^<>\s,;\"()])[^<>\s,;\"()]{1,990}@[^<>\s,;\"()]{1,990}")
_MBOX_LINE = re.compile(rb"\A>?From [^\r\n]*(?:\r\n|\n|\r)")
_BOM = b"\xef\xbb\xbf"
_REFERENCES_LIMIT = 200


def read(raw: bytes, *, with_digests: bool = True) -> Letter:
    """What a message says. Never raises: what could not be read is told in `problems`.

    `with_digests`: the SHA-256 of the message and its attachments, which take a fifth of the time.
    """
    plain = _usable(raw)
    fields, clean = headers.header_block(plain)
    problems: list[Problem] = [] if clean else [Problem.BAD_HEADER]
    if not plain.strip():
        problems = [Problem.EMPTY]
    try:
        found = _body(plain, problems, with_digests)
    except Exception:  # a mailbox must go on whatever one message does; the raw bytes remain
        logging.getLogger(__name__).exception("A message could not be read")
        problems.append(Problem.UNREADABLE)
        found = Body()
        _rescue(found, plain)
    digest = hashlib.sha256(raw).hexdigest() if with_digests else ""
    return _letter(len(raw), digest, fields, found, problems)


def attachment_content(raw: bytes, path: str) -> bytes | None:
    """The bytes of the attachment at a path of the same message, or None when there is none."""
    plain = _usable(raw)
    place, _, inner = path.partition("#")
    for grown in (tree, second_opinion):
        root, _ = grown(plain)
        node = next((node for node in root.walk() if node.path == place), None)
        if node is None:
            continue
        try:
            content = node.content()
            return read_tnef(content).attachments[int(inner) - 1].content if inner else content
        except (ParseError, ValueError, BrokenTnef, IndexError, RecursionError):
            continue
    return None


def _usable(raw: bytes) -> bytes:
    """Without what stands before the first header; with line ends that parsers know."""
    plain = raw.removeprefix(_BOM)
    if plain[:5] in (b"From ", b">From"):
        plain = _MBOX_LINE.sub(b"", plain, count=1)
    if plain[:1] in b"\r\n":
        plain = plain.lstrip(b"\r\n")
    if b"\n" not in plain[:100_000] and b"\r" in plain:
        plain = plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return plain


def _body(plain: bytes, problems: list[Problem], with_digests: bool) -> Body:
    root, repaired = tree(plain)
    try:
        found = body(root, with_digests=with_digests)
    except Unreadable:
        if len(plain) <= SECOND_OPINION:
            root, repaired = second_opinion(plain)
        repaired.append(Problem.BROKEN_ENCODING)
        found = body(root, tolerant=True, with_digests=with_digests)
    if Problem.UNREADABLE in repaired:
        _rescue(found, plain)
    problems += repaired
    return found


def _rescue(found: Body, plain: bytes) -> None:
    """Of a message that no parser takes apart, show the bytes after its head as text."""
    _, _, rest = plain.partition(b"\n\n") if b"\r\n\r\n" not in plain else plain.partition(b"\r\n\r\n")
    found.blocks[""] = [rest[:100_000].decode("utf-8", "replace").replace("\0", ""), ""]


def _letter(size: int, digest: str, fields: headers.Raw, found: Body, problems: list[Problem]) -> Letter:
    decoded: list[tuple[str, str]] = []
    by_name: dict[str, list[bytes]] = {}
    lost = ""
    for name, value in fields:
        shown, how = headers.text(value)
        lost = "LOST" if "LOST" in (lost, how) else lost or how
        decoded.append((name, shown.replace("\0", "")))
        by_name.setdefault(name.lower(), []).append(value)
    if lost:
        problems.append(Problem.LOST_CHARACTERS if lost == "LOST" else Problem.WRONG_CHARSET)
    told = dict(reversed([(name.lower(), value) for name, value in decoded]))

    def boxes(name: str) -> tuple[Mailbox, ...]:
        return tuple(box for value in by_name.get(name, ()) for box in mailboxes(value))

    date = dates.moment(told.get("date", ""))
    received_at = dates.received([value for name, value in decoded if name.lower() == "received"])
    text = found.text() or "\n\n".join(found.reports)
    protection = found.protection
    if not protection and text.lstrip().startswith("-----BEGIN PGP "):
        sealed = text.lstrip().startswith("-----BEGIN PGP MESSAGE")
        protection = Protection.PGP_ENCRYPTED if sealed else Protection.PGP_SIGNED
    letter = Letter(
        size=size,
        sha256=digest,
        headers=tuple(decoded),
        subject=" ".join(told.get("subject", "").split()),
        from_=boxes("from"),
        sender=next(iter(boxes("sender")), None),
        reply_to=boxes("reply-to"),
        to=boxes("to"),
        cc=boxes("cc"),
        bcc=boxes("bcc"),
        message_id=_first(told.get("message-id", "")),
        in_reply_to=_ids(told.get("in-reply-to", "")),
        references=_ids(told.get("references", "")),
        date=date,
        received_at=received_at,
        text=text,
        html=found.html(),
        parts=tuple(found.parts),
        attachments=tuple(found.attachments),
        calendars=tuple(found.calendars),
        reports=tuple(found.reports),
        returned=tuple((name, headers.text(value)[0]) for name, value in found.returned),
        protection=protection,
        problems=(),
    )
    return _with_problems(letter, [*problems, *found.problems])


def _with_problems(letter: Letter, problems: list[Problem]) -> Letter:
    date = letter.header("date")
    absent = (
        (not letter.message_id, Problem.NO_MESSAGE_ID),
        (not date, Problem.NO_DATE),
        (bool(date) and letter.date is None, Problem.BAD_DATE),
        (letter.date is not None and letter.sent_at() is not letter.date, Problem.ABSURD_DATE),
        (not letter.from_, Problem.NO_FROM),
    )
    told = [*problems, *(problem for holds, problem in absent if holds)]
    object.__setattr__(letter, "problems", tuple(dict.fromkeys(told)))
    return letter


def _ids(value: str) -> tuple[str, ...]:
    found = _ID.findall(value) or [f"<{bare}>" for bare in _BARE_ID.findall(value)]
    return tuple(dict.fromkeys(found))[-_REFERENCES_LIMIT:]


def _first(value: str) -> str:
    """A message's own id; one without brackets or @ is taken as it stands."""
    found = _ids(value)
    plain = "".join(value.split())
    return found[0] if found else f"<{plain.strip('<>')}>" if plain else ""
