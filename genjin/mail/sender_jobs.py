"""Asking the DNS about sender domains, away from any page."""

from __future__ import annotations

from dataclasses import asdict

from genjin.instance.queries import business_now
from genjin.jobs import job
from genjin.mail.models import MailAccount, SenderDomain


@job(atomic=False, retries=1, unique=lambda domain: f"sender domain {domain}"[:200])
def ask_dns(domain: str) -> None:
    """Look up SPF, DKIM and DMARC of a domain and keep what they say."""
    from genjin.mail import sender_checks
    from genjin.mail.actions import senders

    row = SenderDomain.objects.filter(domain=domain).first()
    if row is None:
        return
    known = sender_checks.domains(MailAccount.objects.alive())
    found = sender_checks.look_up(domain, selectors=row.selectors, provider=known.get(domain, ""))
    senders.note_findings(domain=domain, findings=[asdict(one) for one in found], at=business_now())
