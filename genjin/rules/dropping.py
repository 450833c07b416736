"""What dropping a customer asks for: a reason after few follow-ups (000-06), for 上 the manager (000-23)."""

from __future__ import annotations

from enum import StrEnum

from genjin.rules.facts import FollowGrade
from genjin.rules.policy import Policy


class Demand(StrEnum):
    """What whoever drops a customer owes before."""

    NOTHING = "NOTHING"
    REASON = "REASON"
    CONSENT = "CONSENT"
    """That of his manager, with a reason."""


def is_too_early(grade: FollowGrade | None, follow_ups: int, policy: Policy) -> bool:
    """Whether hardly anything was tried; of grade 下 nothing is expected."""
    return grade is not FollowGrade.LOW and follow_ups < policy.number("few_follow_ups_warning")


def demand_on_cancelling(
    grade: FollowGrade | None, follow_ups: int, policy: Policy, *, is_manager: bool
) -> Demand:
    """What it takes to cancel a tracking by hand: of 中上 always a reason, as eight attempts were owed."""
    if grade is FollowGrade.TOP and not is_manager:
        return Demand.CONSENT
    is_owed = grade in (FollowGrade.TOP, FollowGrade.UPPER_MID)
    return Demand.REASON if is_owed or is_too_early(grade, follow_ups, policy) else Demand.NOTHING
