"""Removing a choice of an editable list: replaced everywhere slice by slice, taken back within a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, require, tell
from genjin.customers.actions.lists import check_entry
from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.list_choices import CHANNELS, COLUMNS, SalesChannel, standing, users_of
from genjin.customers.models import Customer, ListEntry, ListRemoval, ReplacedChoice
from genjin.customers.models.list_removal import UNDO_WITHIN
from genjin.people.models import User

SLICE = 200
State, Item = ListRemoval.State, ReplacedChoice.State


@transaction.atomic
def remove_list_entry(
    *,
    entry_id: int,
    into_id: int | None,
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
    is_undo: bool = False,
) -> ListRemoval:
    """Take a choice out of its list; `genjin.customers.list_jobs.replace` puts `into_id` where it is used.

    From now on whoever chooses it, or imports its name, gets what takes its place. `is_undo`: it should never
    have been there, so to a later import its name is as unknown as before.
    """
    require(by, "edit_policy", at)
    entry, into = _locked(entry_id, into_id)
    if expected_version is not None and entry.version != expected_version:
        raise Conflict(entry, {})
    _check_idle(entry.list)
    total = users_of(entry).count()
    removal = ListRemoval(
        list=entry.list, entry=entry, into=into, was_active=entry.is_active, total=total, by=by, at=at,
        is_undo=is_undo, state=State.RUNNING if total else State.DONE, finished_at=None if total else at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            removal.save(force_insert=True)
    except IntegrityError:
        # Another one began between the look and the write.
        raise Refused(_busy()) from None
    _set(entry, removed_at=at, replaced_by=into, is_active=False)
    tell([changed(entry, "remove", {"replaced_by_id": (None, into_id)})], by=by, at=at)
    return removal


def _locked(entry_id: int, into_id: int | None) -> tuple[ListEntry, ListEntry | None]:
    """The choice and what takes its place, both held; refuses what cannot be removed so."""
    wanted = [pk for pk in (entry_id, into_id) if pk is not None]
    rows = {
        e.pk: e
        for e in ListEntry.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    }
    entry = rows.get(entry_id)
    if entry is None or entry.removed_at is not None:
        raise Refused(_("This choice was removed already."))
    if into_id is None:
        return entry, None
    into = rows.get(into_id)
    usable = into is not None and into.removed_at is None and into.is_active
    if not usable or into == entry or (into and into.list != entry.list):
        raise Refused({"into": _("Choose another one of this list.")})
    return entry, into


def _busy() -> str:
    return _("Another choice of this list is being replaced; wait until that has ended.")


def _check_idle(name: str) -> None:
    if ListRemoval.objects.filter(list=name, state__in=ListRemoval.BUSY).exists():
        raise Refused(_busy())


def _set(entry: ListEntry, **values: Any) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.version += 1
    entry.save(update_fields=[*values, "version"])


@transaction.atomic
def replace_slice(*, removal_id: int, at: datetime) -> bool:
    """Replace the choice in the next customers, or give it back to them; False when none are left.

    What it did and how far it came is one transaction, so that a killed job goes on where it was.
    """
    removal = ListRemoval.objects.select_for_update(of=("self",)).select_related("entry").get(pk=removal_id)
    if removal.state == State.UNDOING:
        return _give_back(removal, at)
    if removal.state == State.UNDONE:
        return False
    rows = list(users_of(removal.entry).select_for_update(of=("self",)).order_by("pk")[:SLICE])
    if not rows:
        _finish(removal, State.DONE, at)
        return False
    # What took its place may have been removed since, when this runs for customers that came back late.
    into_id = standing([removal.entry_id]).get(removal.entry_id)
    added = _swap(rows, removal.entry, into_id, by=removal.by, at=at)
    items = [ReplacedChoice(removal=removal, customer=c, added=c.pk in added) for c in rows]
    ReplacedChoice.objects.bulk_create(items, ignore_conflicts=True)
    return True


def _finish(removal: ListRemoval, state: str, at: datetime) -> None:
    if removal.state == state:
        return
    removal.state, removal.finished_at = state, at
    removal.save(update_fields=["state", "finished_at"])


def _swap(
    rows: Sequence[Customer], entry: ListEntry, into_id: int | None, *, by: User | None, at: datetime
) -> set[int]:
    """Put the other choice where this one is; the ids of the customers that had not the other one too."""
    if entry.list != CHANNELS:
        column = f"{COLUMNS[entry.list]}_id"
        _write(rows, {c.pk: {column: (entry.pk, into_id)} for c in rows}, {column: into_id}, by=by, at=at)
        return {c.pk for c in rows}
    before = _channels(rows)
    added = {c.pk for c in rows if into_id is not None and into_id not in before[c.pk]}
    told = {}
    for customer in rows:
        had = before[customer.pk]
        has = (had - {entry.pk}) | ({into_id} if into_id is not None else set())
        told[customer.pk] = {"sales_channels": (sorted(had), sorted(has))}
    SalesChannel.objects.filter(customer__in=rows, listentry=entry).delete()
    SalesChannel.objects.bulk_create(
        [SalesChannel(customer_id=pk, listentry_id=into_id) for pk in sorted(added)], ignore_conflicts=True
    )
    _write(rows, told, {}, by=by, at=at)
    return added


def _channels(rows: Sequence[Customer]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {c.pk: set() for c in rows}
    links = SalesChannel.objects.filter(customer__in=rows)
    for customer_id, entry_id in links.values_list("customer_id", "listentry_id"):
        found[customer_id].add(entry_id)
    return found


def _write(
    rows: Sequence[Customer],
    told: dict[int, dict[str, tuple[Any, Any]]],
    values: dict[str, Any],
    *,
    by: User | None,
    at: datetime,
    verb: str = "replace",
) -> None:
    """Save the next version of each and tell its history; no rule reads the lists, so no duty changes."""
    ids = [c.pk for c in rows]
    Customer.objects.filter(pk__in=ids).update(**values, version=F("version") + 1, updated_at=at)
    tell([changed(c, verb, told[c.pk]) for c in rows], by=by, at=at, mark=False)


@transaction.atomic
def undo_list_removal(*, removal_id: int, by: User | None, at: datetime) -> ListRemoval:
    """Put a removed choice back into its list at once; the job gives it back to the customers (7 days)."""
    require(by, "edit_policy", at)
    removal = (
        ListRemoval.objects.select_for_update(of=("self",)).select_related("entry", "into").get(pk=removal_id)
    )
    if removal.state in (State.UNDOING, State.UNDONE):
        raise Refused(_("It is being taken back already."))
    if at > removal.undo_until:
        raise Refused(_("A removal can be taken back for 7 days only."))
    _check_undo(removal)
    entry = ListEntry.objects.select_for_update(of=("self",)).get(pk=removal.entry_id)
    entry.is_active = removal.was_active
    check_entry(entry)
    _set(entry, removed_at=None, replaced_by=None, is_active=removal.was_active)
    has_items = removal.items.filter(state=Item.REPLACED).exists()
    removal.state = State.UNDOING if has_items else State.UNDONE
    removal.undone_by, removal.undone_at = by, at
    removal.save(update_fields=["state", "undone_by", "undone_at"])
    tell([changed(entry, "restore", {"replaced_by_id": (removal.into_id, None)})], by=by, at=at)
    return removal


def _check_undo(removal: ListRemoval) -> None:
    """Refuse while the list is busy, or when a later removal built upon this one."""
    others = ListRemoval.objects.filter(list=removal.list).exclude(pk=removal.pk)
    if others.filter(state__in=ListRemoval.BUSY).exists():
        raise Refused(_busy())
    if removal.into is not None and removal.into.removed_at is not None:
        text = _("“%(name)s”, which took its place, was removed too; take that back first.")
        raise Refused(text % {"name": removal.into})


def _give_back(removal: ListRemoval, at: datetime) -> bool:
    items = list(removal.items.filter(state=Item.REPLACED).order_by("pk")[:SLICE])
    if not items:
        _finish(removal, State.UNDONE, at)
        return False
    found = Customer.objects.filter(pk__in=[item.customer_id for item in items])
    rows = {c.pk: c for c in found.select_for_update(of=("self",)).order_by("pk")}
    if removal.list == CHANNELS:
        told = _give_channels_back(removal, items, rows)
        values: dict[str, Any] = {}
    else:
        column = f"{COLUMNS[removal.list]}_id"
        same = [c for c in rows.values() if getattr(c, column) == removal.into_id]
        told = {c.pk: {column: (removal.into_id, removal.entry_id)} for c in same}
        values = {column: removal.entry_id}
    _write([rows[pk] for pk in told], told, values, by=removal.undone_by, at=at, verb="put_back")
    for item in items:
        item.state = Item.BACK if item.customer_id in told else Item.KEPT
    ReplacedChoice.objects.bulk_update(items, ["state"])
    return True


def _give_channels_back(
    removal: ListRemoval, items: Sequence[ReplacedChoice], rows: dict[int, Customer]
) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Put the channel back where what took its place still is; what had been there before stays."""
    before = _channels(list(rows.values()))
    told, gone = {}, []
    for item in items:
        had = before.get(item.customer_id)
        if had is None or (removal.into_id is not None and removal.into_id not in had):
            continue
        has = {*had, removal.entry_id}
        if item.added:
            has -= {removal.into_id}
            gone.append(item.customer_id)
        told[item.customer_id] = {"sales_channels": (sorted(had), sorted(has))}
    SalesChannel.objects.filter(customer__in=gone, listentry=removal.into).delete()
    links = [SalesChannel(customer_id=pk, listentry_id=removal.entry_id) for pk in told]
    SalesChannel.objects.bulk_create(links, ignore_conflicts=True)
    return told


def removals_to_repeat() -> list[int]:
    """Removals whose choice some customer has again, because it was restored from before."""
    gone = ListEntry.objects.filter(removed_at__isnull=False)
    used = Q(pk__in=SalesChannel.objects.filter(listentry__in=gone).values("listentry"))
    for field in COLUMNS.values():
        used |= Q(pk__in=Customer.objects.filter(**{f"{field}__in": gone}).values(field))
    again = gone.filter(used)
    rows = ListRemoval.objects.filter(entry__in=again, state=State.DONE).order_by("entry", "pk")
    return list(dict(rows.values_list("entry", "pk")).values())


@transaction.atomic
def forget_replaced(*, at: datetime, spare: timedelta = timedelta(days=1)) -> int:
    """Forget where a choice was replaced once that can no longer be taken back; how many rows."""
    old = ListRemoval.objects.filter(at__lt=at - UNDO_WITHIN - spare).exclude(state__in=ListRemoval.BUSY)
    return ReplacedChoice.objects.filter(removal__in=old).delete()[0]
