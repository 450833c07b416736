"""To whom a message belongs: decided by the addresses in its head, for many messages with a few queries.

What a person said of an address comes first, then the addresses of contacts, then the domain of a company
(never free mail, never our own). Who is unknown stays unfiled: nobody is ever made a customer by himself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genjin.customers.models import ContactPoint, Customer, DuplicateKey
from genjin.mail.models import AddressRule, Filing, Message
from genjin.mail.own import Ours
from genjin.rules import interactions
from genjin.rules.duplicates.contacts import company_domain
from genjin.rules.duplicates.keys import key_number

How = Filing.How
_ROWS = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """Whose an address is."""

    customer_id: int
    contact_id: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Head:
    """What filing asks of a message; addresses normalised, in the order of the head."""

    direction: str
    verdict: str
    sender: str
    recipients: Sequence[str]
    """To, Cc and Bcc."""
    bounced: Sequence[str] = ()
    answered: Sequence[int] = ()
    """Customers to whom our mail is filed that it answers."""


@dataclass(frozen=True, slots=True)
class Decision:
    """That a message belongs to a customer."""

    customer_id: int
    contact_id: int | None
    how: str
    counts_as_contact: bool


class Directory:
    """Whose addresses are, as far as these messages need it."""

    def __init__(self, addresses: Iterable[str], ours: Ours) -> None:
        self._ours = ours
        wanted = sorted({one for one in addresses if one and one not in ours.addresses})
        self._rules = _rules(wanted)
        self._contacts = _contacts([one for one in wanted if one not in self._rules])
        unknown = [one for one in wanted if one not in self._rules and one not in self._contacts]
        domains = {one: company_domain(one) for one in unknown}
        self._domains = _domains({one for one in domains.values() if one and one not in ours.domains})

    def of(self, address: str) -> Sequence[Hit]:
        """To whom the mail of this address belongs; nobody for an unknown one."""
        if not address or address in self._ours.addresses:
            return ()
        if address in self._rules:
            return self._rules[address]
        if address in self._contacts:
            return self._contacts[address]
        owner = self._domains.get(company_domain(address))
        return (Hit(owner, None, str(How.DOMAIN)),) if owner is not None else ()


def decide(head: Head, directory: Directory) -> list[Decision]:
    """The customers of a message, each once, with the contact who stands first in its head."""
    is_out = head.direction == Message.Direction.OUT
    is_human = head.verdict == Message.Verdict.HUMAN
    counts = interactions.counts(interactions.Kind.EMAIL, inbound=not is_out).contact and is_human
    addresses = [head.sender, *head.recipients]
    if head.verdict == Message.Verdict.BOUNCE:
        addresses += head.bounced
    speaking = set(head.recipients) if is_out else {head.sender}
    found: dict[int, Decision] = {}
    for address in dict.fromkeys(addresses):
        for hit in directory.of(address):
            speaks = counts and address in speaking
            known = found.get(hit.customer_id)
            if known is None or (speaks and not known.counts_as_contact):
                found[hit.customer_id] = Decision(hit.customer_id, hit.contact_id, hit.how, speaks)
    if not found and is_human and not is_out and len(head.answered) == 1:
        # A person answers our mail to one customer from an address that we do not know.
        found[head.answered[0]] = Decision(head.answered[0], None, str(How.THREAD), counts)
    return list(found.values())


def _rules(addresses: Sequence[str]) -> Mapping[str, Sequence[Hit]]:
    found: dict[str, Sequence[Hit]] = {}
    for part in _parts(addresses):
        rows = AddressRule.objects.filter(address__in=part)
        for address, customer_id, contact_id, gone in rows.values_list(
            "address", "customer_id", "contact_id", "customer__deleted_at"
        ):
            alive = customer_id is not None and gone is None
            found[address] = (Hit(customer_id, contact_id, str(How.HAND)),) if alive else ()
    return found


def _contacts(addresses: Sequence[str]) -> Mapping[str, Sequence[Hit]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for part in _parts(addresses):
        rows = ContactPoint.objects.filter(
            kind=ContactPoint.Kind.EMAIL, normalised__in=part, contact__deleted_at__isnull=True,
            contact__customer__deleted_at__isnull=True,
        )  # fmt: skip
        for address, customer_id, contact_id in rows.order_by("pk").values_list(
            "normalised", "contact__customer_id", "contact_id"
        ):
            if all(hit.customer_id != customer_id for hit in found[address]):
                found[address].append(Hit(customer_id, contact_id, str(How.ADDRESS)))
    return found


def _domains(domains: Iterable[str]) -> Mapping[str, int]:
    """The one customer of each domain; of a domain that several have, a person must say whose mail is."""
    numbers = {key_number(f"d:{domain}"): domain for domain in domains}
    candidates: set[int] = set()
    for part in _parts(sorted(numbers)):
        candidates.update(DuplicateKey.objects.filter(key__in=part).values_list("customer_id", flat=True))
    owners: dict[str, set[int]] = defaultdict(set)
    for part in _parts(sorted(candidates)):
        alive = Customer.objects.alive().filter(pk__in=part)
        for pk, website in alive.values_list("pk", "website"):
            owners[company_domain(website)].add(pk)
        points = ContactPoint.objects.filter(
            kind=ContactPoint.Kind.EMAIL, contact__customer__in=part, contact__deleted_at__isnull=True,
            contact__customer__deleted_at__isnull=True,
        )  # fmt: skip
        for address, pk in points.values_list("normalised", "contact__customer_id"):
            owners[company_domain(address)].add(pk)
    return {domain: next(iter(pks)) for domain, pks in owners.items() if domain and len(pks) == 1}


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _ROWS):
        yield list(values[start : start + _ROWS])
