"""The text of a draft between store and editor: pictures and recipients in the form that each needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from genjin.files.models import Attachment
from genjin.mail import outgoing_html, recipients
from genjin.mail.models import OutgoingMail
from genjin.mail.outgoing_html import PICTURE

_STORED = re.compile(rf"{PICTURE}(\d{{1,18}})\Z")
_SERVED = re.compile(r"/files/(\d{1,18})/as/")


def attachments_of(mail: OutgoingMail) -> list[Attachment]:
    """Everything enclosed, pictures within the text included; one query."""
    rows = Attachment.objects.filter(kind="mail.outgoing", object_id=mail.pk, deleted_at=None)
    return list(rows.select_related("file").order_by("pk"))


def address_of(one: Attachment) -> str:
    """Where an enclosed picture is shown from."""
    return reverse("files:download", args=[one.pk, one.name]) + "?show"


def for_editor(html: str, attachments: Iterable[Attachment]) -> str:
    """The HTML as the editor shows it: enclosed pictures from their address, remote ones not loaded.

    A picture of the web would tell its server that the mail is being answered.
    """
    own = {one.pk: address_of(one) for one in attachments}

    def shown(src: str) -> str:
        if match := _STORED.match(src):
            return own.get(int(match[1]), "")
        if src.startswith(("http://", "https://")):
            return f"{reverse('mail:remote_picture')}?{urlencode({'of': src})}"
        return src

    return outgoing_html.changed_pictures(html, shown)


def from_editor(html: str) -> str:
    """The HTML as it is stored; the reverse of `for_editor`."""
    place = reverse("mail:remote_picture")

    def stored(src: str) -> str:
        parts = urlsplit(src)
        if parts.path == place:
            return parse_qs(parts.query).get("of", [""])[0]
        match = _SERVED.match(parts.path)
        return f"{PICTURE}{match[1]}" if match else src

    return outgoing_html.cleaned(outgoing_html.changed_pictures(html, stored))


def typed(pairs: Iterable[Sequence[str]]) -> str:
    """Recipients as one types them: `Hans Kai <hans@example.com>, …`."""
    return ", ".join(f'"{name}" <{address}>' if name else address for name, address in pairs)


def values_of(given: QueryDict, mail: OutgoingMail) -> dict[str, Any]:
    """What a form of the writing page says, as attributes of the mail; what it does not say is left alone."""
    sent: Mapping[str, str] = {name: str(value).replace("\x00", "") for name, value in given.items()}
    values: dict[str, Any] = {
        name: recipients.parse(sent[name]) for name in ("to", "cc", "bcc") if name in sent
    }
    for name in ("subject", "language"):
        if name in sent:
            values[name] = sent[name][:500] if name == "subject" else sent[name][:8]
    if sent.get("account", "").isdecimal() and len(sent["account"]) < 19:
        values["account_id"] = int(sent["account"])
    if "track" in sent:
        days = sent["track"]
        values["track_days"] = int(days) if days.isdecimal() and len(days) < 4 else None
    if "pixel" in sent:
        values["wants_open_hint"] = sent["pixel"] == "1"
    return values | _text_of(sent, mail)


def _text_of(sent: Mapping[str, str], mail: OutgoingMail) -> dict[str, Any]:
    """The text: of the editor, of the plain field, or of a browser without scripts."""
    plain = sent.get("text", "").replace("\r\n", "\n")
    if "html" in sent:
        if sent.get("is_plain") == "1":
            return {"is_plain": True, "text": plain, "html": from_editor(sent["html"])}
        return {"is_plain": False, "html": from_editor(sent["html"])}
    if "text" not in sent or plain.strip() == mail.text.strip():
        return {}
    if mail.is_plain:
        return {"text": plain}
    return {"html": outgoing_html.html_of(plain)}
