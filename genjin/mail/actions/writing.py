"""Writing a mail: drafts are saved continuously, with files and templates, thrown away and fetched back."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, take_changes
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer
from genjin.files import actions as files
from genjin.files.models import Attachment, StoredFile
from genjin.files.queries import visible
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail import merge_fields, outgoing_html
from genjin.mail.addressed import contact_of
from genjin.mail.models import (
    Answering,
    MailAccount,
    OutgoingMail,
    Signature,
    TemplateVersion,
)
from genjin.mail.outgoing_html import PICTURE, PICTURE_DATA
from genjin.mail.recipients import Pair, clean_address, clean_name
from genjin.people.models import User

KIND = "mail.outgoing"
UNTOUCHED_FOR = timedelta(days=7)
_SETTABLE = (
    "account_id", "to", "cc", "bcc", "subject", "html", "text", "is_plain", "language", "track_days",
    "customer_id", "wants_open_hint",
)  # fmt: skip
_CHECKED = frozenset(("subject", "html", "text", "language"))

State = OutgoingMail.State


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
    template = template_of(template_id, by)
    mail.template = template
    mail.subject = mail.subject or template.subject
    mail.html = f"{template.html or outgoing_html.html_of(template.text)}{mail.html}"
    mail.is_plain = False
    fill(mail, contact_of(mail.to), by)
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


def template_of(template_id: int, by: User) -> TemplateVersion:
    """A wording that the person may write from: approved, or his own; refused otherwise."""
    rows = TemplateVersion.objects.filter(pk=template_id)
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


def fill(mail: OutgoingMail, contact: Contact | None, by: User) -> None:
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
    ) | merge_fields.provided(mail.about, mail.language)


def pairs_of(given: Iterable[Sequence[str]]) -> list[Pair]:
    """Recipients as they are kept: names and addresses cleaned, none without an address."""
    pairs = [[clean_name(str(name)), clean_address(str(address))] for name, address in given]
    return [pair for pair in pairs if pair[1]]


def _clean(wanted: dict[str, Any], by: User) -> dict[str, Any]:
    """What may be kept of what was typed."""
    for name in ("to", "cc", "bcc"):
        if name in wanted:
            wanted[name] = pairs_of(wanted[name])
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
