"""The numbers that hold for what a person logs: those of the policy in force for its writer."""

from __future__ import annotations

from collections.abc import Iterable

from genjin.policy.queries import effective_for
from genjin.rules.interactions import LogLimits


def limits_of(writer_id: int | None) -> LogLimits:
    """The numbers for one writer, the company's for None; at most two queries."""
    return limits_for([writer_id])[writer_id]


def limits_for(writer_ids: Iterable[int | None]) -> dict[int | None, LogLimits]:
    """The numbers for many writers at once: two queries however many they are."""
    return {pk: LogLimits.of(policy) for pk, policy in effective_for(writer_ids).items()}
