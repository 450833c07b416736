"""Beginning a mail: nothing, an answer, a forwarded mail, a template, or one that did not reach everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import zone_of
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer
from genjin.files import actions as files
from genjin.files.models import Attachment, StoredFile
from genjin.mail import addressed, composing, enclosing, outgoing_html, quoting, raw
from genjin.mail.actions.writing import KIND, State, fill, pairs_of, signature_of, template_of
from genjin.mail.models import (
    MailAccount,
    Message,
    MessageCopy,
    OutgoingMail,
    OutgoingRecipient,
    TemplateVersion,
)
from genjin.mail.outgoing_html import PICTURE
from genjin.mail.reading import Letter, attachment_content, read
from genjin.mail.template_purposes import approved
from genjin.mail.tracking_queries import proposed_days
from genjin.people.models import User

CARRIED = 40 * 1024 * 1024
"""Bytes of attachments that a forwarded mail carries along at most."""


@dataclass(frozen=True)
class Beginning:
    """What a draft starts from: nothing, an answered or forwarded message, or a template."""

    account_id: int | None = None
    answers_id: int | None = None
    to_all: bool = False
    is_forward: bool = False
    template_id: int | None = None
    """Of a `TemplateVersion`."""
    purpose: str = ""
    """What the mail is for: begins from the approved wording, if there is one."""
    about: str = ""
    """The key of the duty that the mail does."""
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
        customer=customer, to=pairs_of(beginning.to), subject=beginning.subject[:500], track_days=track_days,
        language=beginning.language or (answered.language if answered else ""), created_at=at, changed_at=at,
        about=beginning.about,
    )  # fmt: skip
    draft = _Draft(mail)
    quoted = ""
    if answered is not None:
        quoted = _quote(draft, answered, beginning, by, at)
    own = signature_of(account, by, mail.language)
    template = _template(beginning, mail, by)
    if template is not None:
        mail.template = template
        if answered is None:
            mail.subject = template.subject or mail.subject
        own = f"{template.html or outgoing_html.html_of(template.text)}{own}"
    mail.html = f"{own or '<p><br></p>'}{quoted}"
    contact = _contact(beginning, mail)
    fill(mail, contact, by)
    draft.enclosures += enclosing.enclosed(mail, by=by, at=at)
    return _keep(draft, by=by, at=at)


def write_again(*, mail_id: int, by: User, at: datetime) -> OutgoingMail:
    """A draft with the same text and files for those whom a mail did not reach.

    Of an own mail, or of one from a mailbox with which the person answers; it is a mail of its own.
    """
    rows = OutgoingMail.objects.visible_to(by).exclude(state=State.DRAFT).filter(deleted_at=None)
    old = rows.select_related("account", "customer").filter(pk=mail_id).first()
    if old is None:
        raise Refused(_("This mail is not there any more."))
    accounts = MailAccount.objects.answered_by(by)
    account = old.account if old.account in accounts else accounts.order_by("is_shared", "pk").first()
    reached = set(
        old.recipients.filter(state=OutgoingRecipient.State.ACCEPTED).values_list("address", flat=True)
    )
    left = {
        role: [pair for pair in getattr(old, role) if pair[1].lower() not in reached]
        for role in ("to", "cc", "bcc")
    }
    mail = OutgoingMail(
        account=account, author=by, kind=old.kind, state=State.DRAFT, answers_id=old.answers_id,
        message_id=composing.new_message_id(account.address if account else by.email),
        thread_id=old.thread_id, customer=old.customer, template_id=old.template_id, subject=old.subject,
        about=old.about,
        html=old.html, text=old.text, is_plain=old.is_plain, language=old.language,
        track_days=old.track_days, created_at=at, changed_at=at, **left,
    )  # fmt: skip
    draft = _Draft(mail)
    enclosed = Attachment.objects.filter(kind=KIND, object_id=old.pk, deleted_at=None)
    for place, row in enumerate(enclosed.select_related("file").order_by("pk")):
        draft.enclosures.append((row.file, row.name))
        draft.pictures[f"{PICTURE}{row.pk}"] = place
    return _keep(draft, by=by, at=at)


def _template(beginning: Beginning, mail: OutgoingMail, by: User) -> TemplateVersion | None:
    if beginning.template_id is not None:
        return template_of(beginning.template_id, by)
    return approved(beginning.purpose, by, mail.language) if beginning.purpose else None


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
    return addressed.customer_of(pairs_of(beginning.to), by)


def _contact(beginning: Beginning, mail: OutgoingMail) -> Contact | None:
    if beginning.contact_id is not None:
        return Contact.objects.alive().select_related("customer").filter(pk=beginning.contact_id).first()
    return addressed.contact_of(mail.to)


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
        if not mail.is_plain:
            mail.text = outgoing_html.plain_text(mail.html)
        mail.save(update_fields=["html", "text"])
    return mail
