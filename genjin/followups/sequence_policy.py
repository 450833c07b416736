"""Sequences as administrators and managers write them: versioned values of the company's policy (004-22)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.policy import actions, queries
from genjin.rules.plans import BUILT_IN, OWN, SequencePlan, plan_of
from genjin.rules.policy import Policy

MOST_OWN = 50


@dataclass(frozen=True, kw_only=True)
class SequenceDraft:
    """One sequence as it was written; the names belong to the company's own only."""

    steps: Sequence[Mapping[str, Any]]
    exits: Sequence[str] = ()
    starts_on: str = ""
    name_zh: str = ""
    name_en: str = ""
    is_offered: bool = True


@dataclass(frozen=True)
class Version:
    """How a sequence stood from a moment on."""

    number: int
    at: datetime
    by: User | None
    plan: SequencePlan


def stamp_of(key: str) -> str:
    """What a sequence is now, as a text that differs whenever anything of it does."""
    return json.dumps(_plain(queries.effective(), key), sort_keys=True)


@transaction.atomic
def save_sequence(*, key: str, draft: SequenceDraft, stamp: str, by: User, at: datetime) -> str:
    """Save a sequence as a new version of the company's policy; its key, a new one where it is empty.

    What runs keeps the steps with which it began. Refused when somebody changed the same sequence since
    `stamp` was taken; raises ValidationError with {setting: sentence} for what cannot be.
    """
    layer = queries.layer("COMPANY")
    policy = queries.effective()
    if key and stamp != stamp_of(key):
        raise Refused(_("Somebody changed this sequence at this moment. Check it and save again."))
    values = dict(layer.values) if layer else {}
    if key in BUILT_IN:
        values |= {key: list(draft.steps), f"sequence_exits.{key}": list(draft.exits)}
        if key == "wake_up":
            values["wake_up_begins_itself"] = bool(draft.starts_on)
    else:
        key, values[OWN] = _with_own(policy, key, draft)
    try:
        actions.save_layer(
            scope="COMPANY", values=values, version=layer.version if layer else 0, by=by, at=at
        )
    except actions.StaleLayer:
        raise Refused(_("Somebody saved the policy at this moment. Save again.")) from None
    return key


def _with_own(policy: Policy, key: str, draft: SequenceDraft) -> tuple[str, list[dict[str, Any]]]:
    known = [dict(entry) for entry in policy.values[OWN]]
    if not key:
        if len(known) >= MOST_OWN:
            raise Refused(_("At most %(n)d sequences of your own.") % {"n": MOST_OWN})
        number = max((int(entry["key"].partition("-")[2]) for entry in known), default=0) + 1
        key = f"own-{number}"
        known.append({"key": key})
    entry = next((entry for entry in known if entry["key"] == key), None)
    if entry is None:
        raise Refused(_("Choose one of the list."))
    entry |= {
        "name_zh": draft.name_zh,
        "name_en": draft.name_en,
        "steps": list(draft.steps),
        "exits": list(draft.exits),
        "starts_on": draft.starts_on,
        "is_offered": draft.is_offered,
    }
    return key, known


def versions_of(key: str) -> list[Version]:
    """Each version in which it differed from the one before, the newest first; none if never changed."""
    found: list[Version] = []
    before = _plain(Policy.default(), key)
    for layer in reversed(queries.history("COMPANY")):
        policy = Policy({**Policy.default().values, **layer.values})
        now = _plain(policy, key)
        plan = plan_of(policy, key)
        if now != before and plan is not None:
            found.append(Version(len(found) + 1, layer.at, layer.by, plan))
        before = now
    return found[::-1]


def _plain(policy: Policy, key: str) -> Any:
    if key not in BUILT_IN:
        return next((entry for entry in policy.values[OWN] if entry["key"] == key), None)
    values = [policy.values[key], policy.values[f"sequence_exits.{key}"]]
    return [*values, policy.values["wake_up_begins_itself"]] if key == "wake_up" else values
