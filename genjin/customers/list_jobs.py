"""Replacing removed choices of the editable lists in the background."""

from __future__ import annotations

from genjin.customers.actions.list_removal import forget_replaced, removals_to_repeat, replace_slice
from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping


@job(atomic=False, unique=lambda removal_id: f"replace choice {removal_id}")
def replace(removal_id: int) -> None:
    """Go on slice after slice, in whichever direction; whatever stops it, the next attempt goes on."""
    while replace_slice(removal_id=removal_id, at=business_now()):
        if stopping():
            raise HandBack


@job(atomic=False)
def tidy() -> None:
    """Replace removed choices that came back into a customer, and forget what can no longer be undone."""
    for pk in removals_to_repeat():
        replace.func(pk)
    forget_replaced(at=business_now())
