"""What mail does when something happens below it; registered at the start, called after the commit."""

from __future__ import annotations

from collections.abc import Sequence

from genjin.mail import jobs
from genjin.mail.models import Message


def customers_changed(customer_ids: Sequence[int]) -> None:
    """File what waits for customers that got another address or site."""
    if Message.objects.exists():
        jobs.file_waiting.enqueue(list(customer_ids))
