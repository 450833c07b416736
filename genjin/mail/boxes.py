"""What a mailbox looks like to its readers: folders of all accounts, and pages of conversations in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.mail.models import Conversation, Filing, Handling, MailAccount, MailFolder
from genjin.people.models import User

Role = MailFolder.Role
SALT = "genjin.mail.conversations"
PAGE = 40
MOST_FOLDERS = 60
"""Of so many folders at most a list is merged."""
FILTERS = ("all", "unread", "starred", "unfiled", "awaiting", "mine")
ICONS = {
    Role.INBOX: "inbox", Role.SENT: "send", Role.DRAFTS: "pencil", Role.ARCHIVE: "archive",
    Role.JUNK: "shield", Role.TRASH: "trash", Role.OTHER: "file",
}  # fmt: skip
_ORDER = [Role.INBOX, Role.SENT, Role.DRAFTS, Role.ARCHIVE, Role.JUNK, Role.TRASH, Role.OTHER]


@dataclass(frozen=True)
class FolderLine:
    """One folder in the list at the side."""

    key: str
    label: str
    icon: str
    unread: int
    folder: MailFolder | None = None


@dataclass(frozen=True)
class AccountLines:
    """A mailbox with its folders."""

    account: MailAccount
    lines: list[FolderLine]


@dataclass(frozen=True)
class Boxes:
    """Everything at the side: what stands for all mailboxes, then each mailbox."""

    accounts: list[AccountLines] = field(default_factory=list)
    merged: list[FolderLine] = field(default_factory=list)

    @property
    def folders(self) -> list[MailFolder]:
        """All folders that are shown."""
        return [line.folder for one in self.accounts for line in one.lines if line.folder]

    @property
    def unread(self) -> int:
        """Unread mails in all inboxes."""
        return sum(folder.unread for folder in self.folders if folder.role == Role.INBOX)

    def account_of(self, folder_id: int) -> MailAccount:
        """The mailbox of a folder."""
        return next(
            one.account
            for one in self.accounts
            for line in one.lines
            if line.folder and line.folder.pk == folder_id
        )


def boxes_of(user: User) -> Boxes:
    """The mailboxes that the person reads, with their folders; two queries."""
    accounts = list(MailAccount.objects.visible_to(user).select_related("owner"))
    folders: dict[int, list[MailFolder]] = {account.pk: [] for account in accounts}
    rows = MailFolder.objects.filter(account__in=folders, gone_at__isnull=True, is_synced=True)
    for folder in rows.order_by("path"):
        folders[folder.account_id].append(folder)
    accounts.sort(key=lambda one: (one.is_shared, one.owner_id != user.pk, one.pk))
    shown = [
        AccountLines(
            account,
            [
                _line(folder)
                for folder in sorted(folders[account.pk], key=lambda f: _ORDER.index(Role(f.role)))
            ],
        )
        for account in accounts
    ]
    return Boxes(
        shown, _merged([folder for one in shown for folder in (line.folder for line in one.lines) if folder])
    )


def _line(folder: MailFolder) -> FolderLine:
    role = Role(folder.role)
    label = str(role.label) if role != Role.OTHER else folder.path
    shown = folder.unread if role not in (Role.SENT, Role.DRAFTS, Role.TRASH) else 0
    return FolderLine(str(folder.pk), label, ICONS[role], shown, folder)


def _merged(folders: Sequence[MailFolder]) -> list[FolderLine]:
    roles = {folder.role for folder in folders}
    unread = sum(folder.unread for folder in folders if folder.role == Role.INBOX)
    lines = [FolderLine("inbox", _("All inboxes"), ICONS[Role.INBOX], unread)]
    if Role.SENT in roles:
        lines.append(FolderLine("sent", pgettext("mail folder", "Sent"), ICONS[Role.SENT], 0))
    for role in (Role.ARCHIVE, Role.JUNK, Role.TRASH):
        if role in roles:
            lines.append(FolderLine(role.lower(), str(Role(role).label), ICONS[role], 0))
    return lines


@dataclass(frozen=True)
class Box:
    """What a list shows: the folders behind one line at the side."""

    key: str
    label: str
    folders: list[MailFolder]

    @property
    def is_sent(self) -> bool:
        """Whether recipients are named instead of senders."""
        return bool(self.folders) and all(folder.role in (Role.SENT, Role.DRAFTS) for folder in self.folders)


def box_of(boxes: Boxes, key: str) -> Box | None:
    """The folders of a key; None for one that the person does not have."""
    if key.isdecimal():
        found = [folder for folder in boxes.folders if str(folder.pk) == key]
        return Box(key, _line(found[0]).label, found) if found else None
    line = next((line for line in boxes.merged if line.key == key), None)
    if line is None:
        return None
    return Box(key, line.label, [f for f in boxes.folders if f.role == key.upper()][:MOST_FOLDERS])


@dataclass(frozen=True)
class ConversationPage:
    """Some conversations; `before` is the cursor of the next page, empty at the end."""

    rows: list[Conversation] = field(default_factory=list)
    before: str = ""


def conversations(
    box: Box, user: User, *, chosen: str = "all", before: str = "", size: int = PAGE
) -> ConversationPage:
    """The conversations of a list, newest first, one query whatever the number of mailboxes."""
    start = _read(before)
    newest: list[tuple[str, tuple[Any, ...]]] = []
    for folder in box.folders:
        rows = _chosen(Conversation.objects.filter(folder=folder), chosen, user)
        if start is not None:
            rows = rows.filter(Q(last_at__lt=start[0]) | Q(last_at=start[0], pk__lt=start[1]))
        newest.append(rows.order_by("-last_at", "-pk").values("pk")[: size + 1].query.sql_with_params())
    if not newest:
        return ConversationPage()
    # Each folder gives its newest by its own index; only those few are put in order.
    parts = [f"SELECT * FROM ({sql}) AS f{place}" for place, (sql, _given) in enumerate(newest)]  # noqa: S608
    ids = RawSQL(" UNION ALL ".join(parts), [value for _sql, given in newest for value in given])  # noqa: S611
    found = Conversation.objects.filter(pk__in=ids).order_by("-last_at", "-pk")
    shown = list(found.select_related("thread", "last_message", "folder__account")[: size + 1])
    more = len(shown) > size
    shown = shown[:size]
    return ConversationPage(_once_each(shown), _write(shown[-1]) if more else "")


def _once_each(rows: Sequence[Conversation]) -> list[Conversation]:
    """A conversation that lies in several mailboxes, once: where its newest mail is."""
    first: dict[int, Conversation] = {}
    for row in rows:
        kept = first.setdefault(row.thread_id, row)
        kept.unread, kept.is_flagged = max(kept.unread, row.unread), kept.is_flagged or row.is_flagged
        kept.count = max(kept.count, row.count)
    return list(first.values())


def _chosen(rows: QuerySet[Conversation], chosen: str, user: User) -> QuerySet[Conversation]:
    if chosen == "unread":
        return rows.filter(unread__gt=0)
    if chosen == "starred":
        return rows.filter(is_flagged=True)
    if chosen == "unfiled":
        return rows.filter(~Exists(Filing.objects.filter(thread=OuterRef("thread_id"))))
    if chosen == "awaiting":
        answered = Q(thread__last_out_at__isnull=True) | Q(thread__last_out_at__lt=F("thread__last_in_at"))
        filed = Exists(Filing.objects.filter(thread=OuterRef("thread_id")))
        return rows.filter(answered, filed, thread__last_in_at__isnull=False)
    if chosen == "mine":
        return rows.filter(Exists(Handling.objects.filter(thread=OuterRef("thread_id"), assigned_to=user)))
    return rows


def _write(row: Conversation) -> str:
    return signing.dumps([row.last_at.isoformat(), row.pk], salt=SALT, compress=True)


def _read(cursor: str) -> tuple[datetime, int] | None:
    """The place a cursor means; one that nobody was given means the beginning."""
    try:
        at, pk = signing.loads(cursor, salt=SALT)
        return datetime.fromisoformat(at), int(pk)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def filters(boxes: Boxes, current: str) -> list[dict[str, Any]]:
    """The tabs above a list."""
    labels = {
        "all": pgettext("mails", "All"),
        "unread": pgettext("mails", "Unread"),
        "starred": pgettext("mails", "Starred"),
        "awaiting": _("To answer"),
        "unfiled": _("Unfiled"),
    }
    if any(one.account.is_shared for one in boxes.accounts):
        labels["mine"] = _("Assigned to me")
    return [{"name": name, "label": label, "current": name == current} for name, label in labels.items()]
