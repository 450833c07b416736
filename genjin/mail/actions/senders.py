"""Every write about the domains that mails are sent from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from genjin.mail import sender_jobs
from genjin.mail.models import SenderDomain
from genjin.people.actions import base
from genjin.people.models import User


@transaction.atomic
def ask(*, domain: str, selector: str, by: User, at: datetime) -> None:
    """Have the DNS asked about a domain; a DKIM selector that was typed is tried first from now on."""
    row, _is_new = SenderDomain.objects.select_for_update().get_or_create(domain=domain)
    if selector and selector not in row.selectors:
        base.write(row, {"selectors": [selector, *row.selectors][:5]}, by=by, at=at)
    sender_jobs.ask_dns.enqueue(domain)


@transaction.atomic
def note_findings(*, domain: str, findings: Sequence[dict[str, Any]], at: datetime) -> None:
    """What the DNS told."""
    SenderDomain.objects.filter(domain=domain).update(findings=list(findings), checked_at=at)
