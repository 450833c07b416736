"""The one thing the shell writes: which forms were sent already."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from genjin.web.models import Submission

KEPT = timedelta(days=1)


@transaction.atomic
def claim_submission(*, token: str, at: datetime) -> Submission | None:
    """Take what tells a form from others, once for all; None when it was taken already.

    Belongs into the transaction that saves what the form says: what is refused leaves it free, and
    of two that are sent at the same moment the second waits for the first.
    """
    try:
        with transaction.atomic():
            return Submission.objects.create(token=token, at=at)
    except IntegrityError:
        return None


def note_target(submission: Submission, to: str) -> None:
    """Keep where the sender of a form was led, for whoever sends it again."""
    Submission.objects.filter(pk=submission.pk).update(to=to)


def forget_submissions(*, at: datetime) -> int:
    """Forget which forms were sent more than a day ago; how many."""
    return Submission.objects.filter(at__lt=at - KEPT).delete()[0]
