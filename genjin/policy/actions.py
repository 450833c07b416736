"""Every write of the policy: layers, go-live date, feature switches; and who hears that they changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.policy import queries
from genjin.policy.models import CompanySwitches, Layer
from genjin.policy.sentences import sentence
from genjin.rules.policy import Policy, PolicyError

_listeners: list[Callable[[], None]] = []


def on_change(listener: Callable[[], None]) -> None:
    """Call this inside the transaction of each change that may move duties; it enqueues work, at most."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed() -> None:
    """Say that policy, calendar, absences or teams changed; whom it concerns is found in the background."""
    for listener in _listeners:
        listener()


class StaleLayer(Exception):
    """Somebody saved this layer since it was read; `layer` is the one in force now."""

    def __init__(self, layer: Layer) -> None:
        super().__init__(str(layer))
        self.layer = layer


class StaleSwitches(Exception):
    """Somebody changed the company's switches since they were read."""


@transaction.atomic
def save_layer(
    *,
    scope: str,
    subject_id: int = 0,
    values: Mapping[str, Any],
    version: int | None = None,
    by: Any,
    at: datetime,
) -> Layer:
    """Save a new version of one layer; `values` holds only what it sets apart from the layer above.

    Values equal to what is in force above are left out. Raises ValidationError with {key: sentence};
    `version` is the one that was read, `StaleLayer` tells that another has been saved since. Saving what
    is in force already makes no version.
    """
    # One row that every writer locks, so that two savers cannot number the same version.
    CompanySwitches.objects.select_for_update().get(pk=1)
    current = queries.layer(scope, subject_id)
    if version is not None and version != (current.version if current else 0):
        raise StaleLayer(current or Layer(scope=scope, subject_id=subject_id, version=0))
    above = queries.above(scope, subject_id)
    kept = {key: value for key, value in values.items() if above.values.get(key) != value}
    check(scope, subject_id, kept)
    old = dict(current.values) if current else {}
    if current and old == kept:
        return current
    layer = Layer.objects.create(
        scope=scope,
        subject_id=subject_id,
        version=(current.version if current else 0) + 1,
        values=kept,
        at=at,
        by=by,
    )
    keys = sorted(key for key in old.keys() | kept.keys() if old.get(key) != kept.get(key))
    changes = {
        key: (old.get(key, above.values.get(key)), kept.get(key, above.values.get(key))) for key in keys
    }
    _journal(layer, layer.get_scope_display(), changes, by=by, at=at)
    changed()
    return layer


@transaction.atomic
def change_switches(
    *,
    by: Any,
    at: datetime,
    go_live_on: date | None = None,
    sensitive_fields: bool | None = None,
    second_factor_required: bool | None = None,
    expected: Mapping[str, Any] | None = None,
) -> CompanySwitches:
    """Change the go-live date or a company-wide switch; what is not given stays.

    `expected` is what the doer knew of them; `StaleSwitches` when it is another by now.
    """
    row = CompanySwitches.objects.select_for_update().get(pk=1)
    if any(getattr(row, name) != value for name, value in (expected or {}).items()):
        raise StaleSwitches
    given = {
        "go_live_on": go_live_on,
        "sensitive_fields": sensitive_fields,
        "second_factor_required": second_factor_required,
    }
    changes = journal.difference(row, {name: value for name, value in given.items() if value is not None})
    if not changes:
        return row
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    _journal(row, _("Company switches"), changes, by=by, at=at)
    if "go_live_on" in changes:
        changed()
    return row


def check(scope: str, subject_id: int, values: Mapping[str, Any]) -> None:
    """Whether a layer may be saved: each value by itself, then with those above and, for the company, below.

    Raises ValidationError with {key: sentence}.
    """
    problems: dict[str, str] = {}
    for key, value in values.items():
        try:
            queries.check_value(scope, key, value)
        except PolicyError as error:
            problems[key] = sentence(error)
    if problems:
        raise ValidationError(problems)
    for others in queries.stacks_with(scope, subject_id, values):
        try:
            Policy.from_layers(others)
        except PolicyError as error:
            raise ValidationError({error.key: sentence(error)}) from None


def _journal(
    row: Layer | CompanySwitches,
    title: str,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    by: Any,
    at: datetime,
) -> None:
    entry = Written(
        verb="change", kind=row._meta.label_lower, object_id=row.pk, title=str(title), changes=changes
    )
    journal.record(by=by, at=at, written=[entry])
