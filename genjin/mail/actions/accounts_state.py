"""What reading finds out about accounts and folders: leases, progress, problems. Nothing here is journalled,
but that an account was given up: it is the server's state, not a person's deed."""

from __future__ import annotations

import os
import random
import secrets
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from genjin.jobs.worker import is_alive, pid_space
from genjin.mail.actions import conversations, flags
from genjin.mail.imap.mailbox import Listed, Opened
from genjin.mail.models import FlagChange, MailAccount, MailFolder, MessageCopy
from genjin.mail.notice_kinds import ACCOUNT_BROKEN
from genjin.mail.problems import LASTING
from genjin.notifications.actions import notify
from genjin.people.models import Role as PersonRole
from genjin.people.models import User

LEASE = timedelta(seconds=90)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = 3
"""Refusals in a row after which an account is left alone until somebody mends it."""


def owner_name() -> str:
    """A name for this process as a holder of leases: others on this machine see when it is dead."""
    return f"{secrets.token_hex(6)}.{os.getpid()}.{_space()}"


def _space() -> str:
    return f"{zlib.crc32(pid_space().encode()):08x}"


def claim(*, account_id: int, owner: str) -> bool:
    """Take an account for reading; False while another living process reads it. Real time."""
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now) | Q(lease_owner=owner)
    rows = MailAccount.objects.filter(pk=account_id)
    taken = {"lease_owner": owner, "leased_until": now + LEASE}
    if rows.filter(free).update(**taken):
        return True
    holder = rows.values_list("lease_owner", flat=True).first() or ""
    _token, _, rest = holder.partition(".")
    pid, _, space = rest.partition(".")
    here = space == _space() and pid.isdigit() and int(pid) != os.getpid()
    if here and not is_alive(int(pid)):
        return bool(rows.filter(lease_owner=holder).update(**taken))
    return False


def renew(*, account_id: int, owner: str) -> bool:
    """Hold the account for longer; False if it was given to another process."""
    rows = MailAccount.objects.filter(pk=account_id, lease_owner=owner)
    return bool(rows.update(leased_until=timezone.now() + LEASE))


def release(*, account_id: int, owner: str) -> None:
    """Let others read the account."""
    MailAccount.objects.filter(pk=account_id, lease_owner=owner).update(lease_owner="", leased_until=None)


@transaction.atomic
def note_folders(*, account: MailAccount, listed: Sequence[Listed], at: datetime) -> list[MailFolder]:
    """Keep the folders as the server lists them; those that it has no more keep their mail, marked as gone.

    Which folders are read is the person's choice once a folder is known.
    """
    known = {row.path: row for row in MailFolder.objects.filter(account=account)}
    for one in listed:
        row = known.get(one.path)
        if row is None:
            known[one.path] = MailFolder.objects.create(
                account=account, path=one.path, role=one.role, is_synced=one.is_wanted
            )
        elif row.role != one.role or row.gone_at is not None:
            row.role, row.gone_at = one.role, None
            MailFolder.objects.filter(pk=row.pk).update(role=one.role, gone_at=None)
    there = {one.path for one in listed}
    for path, row in known.items():
        if path not in there and row.gone_at is None:
            _folder_is_gone(row, at)
    return [row for path, row in known.items() if path in there]


def _folder_is_gone(folder: MailFolder, at: datetime) -> None:
    MailFolder.objects.filter(pk=folder.pk).update(
        gone_at=at, on_server=0, uid_validity=None, known_up_to=0, filled_down_to=None, modseq=None
    )
    _forget_copies(folder, at)


def _forget_copies(folder: MailFolder, at: datetime) -> None:
    MessageCopy.objects.filter(folder=folder, gone_at__isnull=True).update(gone_at=at)
    conversations.forget_folder(folder_id=folder.pk)


@transaction.atomic
def renumber(*, folder: MailFolder, opened: Opened, at: datetime) -> None:
    """Begin a folder anew whose UIDs hold no longer, or that was never read; messages stay, copies follow."""
    if folder.uid_validity is not None:
        _forget_copies(folder, at)
    values: dict[str, Any] = {
        "uid_validity": opened.uid_validity, "known_up_to": opened.uid_next - 1,
        "filled_down_to": opened.uid_next, "modseq": opened.modseq, "on_server": opened.count,
        "failed_uids": [],
    }  # fmt: skip
    _set(folder, values)


def note_progress(*, folder: MailFolder, **values: Any) -> None:
    """Keep how far a folder was read."""
    _set(folder, values)


