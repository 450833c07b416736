"""Carrying out hand-overs in the background."""

from __future__ import annotations

from genjin.customers.actions.handover import move_slice
from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping


@job(atomic=False, unique=lambda hand_over_id: f"hand over {hand_over_id}")
def carry_out(hand_over_id: int) -> None:
    """Move slice after slice, or take back; whatever stops it, the next attempt goes on where it was."""
    while move_slice(hand_over_id=hand_over_id, at=business_now()):
        if stopping():
            raise HandBack
