"""Finding customers that were entered twice, in the background."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from genjin.customers.actions.duplicate_check import check_slice
from genjin.customers.actions.duplicate_pairs import pair_slice
from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping

TURN = timedelta(minutes=5)
"""After so long the next turn goes on, so that a whole base does not keep a worker for hours."""


@job(atomic=False)
def find_pairs() -> None:
    """Compare whoever is marked, slice by slice; whatever stops it, the next turn goes on where it was."""
    end = monotonic() + TURN.total_seconds()
    while pair_slice(at=business_now()) and monotonic() < end:
        if stopping():
            raise HandBack


@job(atomic=False, limit=timedelta(hours=2))
def check_pairs() -> None:
    """Mark whom no change marked though it should be compared; `find_pairs` compares them then."""
    while check_slice(at=business_now()):
        if stopping():
            raise HandBack
