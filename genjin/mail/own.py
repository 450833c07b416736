"""Which addresses are ours: those of all mailboxes and of all colleagues. Nobody's customer has one."""

from __future__ import annotations

from dataclasses import dataclass

from genjin.customers.normalise import email
from genjin.mail.models import MailAccount
from genjin.people.models import User
from genjin.rules.duplicates.contacts import company_domain


@dataclass(frozen=True)
class Ours:
    """Our addresses, normalised, and the companies' own domains among them (never those of free mail)."""

    addresses: frozenset[str]
    domains: frozenset[str]


def ours() -> Ours:
    """What is ours now, mailboxes that were removed included; two queries."""
    boxes = [
        email(address)
        for own, aliases in MailAccount.objects.values_list("address", "aliases")
        for address in (own, *aliases)
    ]
    people = [email(address) for address in User.objects.values_list("email", flat=True)]
    domains = {company_domain(address) for address in boxes} - {""}
    return Ours(frozenset((*boxes, *people)), frozenset(domains))
