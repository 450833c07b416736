"""The suppression list (退订): addresses and domains to which nothing may go, or no group mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.models import Suppression
from genjin.mail.recipients import clean_address, domain_of, is_address
from genjin.people.models import User

KIND = "mail.suppression"
BATCH = 500

Scope, Reason = Suppression.Scope, Suppression.Reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One address, or `@domain` for everybody there."""

    address: str
    scope: str = Scope.GROUP
    reason: str = Reason.HAND
    note: str = ""


def add_suppression(*, entry: Entry, by: User | None, at: datetime) -> Suppression:
    """Put one address or domain on the list; one that stands there already stays as it is."""
    return add_suppressions(entries=[entry], by=by, at=at)[0]


@transaction.atomic
def add_suppressions(*, entries: Sequence[Entry], by: User | None, at: datetime) -> list[Suppression]:
    """Put many on the list, those of it that are new; gives a row for each, in the order given."""
    wanted = [Entry(_checked(one.address), one.scope, one.reason, one.note[:200]) for one in entries]
    known = _in_force({one.address for one in wanted})
    fresh: list[Suppression] = []
    for one in wanted:
        if (one.address, one.scope) in known:
            continue
        row = Suppression(
            address=one.address, scope=one.scope, reason=one.reason, note=one.note, added_at=at, added_by=by
        )
        known[one.address, one.scope] = row
        fresh.append(row)
    Suppression.objects.bulk_create(fresh, batch_size=BATCH)
    _tell("add", fresh, by=by, at=at)
    return [known[one.address, one.scope] for one in wanted]


@transaction.atomic
def lift_suppressions(*, ids: Sequence[int], by: User, at: datetime) -> int:
    """Take entries off the list; they stay as history. Returns how many were in force."""
    rows = list(
        Suppression.objects.select_for_update().filter(pk__in=ids, lifted_at__isnull=True).order_by("pk")
    )
    Suppression.objects.filter(pk__in=[row.pk for row in rows]).update(lifted_at=at, lifted_by=by)
    _tell("remove", rows, by=by, at=at)
    return len(rows)


def is_entry(text: str) -> bool:
    """Whether it is an address or `@domain`."""
    return is_address(f"x{text}" if text.startswith("@") else text)


def _checked(text: str) -> str:
    address = clean_address(text).lower()
    if not is_entry(address):
        raise Refused({"address": _("“%(address)s” is no mail address.") % {"address": text}})
    return f"{address.rpartition('@')[0]}@{domain_of(address)}"


def _in_force(addresses: Iterable[str]) -> dict[tuple[str, str], Suppression]:
    found: dict[tuple[str, str], Suppression] = {}
    wanted = sorted(addresses)
    for start in range(0, len(wanted), BATCH):
        rows = Suppression.objects.filter(
            address__in=wanted[start : start + BATCH], lifted_at__isnull=True
        ).select_for_update()
        found |= {(row.address, row.scope): row for row in rows}
    return found


def _tell(verb: str, rows: Sequence[Suppression], *, by: User | None, at: datetime) -> None:
    written = [
        Written(verb, KIND, row.pk, title=row.address, note=row.note, personal_title=True, personal_note=True)
        for row in rows
    ]
    if written:
        journal.record(by=by, at=at, written=written)
