"""The sequences of the policy: those that come with it and those that the company wrote itself (004-24)."""

from __future__ import annotations

from dataclasses import dataclass

from genjin.rules.policy import Anchor, Policy, Step, steps_from
from genjin.rules.runs import EventKind

BUILT_IN = ("lead_response", "nurture", "closing", "wake_up")
OWN = "own_sequences"
"""The setting that holds the company's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencePlan:
    """One sequence as it stands in the policy: its steps, what begins it by itself, what ends it early."""

    key: str
    steps: tuple[Step, ...]
    exits: frozenset[EventKind] = frozenset()
    starts_on: EventKind | None = None
    """None: somebody begins it by hand."""
    name_zh: str = ""
    name_en: str = ""
    is_offered: bool = True
    """Whether it can be begun; what runs goes on."""

    @property
    def is_own(self) -> bool:
        """Whether the company wrote it."""
        return self.key not in BUILT_IN

    @property
    def needs_date(self) -> bool:
        """Whether any of its steps counts from a date that somebody has to name."""
        return any(step.anchor is Anchor.DATE for step in self.steps)


def plans(policy: Policy) -> tuple[SequencePlan, ...]:
    """All of them, those that come with the policy first."""
    return (*(_built_in(policy, key) for key in BUILT_IN), *own_plans(policy))


def plan_of(policy: Policy, key: str) -> SequencePlan | None:
    """One of them; None where there is none of that key."""
    return next((plan for plan in plans(policy) if plan.key == key), None)


def own_plans(policy: Policy) -> tuple[SequencePlan, ...]:
    """Those that the company wrote itself."""
    return tuple(
        SequencePlan(
            key=entry["key"],
            steps=steps_from(entry["steps"]),
            exits=frozenset(EventKind(name) for name in entry["exits"]),
            starts_on=EventKind(entry["starts_on"]) if entry["starts_on"] else None,
            name_zh=entry["name_zh"],
            name_en=entry["name_en"],
            is_offered=entry["is_offered"],
        )
        for entry in policy.values[OWN]
    )


def _built_in(policy: Policy, key: str) -> SequencePlan:
    begins_itself = key == "wake_up" and policy.is_on("wake_up_begins_itself")
    return SequencePlan(
        key=key,
        steps=policy.steps(key),
        exits=frozenset(EventKind(name) for name in policy.names(f"sequence_exits.{key}")),
        starts_on=EventKind.DORMANT if begins_itself else None,
    )
