"""Every write about the instance itself; the journal, which lies above this folder, is told of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.instance.models import ErrorReport, Instance

KEEP_ERRORS = timedelta(days=90)


class Refused(Exception):
    """What was asked cannot be done here; the text says why in one sentence, for people."""


class Listener(Protocol):
    """Called inside the transaction of each change; `changes` maps field to (old, new)."""

    def __call__(self, *, by: Any, at: datetime, verb: str, changes: dict[str, tuple[Any, Any]]) -> None: ...


Guard = Callable[[Instance], Iterable[str]]
"""Gives the sentences that stand against releasing this instance."""

_listeners: list[Listener] = []
_guards: list[Guard] = []


def on_change(listener: Listener) -> None:
    """Have every change told to this function, in the same transaction (the journal registers here)."""
    if listener not in _listeners:
        _listeners.append(listener)


def hold(*, reason: str, by: Any = None, at: datetime) -> Instance:
    """From now on nothing is sent, written back or notified; a held instance keeps its first reason."""
    with transaction.atomic():
        instance = _locked()
        if instance.is_held:
            return instance
        return _change(instance, by=by, at=at, verb="hold", held_since=at, held_reason=reason)


def before_release(guard: Guard) -> None:
    """Have this function asked before a release (folders above register here)."""
    if guard not in _guards:
        _guards.append(guard)


def release(*, by: Any, at: datetime) -> Instance:
    """Let a held instance reach out again; releasing one that is not held does nothing.

    Refused as long as something stands against it, such as an outbox that was not matched.
    """
    with transaction.atomic():
        instance = _locked()
        if not instance.is_held:
            return instance
        for guard in _guards:
            for sentence in guard(instance):
                raise Refused(sentence)
        return _change(instance, by=by, at=at, verb="release", held_since=None, held_reason="")


def mark_kind(*, kind: str, by: Any = None, at: datetime) -> Instance:
    """Make an empty instance a demo or a test; refused once anybody or anything is in it."""
    with transaction.atomic():
        instance = _locked()
        if instance.kind == kind:
            return instance
        if instance.set_up_at is not None or get_user_model()._default_manager.exists():
            raise Refused(_("Only an empty instance can become a demo or a test."))
        return _change(instance, by=by, at=at, verb="mark_kind", kind=kind)


def move_clock(*, by: Any, at: datetime, forward: timedelta) -> Instance:
    """Move business time forward, in demo and test instances only; `at` is business time before the move."""
    if forward <= timedelta():
        raise Refused(_("Business time only moves forward."))
    with transaction.atomic():
        instance = _travelling()
        return _change(
            instance, by=by, at=at, verb="move_clock", clock_offset=instance.clock_offset + forward
        )


def set_clock(*, to: datetime, real: datetime, start: str = "", by: Any = None) -> Instance:
    """Let business time be `to` at the real moment `real`; `start` remembers the GENJIN_NOW that said so."""
    with transaction.atomic():
        instance = _travelling()
        return _change(instance, by=by, at=to, verb="set_clock", clock_offset=to - real, clock_start=start)


def set_up_done(*, by: Any, at: datetime) -> Instance:
    """Organisation and first administrator exist: the guided start does not appear again."""
    with transaction.atomic():
        instance = _locked()
        if instance.set_up_at is not None:
            return instance
        return _change(instance, by=by, at=at, verb="set_up", set_up_at=at)


def settle_place(*, place: str, at: datetime) -> Instance:
    """Remember where the database lives; another place than the known one holds the instance (COPIED)."""
    with transaction.atomic():
        instance = _locked()
        if instance.place == place:
            return instance
        known, instance.place = instance.place, place
        instance.save(update_fields=["place"])
        if known:
            return hold(reason=Instance.Reason.COPIED, at=at)
        return instance


def adopt_restored(*, place: str, at: datetime) -> Instance:
    """Mark this database as restored from a backup: held, and at home where it lies now."""
    with transaction.atomic():
        instance = _locked()
        if not instance.is_held:
            instance = _change(
                instance, by=None, at=at, verb="hold", held_since=at, held_reason=Instance.Reason.RESTORED
            )
        instance.place = place
        instance.save(update_fields=["place"])
        return instance


def note_backup(*, at: datetime) -> None:
    """Remember when the last backup was made and verified (real time)."""
    with transaction.atomic():
        instance = _locked()
        instance.backed_up_at = at
        instance.save(update_fields=["backed_up_at"])


def forget_errors(*, at: datetime) -> int:
    """Delete error reports older than 90 days; returns how many."""
    return ErrorReport.objects.filter(at__lt=at - KEEP_ERRORS).delete()[0]


def _locked() -> Instance:
    return Instance.objects.select_for_update().get(pk=1)


def _travelling() -> Instance:
    """The row, locked, of an instance whose clock may be set; any other is refused."""
    instance = _locked()
    if not instance.may_time_travel:
        raise Refused(_("The clock can be set in demo and test instances only."))
    return instance


def _change(instance: Instance, *, by: Any, at: datetime, verb: str, **values: Any) -> Instance:
    """Set the values, save, and tell the listeners what they replaced."""
    changes = {name: (getattr(instance, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(instance, name, value)
    instance.save(update_fields=list(values))
    for listener in _listeners:
        listener(by=by, at=at, verb=verb, changes=changes)
    return instance
