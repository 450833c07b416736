"""Read, starred, moved: changed here at once, and noted for the server (`FlagChange`).

A mail that is moved leaves its folder at once and stands in the other one by a copy of our own (`OWN`), for
its number there is known only when the server has moved it; `settle_move` and `give_up_move` are for the
synchronisation. These verbs are not journalled: they are the mailbox's own record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.mail.actions import conversations
from genjin.mail.models import FlagChange, MailAccount, MailFolder, MessageCopy, TrustedSender
from genjin.people.models import User

What, Role = FlagChange.What, MailFolder.Role
OWN = 0
"""UIDVALIDITY of copies whose number on the server is not known yet; their UID is minus the old copy's id."""


@transaction.atomic
def set_read(*, copy_ids: Sequence[int], is_read: bool, by: User, at: datetime) -> int:
    """Mark mails as read or unread; returns how many were not yet."""
    return _set("is_read", What.READ, copy_ids, is_read, by, at)


@transaction.atomic
def set_star(*, copy_ids: Sequence[int], is_starred: bool, by: User, at: datetime) -> int:
    """Put or take the star; returns how many changed."""
    return _set("is_flagged", What.FLAGGED, copy_ids, is_starred, by, at)


def _set(column: str, what: str, copy_ids: Sequence[int], value: bool, by: User, at: datetime) -> int:
    rows = list(_own(copy_ids, by).exclude(**{column: value}).select_for_update(of=("self",)))
    if not rows:
        return 0
    MessageCopy.objects.filter(pk__in=[row.pk for row in rows]).update(**{column: value})
    FlagChange.objects.bulk_create(
        [
            FlagChange(copy=row, account_id=row.account_id, what=what, is_set=value, made_at=at, made_by=by)
            for row in rows
            if row.uid_validity != OWN
        ],
        update_conflicts=True,
        unique_fields=["copy", "what"],
        update_fields=["is_set", "attempts", "made_at", "made_by"],
    )
    _refresh(rows)
    _tell(rows)
    return len(rows)


def _tell(rows: Iterable[MessageCopy], *, is_move: bool = False) -> None:
    """Have the servers told soon; of moves when they are not offered to be taken back any more."""
    from genjin.mail import jobs, syncing

    jobs.tell_later({row.account_id for row in rows}, syncing.UNDO_FOR if is_move else jobs.SOON)


def _own(copy_ids: Sequence[int], by: User) -> QuerySet[MessageCopy]:
    """Copies that are there, in mailboxes that the person reads."""
    rows = MessageCopy.objects.filter(pk__in=copy_ids, gone_at__isnull=True)
    return rows.filter(account__in=MailAccount.objects.visible_to(by)).order_by("pk")


def _refresh(rows: Iterable[MessageCopy]) -> None:
    conversations.refresh(pairs={(row.folder_id, row.thread_id) for row in rows})


@transaction.atomic
def move(
    *, copy_ids: Sequence[int], by: User, at: datetime, folder_id: int | None = None, role: str = ""
) -> list[int]:
    """Move mails into a folder of their mailbox, or into that of a role; returns the ids of what moved.

    Only where the person may answer from the mailbox. Raises `Refused` for a folder of another mailbox, and
    when a mailbox has no folder of that role.
    """
    answered = MailAccount.objects.answered_by(by)
    rows = list(_own(copy_ids, by).filter(account__in=answered).select_for_update(of=("self",)))
    targets = _targets({row.account_id for row in rows}, folder_id, role)
    moved = [row for row in rows if targets[row.account_id].pk != row.folder_id]
    for row in moved:
        _move(row, targets[row.account_id], by, at)
    _refresh(moved)
    conversations.refresh(pairs={(targets[row.account_id].pk, row.thread_id) for row in moved})
    _tell(moved, is_move=True)
    return [row.pk for row in moved]


def _targets(account_ids: set[int], folder_id: int | None, role: str) -> dict[int, MailFolder]:
    folders = MailFolder.objects.filter(account__in=account_ids, gone_at__isnull=True)
    wanted = folders.filter(pk=folder_id) if folder_id is not None else folders.filter(role=role)
    found = {folder.account_id: folder for folder in wanted.order_by("-pk")}
    if account_ids - found.keys():
        if folder_id is not None:
            raise Refused(_("A mail can only be moved within its mailbox."))
        label = Role(role).label if role in Role.values else role
        raise Refused(_("This mailbox has no folder for that: %(folder)s.") % {"folder": label})
    return found


def _move(row: MessageCopy, target: MailFolder, by: User, at: datetime) -> None:
    if row.uid_validity == OWN:
        # Not yet moved by the server: what waits leads to the new folder instead.
        FlagChange.objects.filter(copy=-row.uid, what=What.MOVE).update(target=target, made_at=at)
        MessageCopy.objects.filter(pk=row.pk).update(folder=target)
        return
    MessageCopy.objects.filter(pk=row.pk).update(gone_at=at)
    MessageCopy.objects.create(
        message_id=row.message_id, thread_id=row.thread_id, account_id=row.account_id, folder=target,
        uid_validity=OWN, uid=-row.pk, is_read=row.is_read, is_answered=row.is_answered,
        is_flagged=row.is_flagged, is_draft=row.is_draft, added_at=at,
    )  # fmt: skip
    FlagChange.objects.update_or_create(
        copy=row, what=What.MOVE,
        defaults={
            "account_id": row.account_id, "target": target, "made_at": at, "made_by": by, "attempts": 0,
        },
    )  # fmt: skip


@transaction.atomic
def move_back(*, copy_ids: Sequence[int], by: User, at: datetime) -> int:
    """Undo moves of which the server has not been told yet; returns how many came back."""
    rows = MessageCopy.objects.filter(pk__in=copy_ids, gone_at__isnull=False)
    rows = rows.filter(account__in=MailAccount.objects.answered_by(by))
    waiting = FlagChange.objects.filter(copy=OuterRef("pk"), what=What.MOVE)
    found = list(rows.filter(Exists(waiting)).select_for_update(of=("self",)).values_list("pk", flat=True))
    for pk in found:
        give_up_move(copy_id=pk)
    return len(found)


@transaction.atomic
def settle_move(*, copy_id: int) -> None:
    """The server moved it: what waited is done, and the copy it has there takes the place of our own."""
    FlagChange.objects.filter(copy=copy_id, what=What.MOVE).delete()
    _drop_own(copy_id)


@transaction.atomic
def give_up_move(*, copy_id: int) -> None:
    """The server did not move it: it stands where it stood."""
    FlagChange.objects.filter(copy=copy_id, what=What.MOVE).delete()
    MessageCopy.objects.filter(pk=copy_id).update(gone_at=None)
    _drop_own(copy_id)
    _refresh(MessageCopy.objects.filter(pk=copy_id))


def _drop_own(copy_id: int) -> None:
    rows = list(MessageCopy.objects.filter(uid_validity=OWN, uid=-copy_id))
    MessageCopy.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _refresh(rows)


@transaction.atomic
def trust_sender(*, address: str, by: User, at: datetime) -> None:
    """Load the pictures of this sender without asking from now on."""
    if address:
        TrustedSender.objects.get_or_create(user=by, address=address.lower(), defaults={"since": at})
