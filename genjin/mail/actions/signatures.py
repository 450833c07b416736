"""Every write to signatures: one for each mailbox and language; in shared mailboxes also one's own."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.mail.languages import CODES
from genjin.mail.models import MailAccount, Signature
from genjin.mail.outgoing_html import html_of
from genjin.people import access
from genjin.people.actions import base
from genjin.people.models import User


def may_write(account: MailAccount, by: User, *, is_own: bool) -> bool:
    """Everybody's signature: whoever may change the mailbox; one's own, in shared ones: whoever sends."""
    if is_own:
        return account.is_shared and MailAccount.objects.answered_by(by).filter(pk=account.pk).exists()
    return MailAccount.objects.administered_by(by).filter(pk=account.pk).exists()


@transaction.atomic
def save_signature(
    *, account_id: int, language: str, is_own: bool, text: str, by: User, at: datetime,
    version: int | None = None,
) -> Signature | None:  # fmt: skip
    """Write the signature of a mailbox in a language ("": every one); an empty text removes it.

    Plain lines; the HTML is made from them. `base.Stale` when it was saved since that version.
    """
    access.of(by, today=at.date())
    account = MailAccount.objects.alive().select_for_update().filter(pk=account_id).first()
    if account is None or not may_write(account, by, is_own=is_own):
        raise ValidationError(_("This mailbox is not there any more, or you may not change it."))
    if language and language not in CODES:
        raise ValidationError({"language": _("Choose one of the list.")})
    owner = by if is_own else None
    row = Signature.objects.filter(account=account, user=owner, language=language).first()
    if row is not None and version is not None and row.version != version:
        raise base.Stale(row)
    if not text.strip():
        return _remove(row, by, at)
    if row is None:
        row = Signature.objects.create(
            account=account, user=owner, language=language, text=text, html=html_of(text)
        )
        base.tell(row, "create", by=by, at=at, changes={"text": ("", text)})
        return row
    before = row.text
    if base.write(row, {"text": text}, by=by, at=at) and before != text:
        Signature.objects.filter(pk=row.pk).update(html=html_of(text))
    return row


def _remove(row: Signature | None, by: User, at: datetime) -> None:
    if row is not None:
        base.tell(row, "remove", by=by, at=at, changes={"text": (row.text, "")})
        row.delete()
