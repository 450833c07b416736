"""From a row of the outbox to the bytes in the store of files."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from genjin.customers.actions.basis import zone_of
from genjin.files import actions as files
from genjin.files import store
from genjin.files.models import Attachment, StoredFile
from genjin.mail import composing, opening, outgoing_html, raw
from genjin.mail.composing import Composition, Enclosure
from genjin.mail.models import OutgoingMail
from genjin.mail.reading import read

LARGEST = 150 * 1024 * 1024


def put(mail: OutgoingMail, *, at: datetime) -> StoredFile:
    """Compose the mail and keep its bytes; not inside of a transaction."""
    return files.put(at=at, stream=BytesIO(compose(mail, at=at)), limit=LARGEST)


def compose(mail: OutgoingMail, *, at: datetime) -> bytes:
    """The bytes of a mail that leaves now."""
    if mail.account is None:
        raise ValueError("a mail without an account cannot be composed")
    html = "" if mail.is_plain else mail.html
    in_reply_to, references = _conversation(mail)
    return composing.composed(
        Composition(
            sender=[mail.account.sender_name, mail.account.address],
            to=mail.to,
            cc=mail.cc,
            subject=mail.subject,
            text=mail.text if mail.is_plain else outgoing_html.plain_text(html),
            html=html,
            message_id=mail.message_id,
            date=at.astimezone(zone_of(mail.author)),
            in_reply_to=in_reply_to,
            references=references,
            language=mail.language,
            is_automatic=mail.kind == OutgoingMail.Kind.AUTOMATIC,
            enclosures=_enclosures(mail, html),
            pixel=opening.address_of(mail.open_token) if mail.open_token else "",
        )
    )


def _conversation(mail: OutgoingMail) -> tuple[str, list[str]]:
    """In-Reply-To and References of an answer; a forwarded mail begins a conversation of its own."""
    answered = mail.answers
    if answered is None or mail.kind == OutgoingMail.Kind.FORWARD or not answered.message_id:
        return "", []
    try:
        named = list(read(raw.load(answered.raw)).references)
    except raw.Lost:
        named = []
    return answered.message_id, composing.references(named or [answered.in_reply_to], answered.message_id)


def _enclosures(mail: OutgoingMail, html: str) -> list[Enclosure]:
    shown = outgoing_html.picture_ids(html)
    rows = Attachment.objects.filter(kind="mail.outgoing", object_id=mail.pk, deleted_at=None)
    found = []
    for row in rows.select_related("file").order_by("pk"):
        with store.current().open(row.file.sha256) as source:
            content = source.read()
        picture = row.pk if row.pk in shown else None
        found.append(Enclosure(row.name, row.file.media_type, content, picture))
    return found
