"""Telling people something once, what they read, and how they want to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from genjin.notifications import kinds
from genjin.notifications.models import Digest, Notice, NoticePreference, Way
from genjin.people.models import User

BATCH = 200
KEPT = timedelta(days=365)
FORGET_AT_ONCE = 2000


@dataclass(frozen=True)
class Telling:
    """One thing to tell somebody: a registered kind, a key that nobody is told twice, what it is about."""

    kind: str
    user_id: int
    key: str
    customer_id: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


def notify(
    *,
    kind: str,
    user_ids: Iterable[int],
    key: str,
    at: datetime,
    customer_id: int | None = None,
    params: Mapping[str, Any] | None = None,
    url: str = "",
) -> int:
    """Tell these people something, each once for that key; returns how many had not been told.

    `params` are JSON and feed the kind's sentence; `url` is where the notice leads, when not to the customer.
    Raises KeyError for a kind that nobody registered.
    """
    return notify_all(
        [Telling(kind, user_id, key, customer_id, params or {}, url) for user_id in set(user_ids)], at=at
    )


@transaction.atomic
def notify_all(tellings: Sequence[Telling], *, at: datetime) -> int:
    """Tell many things at once, each once per person and key; returns how many had not been told."""
    for unknown in {one.kind for one in tellings if kinds.find(one.kind) is None}:
        raise KeyError(unknown)
    new = _not_told(tellings)
    if not new:
        return 0
    wanted = NoticePreference.objects.filter(user__in={one.user_id for one in new})
    ways = {(row.user_id, row.kind): row.way for row in wanted}
    rows = [
        Notice(
            key=one.key,
            user_id=one.user_id,
            kind=one.kind,
            customer_id=one.customer_id,
            params=dict(one.params),
            url=one.url,
            way=ways.get((one.user_id, one.kind), Way.IN_APP),
            at=at,
        )
        for one in new
    ]
    for row in rows:
        if row.way == Way.OFF:  # kept, so that it is not told once the person changes his mind
            row.read_at = at
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def _not_told(tellings: Sequence[Telling]) -> list[Telling]:
    """Those that nobody heard yet; who tells at the same moment is stopped by the unique key."""
    wanted = {(one.user_id, one.key): one for one in tellings}
    users = sorted({user for user, _key in wanted})
    keys = sorted({key for _user, key in wanted})
    for start in range(0, len(keys), BATCH):
        known = Notice.objects.filter(user__in=users, key__in=keys[start : start + BATCH])
        for told in known.values_list("user_id", "key"):
            wanted.pop(told, None)
    return list(wanted.values())


@transaction.atomic
def read_notices(*, user: User, at: datetime, ids: Sequence[int] | None = None) -> int:
    """Mark one's notices as read, all of them unless some are named."""
    rows = Notice.objects.visible_to(user).unread()
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=at)


@transaction.atomic
def prefer(*, user: User, ways: Mapping[str, str]) -> None:
    """Keep how this person wants to be told of these kinds; what was told already stays as it is."""
    rows = [NoticePreference(user=user, kind=kind, way=way) for kind, way in ways.items()]
    NoticePreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["way"]
    )


@transaction.atomic
def claim_digest(*, user_id: int, day: date, until: datetime, at: datetime) -> Digest | None:
    """Take the unread notices of before `until` for this day's mail; None for none, or if claimed already.

    Claimed before it is sent: a mail that may have left is never sent again.
    """
    wanted = Notice.objects.filter(user=user_id, way=Way.DIGEST, digest__isnull=True, read_at__isnull=True)
    ids = list(wanted.filter(at__lt=until).values_list("pk", flat=True))
    if not ids:
        return None
    digest, is_new = Digest.objects.get_or_create(user_id=user_id, day=day, defaults={"at": at})
    if not is_new:
        return None
    Notice.objects.filter(pk__in=ids).update(digest=digest)
    return digest


def note_sent(*, digest: Digest, at: datetime) -> None:
    """Keep that the mail left."""
    Digest.objects.filter(pk=digest.pk).update(sent_at=at)


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete a slice of the notices and digests that are older than a year; returns how many notices."""
    old = list(Notice.objects.filter(at__lt=at - KEPT).values_list("pk", flat=True)[:FORGET_AT_ONCE])
    Notice.objects.filter(pk__in=old).delete()
    Digest.objects.filter(at__lt=at - KEPT, notices__isnull=True).delete()
    return len(old)
