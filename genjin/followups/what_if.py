"""What the coming days bring to one customer if nothing happens: nobody writes, nobody does anything.

The rules are asked again at each moment at which the clock changes their answer; what is new each time,
what is owed no more, what ends, who is told and the return to the public pool become events in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.pool_notices import reason as return_reason
from genjin.followups import setting
from genjin.followups.apply import duty_data, reason_data
from genjin.followups.decide import judge
from genjin.followups.pool import returns_of
from genjin.followups.reasons import NOTICES, RULES, Names, names_for, render
from genjin.followups.sequence_names import called
from genjin.policy import words
from genjin.rules.ahead import ahead
from genjin.rules.duties import (
    BeginSequence,
    Change,
    Decision,
    Duty,
    EndCadenceOverride,
    EndSequence,
    EndTracking,
    Notice,
    SequenceEnd,
    TrackingEnd,
)
from genjin.rules.setting import Setting
from genjin.web.templatetags.web import day as day_text

DAYS = 90


class Kind(StrEnum):
    """What an event is."""

    DUTY = "DUTY"
    """Something is owed on that day."""
    GONE = "GONE"
    """Something is owed no more."""
    CHANGE = "CHANGE"
    """The clock itself changes the customer."""
    NOTICE = "NOTICE"
    """Somebody is told."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that comes, on a day where its owner works, with why as sentences."""

    day: date
    kind: Kind
    title: str
    why: tuple[str, ...] = ()
    owner_id: int | None = None
    channel: str = ""
    key: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """An event whose reasons are not yet put into words."""

    day: date
    kind: Kind
    title: str
    reasons: tuple[Mapping[str, Any], ...] = ()
    said: str = ""
    owner_id: int | None = None
    channel: str = ""
    key: str = ""
    is_overdue: bool = False


def events_of(
    customer_id: int, at: datetime, *, days: int = DAYS, as_of: bool = False
) -> tuple[list[Event], Names]:
    """What comes to a customer within so many days, in order; a bounded number of queries.

    Empty for a customer who is gone; raises what the rules raise.
    """
    found, failed = judge([customer_id], at, as_of=as_of)
    if failed:
        raise failed[customer_id]
    if customer_id not in found:
        return [], Names()
    facts = found[customer_id].facts
    own = setting.current(at).for_owner(facts.owner_id)
    until = at + timedelta(days=days)
    raw = [*_walk(list(ahead(facts, own, at, until)), own), *_return(customer_id, at, until)]
    raw.sort(key=lambda one: (one.day, one.kind != Kind.CHANGE, one.kind == Kind.NOTICE, one.key))
    owners = [{"params": {"owner_id": one.owner_id}} for one in raw]
    names = names_for([*(reason for one in raw for reason in one.reasons), *owners])
    return [_told(one, names) for one in raw], names


def _told(one: _Found, names: Names) -> Event:
    why = tuple(render(reason, names) for reason in one.reasons) + ((one.said,) if one.said else ())
    return Event(one.day, one.kind, one.title, why, one.owner_id, one.channel, one.key, one.is_overdue)


def _walk(steps: list[tuple[datetime, Decision]], own: Setting) -> Iterator[_Found]:
    """What differs from each decision to the next; a duty is told on its day, once unless it moves."""
    known: dict[str, Duty] = {}
    told: set[str] = set()
    for number, (moment, decision) in enumerate(steps):
        today = own.company.local_date(moment)
        current = {duty.key: duty for duty in decision.duties}
        for key, duty in current.items():
            before = known.get(key)
            if before is None or (before.due_on, before.owner_id) != (duty.due_on, duty.owner_id):
                yield _duty(duty, own.calendar(duty.owner_id).local_date(steps[0][0]))
        for key in known.keys() - current.keys():
            yield _Found(today, Kind.GONE, _name(known[key]), key=key, owner_id=known[key].owner_id)
        for change in decision.changes:
            yield _change(change, today)
        for notice in decision.notices:
            if notice.key not in told and number:
                yield _notice(notice, today)
        told |= {notice.key for notice in decision.notices}
        known = current


def _duty(duty: Duty, today: date) -> _Found:
    data = duty_data(duty)
    return _Found(
        duty.due_on,
        Kind.DUTY,
        _name(duty),
        reasons=(data["reason"], *data["notes"]),
        owner_id=duty.owner_id,
        channel=str(duty.channel),
        key=duty.key,
        is_overdue=duty.due_on < today,
    )


def _name(duty: Duty) -> str:
    return str(duty.purpose or RULES[duty.rule])


def _notice(notice: Notice, today: date) -> _Found:
    return _Found(
        today, Kind.NOTICE, str(NOTICES[notice.kind]), (reason_data(notice.reason),), key=notice.key
    )


def _override_ends(change: EndCadenceOverride) -> tuple[str, str]:
    said = _("it was set until %(day)s; from now on the rhythm of the purchase class holds")
    return _("The customer’s own rhythm ends"), said % {"day": day_text(change.until_on)}


def _tracking_ends(change: EndTracking) -> tuple[str, str]:
    if change.how is TrackingEnd.HEARD:
        return _("The mail awaits an answer no longer"), _("the customer was heard otherwise")
    return _("The mail awaits an answer no longer"), _("the last attempt stayed without an answer")


def _sequence_begins(change: BeginSequence) -> tuple[str, str]:
    title = _("“%(sequence)s” begins") % {"sequence": called(change.run.sequence)}
    return title, str(words.choice(change.because_of))


def _sequence_ends(change: EndSequence) -> tuple[str, str]:
    said = {
        SequenceEnd.COMPLETED: _("all of its steps are done"),
        SequenceEnd.EXITED: _("what happened makes the rest needless"),
        SequenceEnd.LEFT: _("nobody works with the customer any more"),
    }
    return _("“%(sequence)s” ends") % {"sequence": called(change.key.split(":")[1])}, said[change.how]


CHANGES: dict[type, Callable[[Any], tuple[str, str]]] = {
    EndCadenceOverride: _override_ends,
    EndTracking: _tracking_ends,
    BeginSequence: _sequence_begins,
    EndSequence: _sequence_ends,
}
"""What the clock changes, as a title and why (a test compares with the rules)."""


def _change(change: Change, today: date) -> _Found:
    title, said = CHANGES[type(change)](change)
    return _Found(today, Kind.CHANGE, title, said=said, key=type(change).__name__)


def _return(customer_id: int, at: datetime, until: datetime) -> Iterator[_Found]:
    """The warning before the return to the public pool, and the return, as the facts are now."""
    back = returns_of([customer_id], at).get(customer_id)
    if back is None or back.on is None or back.on > until.date():
        return
    said = return_reason(back.code)
    if back.warn_on is not None and back.warn_on > at.date():
        title = _("The owner is warned of the return to the public pool")
        yield _Found(back.warn_on, Kind.NOTICE, title, said=said, key="return-warning")
    yield _Found(back.on, Kind.CHANGE, _("Returns to the public pool"), said=said, key="return")