def _set(folder: MailFolder, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(folder, name, value)
    MailFolder.objects.filter(pk=folder.pk).update(**values)


@transaction.atomic
def note_gone(*, folder: MailFolder, uids: Iterable[int], at: datetime) -> int:
    """Follow that messages left a folder; what is filed to a customer stays there. Gives how many left."""
    wanted = sorted(set(uids))
    gone = 0
    for start in range(0, len(wanted), 500):
        rows = MessageCopy.objects.filter(
            folder=folder, uid_validity=folder.uid_validity or 0, uid__in=wanted[start : start + 500],
            gone_at__isnull=True,
        )  # fmt: skip
        found = list(rows.values_list("pk", "thread_id"))
        ids = [pk for pk, _thread in found]
        MessageCopy.objects.filter(pk__in=ids).update(gone_at=at)
        FlagChange.objects.filter(copy__in=ids).delete()
        conversations.refresh(pairs={(folder.pk, thread_id) for _pk, thread_id in found})
        gone += len(found)
    return gone


def note_flags(*, folder: MailFolder, flags: Mapping[int, frozenset[str]]) -> int:
    """Follow the server's flags, but for what still waits to be told to it; gives how many copies changed.

    In slices, each a transaction: somebody may have marked a whole mailbox as read.
    """
    wanted = sorted(flags)
    return sum(
        _note_flags(folder, {uid: flags[uid] for uid in wanted[start : start + 500]})
        for start in range(0, len(wanted), 500)
    )


@transaction.atomic
def _note_flags(folder: MailFolder, flags: Mapping[int, frozenset[str]]) -> int:
    copies = MessageCopy.objects.filter(
        folder=folder, uid_validity=folder.uid_validity or 0, uid__in=list(flags)
    )
    waiting = set(FlagChange.objects.filter(copy__in=copies).values_list("copy_id", "what"))
    changed: dict[tuple[tuple[str, bool], ...], list[int]] = defaultdict(list)
    threads: set[int] = set()
    names = [name for name, _flag, _what in _FLAGS]
    for pk, uid, thread_id, *values in copies.values_list("pk", "uid", "thread_id", *names):
        told = tuple(
            (name, flag in flags[uid])
            for (name, flag, what), value in zip(_FLAGS, values, strict=True)
            if value != (flag in flags[uid]) and (pk, what) not in waiting
        )
        if told:
            changed[told].append(pk)
            threads.add(thread_id)
    for told, ids in changed.items():
        MessageCopy.objects.filter(pk__in=ids).update(**dict(told))
    conversations.refresh(pairs={(folder.pk, thread_id) for thread_id in threads})
    return sum(map(len, changed.values()))


_FLAGS = (
    ("is_read", "seen", FlagChange.What.READ),
    ("is_answered", "answered", FlagChange.What.ANSWERED),
    ("is_flagged", "flagged", FlagChange.What.FLAGGED),
    ("is_draft", "draft", ""),
)


def note_told(*, changes: Sequence[FlagChange]) -> None:
    """Forget changes that the server knows now; one made again meanwhile stays."""
    for change in changes:
        FlagChange.objects.filter(
            pk=change.pk, is_set=change.is_set, target=change.target_id, made_at=change.made_at
        ).delete()


def note_refused(*, changes: Sequence[FlagChange]) -> None:
    """Count attempts to tell the server; after five a change is given up and the server's word holds."""
    ids = [change.pk for change in changes]
    FlagChange.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)
    given_up = FlagChange.objects.filter(pk__in=ids, attempts__gte=5)
    for copy_id in given_up.filter(what=FlagChange.What.MOVE).values_list("copy_id", flat=True):
        flags.give_up_move(copy_id=copy_id)
    given_up.delete()


def note_success(*, account: MailAccount, at: datetime, is_complete: bool) -> None:
    """Keep that an account was read without trouble, to its end or so far."""
    values: dict[str, Any] = {
        "failures": 0, "problem": "", "problem_details": {}, "problem_since": None, "try_again_at": None,
    }  # fmt: skip
    if is_complete:
        values |= {"read_at": at, "is_first_sync_done": True}
    rows = MailAccount.objects.filter(pk=account.pk)
    rows.update(**values)
    rows.filter(state=MailAccount.State.BROKEN).update(state=MailAccount.State.ACTIVE)


@transaction.atomic
def note_failure(*, account: MailAccount, code: str, details: dict[str, Any], at: datetime) -> None:
    """Keep why an account could not be read and when to try again: pauses grow from a minute to an hour.

    What no waiting mends is tried three times, as servers refuse now and then without reason; then its
    people are told and it is left alone.
    """
    row = MailAccount.objects.select_for_update().get(pk=account.pk)
    failures = row.failures + 1
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE) * random.uniform(0.9, 1.1)  # noqa: S311
    is_broken = code in LASTING and failures >= GIVE_UP_AFTER
    since = row.problem_since if row.problem == code else at
    MailAccount.objects.filter(pk=row.pk).update(
        failures=failures, problem=code, problem_details=details, problem_since=since or at,
        try_again_at=timezone.now() + pause,
        state=MailAccount.State.BROKEN if is_broken else row.state,
    )  # fmt: skip
    if is_broken and row.state != MailAccount.State.BROKEN:
        notify(
            kind=ACCOUNT_BROKEN,
            user_ids=_people_of(row),
            key=f"{ACCOUNT_BROKEN}:{row.pk}:{(since or at).isoformat()}",
            at=at,
            params={"address": row.address, "code": code, "details": details},
        )


def _people_of(account: MailAccount) -> list[int]:
    """Whom a mailbox that does not work concerns: its owner; of a shared one the administrators."""
    if account.owner_id is not None:
        return [account.owner_id]
    admins = User.objects.filter(role_id=PersonRole.Code.ADMINISTRATOR, is_active=True)
    return list(admins.values_list("pk", flat=True))


def watch(*, account_id: int, owner: str) -> bool:
    """Take, or keep, the watch over a mailbox; False while another process has it. Real time."""
    now = timezone.now()
    free = Q(watched_until__isnull=True) | Q(watched_until__lt=now) | Q(watch_owner=owner)
    rows = MailAccount.objects.filter(free, pk=account_id, state=MailAccount.State.ACTIVE, removed_at=None)
    return bool(rows.update(watch_owner=owner, watched_until=now + LEASE))


def unwatch(*, account_id: int, owner: str) -> None:
    """Let others watch the mailbox."""
    MailAccount.objects.filter(pk=account_id, watch_owner=owner).update(watch_owner="", watched_until=None)
