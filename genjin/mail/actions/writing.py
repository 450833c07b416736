"""Writing a mail: from its first letter to the moment before it is sent; drafts are saved continuously."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, take_changes, zone_of
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.files import actions as files
from genjin.files.models import Attachment, StoredFile
from genjin.files.queries import visible
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail import composing, merge_fields, outgoing_html, quoting, raw
from genjin.mail.models import (
    Answering,
    MailAccount,
    Message,
    MessageCopy,
    OutgoingMail,
    Signature,
    TemplateVersion,
)
from genjin.mail.outgoing_html import PICTURE, PICTURE_DATA
from genjin.mail.reading import Letter, attachment_content, read
from genjin.mail.recipients import Pair, clean_address, clean_name
from genjin.mail.tracking_queries import proposed_days
from genjin.people.models import User

KIND = "mail.outgoing"
CARRIED = 40 * 1024 * 1024
"""Bytes of attachments that a forwarded mail carries along at most."""
UNTOUCHED_FOR = timedelta(days=7)
_SETTABLE = (
    "account_id", "to", "cc", "bcc", "subject", "html", "text", "is_plain", "language", "track_days",
    "customer_id",
)  # fmt: skip
_CHECKED = frozenset(("subject", "html", "text", "language"))

State = OutgoingMail.State


@dataclass(frozen=True)
class Beginning:
    """What a draft starts from: nothing, an answered or forwarded message, or a template."""

    account_id: int | None = None
    answers_id: int | None = None
    to_all: bool = False
    is_forward: bool = False
    template_id: int | None = None
    """Of a `TemplateVersion`."""
    customer_id: int | None = None
    contact_id: int | None = None
    to: Sequence[Sequence[str]] = ()
    subject: str = ""
    language: str = ""


@dataclass
class _Draft:
    """What is gathered before the draft is written in one go."""

    mail: OutgoingMail
    enclosures: list[tuple[StoredFile, str]] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)
    """Source of a picture in the HTML -> its place among the enclosures."""


def start_draft(
    *,
    beginning: Beginning,
    by: User,
    at: datetime,
    track_days: int | None = None,
    proposes_tracking: bool = False,
) -> OutgoingMail:
    """A draft of the person: new, an answer (to all), a forwarded mail, or from a template.

    Quotation, recipients, signature and the files of a forwarded mail stand in it already. Refused where the
    person may not read what is answered, or may not send from the account. Not inside of a transaction:
    files are put first.
    """
    answered = _message(beginning.answers_id, by)
    account = _account(beginning, answered, by)
    customer = _customer(beginning, answered, by)
    if proposes_tracking:
        track_days = proposed_days(customer, customer.owner_id if customer else None)
    mail = OutgoingMail(
        account=account, author=by, kind=_kind(beginning), state=State.DRAFT, answers=answered,
        message_id=composing.new_message_id(account.address if account else by.email),
        thread_id=answered.thread_id if answered and not beginning.is_forward else None,
        customer=customer, to=_pairs(beginning.to), subject=beginning.subject[:500], track_days=track_days,
        language=beginning.language or (answered.language if answered else ""), created_at=at, changed_at=at,
    )  # fmt: skip
    draft = _Draft(mail)
    quoted = ""
    if answered is not None:
        quoted = _quote(draft, answered, beginning, by, at)
    own = signature_of(account, by, mail.language)
    template = _template(beginning, by)
    if template is not None:
        mail.template, mail.subject = template, template.subject or mail.subject
        own = f"{template.html or outgoing_html.html_of(template.text)}{own}"
    mail.html = f"{own or '<p><br></p>'}{quoted}"
    contact = _contact(beginning.contact_id, mail.to)
    _fill(mail, contact, by)
    return _keep(draft, by=by, at=at)


def save_draft(
    *, mail_id: int, values: Mapping[str, Any], by: User, at: datetime, expected_version: int | None = None
) -> OutgoingMail:
    """Save what is being written, as its next version; called continuously and therefore not journalled.

    `values` are attributes of the mail (`to`, `cc`, `bcc` as [[name, address]]). Raises `Conflict` when it
    was saved elsewhere since `expected_version`: with what is stored and what was wanted, so that nothing is
    lost.
    """
    wanted = _clean({name: value for name, value in values.items() if name in _SETTABLE}, by)
    pasted = _pasted(str(wanted.get("html", "")), at)
    with transaction.atomic():
        mail = _draft(mail_id, by)
        if pasted:
            wanted["html"] = _attach_pasted(mail, str(wanted["html"]), pasted, by=by, at=at)
        if "html" in wanted and not wanted.get("is_plain", mail.is_plain):
            wanted["text"] = outgoing_html.plain_text(str(wanted["html"]))
        if take_changes(mail, wanted, expected=expected_version):
            check_fields(mail, set(wanted) & _CHECKED)
            mail.version, mail.changed_at = mail.version + 1, at
            mail.save()
    return mail


@transaction.atomic
def attach(
    *, mail_id: int, items: Sequence[tuple[StoredFile, str]], by: User, at: datetime
) -> list[Attachment]:
    """Enclose files that were put before, under these names."""
    mail = _draft(mail_id, by)
    rows = files.attach(
        by=by, at=at, kind=KIND, object_id=mail.pk, customer_id=mail.customer_id, files=list(items)
    )
    _touch(mail, at)
    return rows


@transaction.atomic
def attach_existing(
    *, mail_id: int, attachment_ids: Sequence[int], by: User, at: datetime
) -> list[Attachment]:
    """Enclose files that hang on other records (the customer's, say); those one may not see are refused."""
    found = [visible(by, pk) for pk in attachment_ids]
    items = [(row.file, row.name) for row in found if row is not None]
    if len(items) != len(attachment_ids):
        raise Refused(_("One of these files is not there any more."))
    return attach(mail_id=mail_id, items=items, by=by, at=at)


@transaction.atomic
def detach(*, mail_id: int, attachment_ids: Sequence[int], by: User, at: datetime) -> int:
    """Take files out of a draft; returns how many."""
    mail = _draft(mail_id, by)
    own = Attachment.objects.filter(kind=KIND, object_id=mail.pk, pk__in=attachment_ids, deleted_at=None)
    removed = files.detach(by=by, at=at, ids=list(own.values_list("pk", flat=True)))
    _touch(mail, at)
    return removed


@transaction.atomic
def use_template(*, mail_id: int, template_id: int, by: User, at: datetime) -> OutgoingMail:
    """Put the text of a template before what stands in the draft; its subject where there is none."""
    mail = _draft(mail_id, by)
    template = _template(Beginning(template_id=template_id), by)
    if template is None:
        raise Refused(_("This template is not there any more."))
    mail.template = template
    mail.subject = mail.subject or template.subject
    mail.html = f"{template.html or outgoing_html.html_of(template.text)}{mail.html}"
    mail.is_plain = False
    _fill(mail, _contact(None, mail.to), by)
    _touch(mail, at)
    return mail


@transaction.atomic
def discard(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Put a draft into the recycle bin."""
    mail = _draft(mail_id, by)
    mail.deleted_at = at
    mail.version += 1
    mail.save(update_fields=["deleted_at", "version"])
    Answering.objects.filter(thread=mail.thread_id, user=by).delete()
    tell(mail, "recycle", by=by, at=at)
    return mail


@transaction.atomic
def restore(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """Take a draft out of the recycle bin."""
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(author=by, deleted_at__isnull=False)
    mail = rows.filter(pk=mail_id).first()
    if mail is None:
        raise Refused(_("This draft is not there any more."))
    mail.deleted_at = None
    mail.version += 1
    mail.save(update_fields=["deleted_at", "version"])
    tell(mail, "restore", by=by, at=at)
    return mail


@transaction.atomic
def drop_untouched(*, by: User, at: datetime) -> int:
    """Remove the person's drafts that were opened and never written in for a week; returns how many."""
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(
        author=by, state=State.DRAFT, version=1, changed_at__lt=at - UNTOUCHED_FOR
    )
    ids = list(rows.values_list("pk", flat=True)[:100])
    enclosed = Attachment.objects.filter(kind=KIND, object_id__in=ids, deleted_at=None)
    files.detach(by=by, at=at, ids=list(enclosed.values_list("pk", flat=True)))
    OutgoingMail.objects.filter(pk__in=ids).delete()
    return len(ids)


def tell(
    mail: OutgoingMail, verb: str, *, by: User | None, at: datetime, changes: Mapping[str, Any] | None = None
) -> None:
    """Journal what was done to a mail; its subject is a personal value, its text is never told."""
    journal.record(
        by=by, at=at,
        written=[
            Written(
                verb, KIND, mail.pk, title=mail.subject, customer_id=mail.customer_id, changes=changes or {},
                personal_title=True,
            )
        ],
    )  # fmt: skip


def _draft(mail_id: int, by: User) -> OutgoingMail:
    """The person's own draft, locked."""
    rows = OutgoingMail.objects.select_for_update(of=("self",)).filter(author=by, deleted_at=None)
    mail = rows.filter(pk=mail_id).first()
    if mail is None:
        raise Refused(_("This draft is not there any more."))
    if mail.state != State.DRAFT:
        raise Refused(_("This mail is not a draft any more: it was sent or is about to be."))
    return mail


def _touch(mail: OutgoingMail, at: datetime) -> None:
    mail.version, mail.changed_at = mail.version + 1, at
    mail.save()


def _kind(beginning: Beginning) -> str:
    if beginning.answers_id is None:
        return OutgoingMail.Kind.NEW
    return OutgoingMail.Kind.FORWARD if beginning.is_forward else OutgoingMail.Kind.REPLY


def _message(pk: int | None, by: User) -> Message | None:
    if pk is None:
        return None
    found = Message.objects.visible_to(by).select_related("raw", "thread").filter(pk=pk).first()
    if found is None:
        raise Refused(_("The mail to be answered is not there any more."))
    return found


def _account(beginning: Beginning, answered: Message | None, by: User) -> MailAccount | None:
    """The account chosen, else the one in which the answered mail lies, else the person's first."""
    mine = MailAccount.objects.answered_by(by)
    if beginning.account_id is not None:
        chosen = mine.filter(pk=beginning.account_id).first()
        if chosen is None:
            raise Refused({"account_id": _("You cannot send from this mailbox.")})
        return chosen
    if answered is not None:
        lies_in = MessageCopy.objects.filter(message=answered, account__in=mine).order_by("gone_at", "pk")
        if (copy := lies_in.select_related("account").first()) is not None:
            return copy.account
    own_first = mine.order_by("is_shared", "pk")
    return own_first.filter(owner=by).first() or own_first.first()


def _customer(beginning: Beginning, answered: Message | None, by: User) -> Customer | None:
    seen = Customer.objects.visible_to(by)
    if beginning.customer_id is not None:
        return seen.filter(pk=beginning.customer_id).first()
    if answered is not None:
        return seen.filter(pk__in=answered.filings.values("customer_id")).order_by("pk").first()
    return customer_of(_pairs(beginning.to), by)


def customer_of(pairs: Iterable[Sequence[str]], by: User) -> Customer | None:
    """The customer to whom the first known of these addresses belongs, if the person may see it."""
    for _name, address in pairs:
        points = ContactPoint.objects.filter(kind="EMAIL", normalised=address.lower()).values("contact")
        known = Contact.objects.visible_to(by).filter(pk__in=points).select_related("customer").first()
        if known is not None:
            return known.customer
    return None


def _contact(pk: int | None, pairs: Iterable[Sequence[str]]) -> Contact | None:
    alive = Contact.objects.alive().select_related("customer")
    if pk is not None:
        return alive.filter(pk=pk).first()
    for _name, address in pairs:
        points = ContactPoint.objects.filter(kind="EMAIL", normalised=address.lower()).values("contact")
        if (found := alive.filter(pk__in=points).first()) is not None:
            return found
    return None


def _template(beginning: Beginning, by: User) -> TemplateVersion | None:
    if beginning.template_id is None:
        return None
    rows = TemplateVersion.objects.filter(pk=beginning.template_id)
    version = rows.select_related("template").first()
    is_open = version is not None and (
        version.state == TemplateVersion.State.APPROVED or version.written_by_id == by.pk
    )
    if version is None or not is_open:
        raise Refused(_("This template is not there any more."))
    return version


def signature_of(account: MailAccount | None, by: User, language: str) -> str:
    """The signature of the account in the mail's language: the person's own before everybody's."""
    if account is None:
        return ""
    found = [one for one in Signature.objects.filter(account=account) if one.user_id in (None, by.pk)]
    short = language.partition("-")[0]
    found.sort(key=lambda one: (one.language != short, one.language != "", one.user_id is None, one.pk))
    usable = [one for one in found if one.language in (short, "")] or found
    if not usable:
        return ""
    first = usable[0]
    return f"<p><br></p><p>-- </p>{first.html or outgoing_html.html_of(first.text)}"


def _quote(draft: _Draft, answered: Message, beginning: Beginning, by: User, at: datetime) -> str:
    """Fill subject, recipients and files of an answer; gives the HTML of its quotation."""
    mail = draft.mail
    try:
        original = raw.load(answered.raw)
    except raw.Lost as error:
        raise Refused(_("The answered mail cannot be read any more.")) from error
    letter = read(original)
    zone = zone_of(by)
    if beginning.is_forward:
        start = quoting.forward(letter, zone=zone, at=at, language=mail.language)
    else:
        own = _own_addresses(mail.account)
        start = quoting.reply(
            letter, zone=zone, at=at, own=own, language=mail.language, to_all=beginning.to_all
        )
        mail.to, mail.cc = mail.to or start.to, start.cc
    mail.subject, mail.language = mail.subject or start.subject, mail.language or start.language
    _carry(draft, letter, original, at, everything=beginning.is_forward, html=start.html)
    return start.html


def _own_addresses(account: MailAccount | None) -> list[str]:
    return [account.address, *account.aliases] if account else []


def _carry(
    draft: _Draft, letter: Letter, original: bytes, at: datetime, *, everything: bool, html: str
) -> None:
    """Take the pictures of the quotation along, and of a forwarded mail all files, up to 40 MB."""
    room = CARRIED
    for part in letter.attachments:
        source = f"cid:{part.content_id.strip('<>')}"
        is_shown = bool(part.content_id) and source in html
        if not is_shown and (not everything or part.inline):
            continue
        content = attachment_content(original, part.path)
        if not content or len(content) > min(room, settings.FILE_LIMIT):
            continue
        room -= len(content)
        if is_shown:
            draft.pictures[source] = len(draft.enclosures)
        stored = files.put(at=at, stream=BytesIO(content))
        draft.enclosures.append((stored, part.name or _("unnamed")))


def _keep(draft: _Draft, *, by: User, at: datetime) -> OutgoingMail:
    mail = draft.mail
    mail.html = outgoing_html.cleaned(mail.html)
    with transaction.atomic():
        mail.save(force_insert=True)
        rows = files.attach(
            by=by, at=at, kind=KIND, object_id=mail.pk, customer_id=mail.customer_id, files=draft.enclosures
        )
        names = {source: f"{PICTURE}{rows[place].pk}" for source, place in draft.pictures.items()}
        mail.html = outgoing_html.changed_pictures(
            mail.html, lambda src: names.get(src, "" if src.startswith("cid:") else src)
        )
        mail.text = outgoing_html.plain_text(mail.html)
        mail.save(update_fields=["html", "text"])
    return mail


def _fill(mail: OutgoingMail, contact: Contact | None, by: User) -> None:
    """Fill the merge fields of a draft; those without a value stay, and stop the sending."""
    known = known_values(mail, contact, by)
    mail.subject = merge_fields.filled(mail.subject, known)
    mail.html = merge_fields.filled(mail.html, known, is_html=True)
    mail.text = merge_fields.filled(mail.text, known)


def known_values(mail: OutgoingMail, contact: Contact | None, by: User) -> dict[str, str]:
    """What the merge fields stand for in this mail."""
    customer = mail.customer or (contact.customer if contact else None)
    return merge_fields.values(
        contact=contact, customer=customer, sender=by, account=mail.account, language=mail.language
    )


def _pairs(given: Iterable[Sequence[str]]) -> list[Pair]:
    pairs = [[clean_name(str(name)), clean_address(str(address))] for name, address in given]
    return [pair for pair in pairs if pair[1]]


def _clean(wanted: dict[str, Any], by: User) -> dict[str, Any]:
    """What may be kept of what was typed."""
    for name in ("to", "cc", "bcc"):
        if name in wanted:
            wanted[name] = _pairs(wanted[name])
    if "subject" in wanted:
        wanted["subject"] = " ".join(str(wanted["subject"]).split())[:500]
    if "html" in wanted:
        wanted["html"] = outgoing_html.cleaned(str(wanted["html"]))
    days = wanted.get("track_days")
    if days is not None and days not in (1, 2, 3):
        raise Refused({"track_days": _("Choose 1, 2 or 3 days.")})
    account = wanted.get("account_id")
    if account is not None and not MailAccount.objects.answered_by(by).filter(pk=account).exists():
        raise Refused({"account_id": _("You cannot send from this mailbox.")})
    customer = wanted.get("customer_id")
    if customer is not None and not Customer.objects.visible_to(by).filter(pk=customer).exists():
        raise Refused({"customer_id": _("This customer is not there any more.")})
    return wanted


def _pasted(html: str, at: datetime) -> dict[str, StoredFile]:
    """Pictures that were pasted into the text, put into the store: by their source."""
    found: dict[str, StoredFile] = {}

    def look(src: str) -> str:
        match = PICTURE_DATA.match(src)
        if match and src not in found:
            try:
                content = base64.b64decode(match[2], validate=False)
                found[src] = files.put_picture(at=at, stream=BytesIO(content), width=1600)
            except (ValueError, files.Refused):
                return src
        return src

    if "data:image/" in html:
        outgoing_html.changed_pictures(html, look)
    return found


def _attach_pasted(
    mail: OutgoingMail, html: str, pasted: Mapping[str, StoredFile], *, by: User, at: datetime
) -> str:
    """Attach pasted pictures; gives the HTML that names them."""
    items = [(file, f"picture-{file.sha256[:8]}.{_ending(file)}") for file in pasted.values()]
    rows = files.attach(by=by, at=at, kind=KIND, object_id=mail.pk, customer_id=mail.customer_id, files=items)
    names = {src: f"{PICTURE}{row.pk}" for src, row in zip(pasted, rows, strict=True)}
    return outgoing_html.changed_pictures(html, lambda src: names.get(src, src))


def _ending(file: StoredFile) -> str:
    return {"image/png": "png", "image/gif": "gif", "image/webp": "webp"}.get(file.media_type, "jpg")
