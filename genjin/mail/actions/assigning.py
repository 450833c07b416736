"""Who looks after a conversation, and who sees it: assigning in shared mailboxes, privacy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.models import AccountMember, Filing, Handling, MailAccount, MailThread, MessageCopy
from genjin.people.models import User


@transaction.atomic
def assign(*, account_id: int, thread_id: int, to_id: int | None, by: User, at: datetime) -> Handling:
    """Give a conversation of a shared mailbox to a member, or to nobody.

    Whoever may answer takes it himself; giving it to others needs the right to assign. Raises `Refused`.
    """
    account = MailAccount.objects.visible_to(by).filter(pk=account_id, is_shared=True).first()
    if account is None or not _lies_in(account, thread_id):
        raise Refused(_("There is no such mail."))
    may_assign = MailAccount.objects.assigned_by(by).filter(pk=account_id).exists()
    answers = MailAccount.objects.answered_by(by).filter(pk=account_id).exists()
    row = Handling.objects.select_for_update().filter(account=account, thread=thread_id).first()
    holder = row.assigned_to_id if row else None
    is_own = answers and to_id in (by.pk, None) and holder in (by.pk, None)
    if not (may_assign or is_own):
        raise Refused(_("You may not assign mails of this mailbox to others."))
    if to_id is not None and not _members(account).filter(user=to_id).exists():
        raise Refused({"to": _("This person does not read the mailbox.")})
    row, _made = Handling.objects.update_or_create(
        account=account,
        thread_id=thread_id,
        defaults={"assigned_to_id": to_id, "assigned_by": by, "assigned_at": at},
    )
    journal.record(
        by=by, at=at,
        written=[
            Written(
                "assign", "mail.message", _newest(thread_id), title=row.thread.subject, personal_title=True,
                changes={"assigned_to_id": (holder, to_id)},
            )
        ],
    )  # fmt: skip
    _decide_again(thread_id, at)
    return row


def _decide_again(thread_id: int, at: datetime) -> None:
    """Who owes the answer depends on it (000-15)."""
    customers = Filing.objects.filter(thread=thread_id).values_list("customer_id", flat=True)
    journal.mark_customers(set(customers), at=at)


def _members(account: MailAccount):  # type: ignore[no-untyped-def]
    return AccountMember.objects.filter(account=account, may_read=True)


def _lies_in(account: MailAccount, thread_id: int) -> bool:
    rows = MessageCopy.objects.filter(account=account, thread=thread_id, gone_at__isnull=True)
    return rows.exists()


def _newest(thread_id: int) -> int:
    thread = MailThread.objects.get(pk=thread_id)
    return int(thread.messages.order_by("-date", "-pk").values_list("pk", flat=True)[:1].get())


@transaction.atomic
def set_private(*, thread_id: int, is_private: bool, by: User, at: datetime) -> None:
    """Hide a conversation from who sees the customer but not the mailbox, or show it again.

    Only for readers of a mailbox in which it lies; raises `Refused` for others.
    """
    inside = MessageCopy.objects.filter(
        thread=thread_id, gone_at__isnull=True, account__in=MailAccount.objects.answered_by(by)
    )
    thread = MailThread.objects.select_for_update().filter(pk=thread_id).first()
    if thread is None or not inside.exists():
        raise Refused(_("There is no such mail."))
    if thread.is_private == is_private:
        return
    thread.is_private, thread.private_by = is_private, by if is_private else None
    thread.save(update_fields=["is_private", "private_by"])
    customers = sorted(set(Filing.objects.filter(thread=thread).values_list("customer_id", flat=True)))
    journal.record(
        by=by, at=at,
        written=[
            Written(
                "change", "mail.message", _newest(thread_id), title=thread.subject, personal_title=True,
                changes={"is_private": (not is_private, is_private)},
                customer_id=customers[0] if customers else None,
            )
        ],
    )  # fmt: skip
    _decide_again(thread_id, at)
