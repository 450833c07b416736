"""What is known of customers when they are compared: their companies, read many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from genjin.customers.models import ContactPoint, Customer
from genjin.records.prepared import Given, Prepared
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.keys import exact_number, key_number, reach_keys, stored_keys
from genjin.rules.remembering import Remembered

FIELDS = ("name", "name_local", "short_name", "country_id", "city", "address", "website", "phone")
"""Columns of a customer that are compared."""
REACHING = (ContactPoint.Kind.EMAIL, *ContactPoint.PHONES)
"""Kinds of contact points that are compared."""
BATCH = 500


def company_of(values: Any, sites: Iterable[str] = (), phones: Iterable[str] = ()) -> Company:
    """The company that a customer, saved or not, is; `sites` and `phones` are those of its people."""
    name, also, country, city, every_site, every_phone = _said(values, sites, phones)
    return company(
        name, also=also, country=country, city=city, address=values.address, sites=every_site,
        phones=every_phone,
    )  # fmt: skip


def keys_of(values: Any, sites: Iterable[str] = (), phones: Iterable[str] = ()) -> tuple[int, ...]:
    """The stored keys of `company_of` these."""
    return keys_of_said(*_said(values, sites, phones))


Words = tuple[str, ...]


def _said(
    values: Any, sites: Iterable[str], phones: Iterable[str]
) -> tuple[str, Words, str, str, Words, Words]:
    """Name, further names, country, city, sites and phones, as they were typed."""
    name, local, short = values.name or values.name_local, values.name_local, values.short_name
    # A short name that only abridges the name would make everybody of that first word the same.
    also = (other for other in (local, short) if other and not name.casefold().startswith(other.casefold()))
    every_site = tuple(site for site in (values.website, *sites) if site)
    every_phone = tuple(phone for phone in (values.phone, *phones) if phone)
    return name, tuple(also), values.country_id or "", values.city, every_site, every_phone


@Remembered
def keys_of_said(
    name: str, also: Words, country: str, city: str, sites: Words, phones: Words
) -> tuple[int, ...]:
    """The stored keys of a company of which this was said."""
    return tuple(
        stored_keys(company(name, also=also, country=country, city=city, sites=sites, phones=phones))
    )


@Remembered
def keys_of_ways(sites: Words, phones: Words) -> tuple[int, ...]:
    """The stored keys of being reached by these sites, mail addresses and phones."""
    return tuple(map(key_number, reach_keys(company("", sites=sites, phones=phones))))


def keys_of_points(points: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    """The stored keys of ways to reach people, each a kind and what was typed."""
    values = [value for kind, value in points if kind in REACHING]
    mails = tuple(value for value in values if "@" in value)
    return keys_of_ways(mails, tuple(value for value in values if "@" not in value)) if values else ()


def exact_key_of(customer: Any) -> int | None:
    """What no two confirmed customers share, unless somebody said why they are two; it need not be saved."""
    if customer.same_name_reason:
        return None
    return exact_number(customer.name or customer.name_local, customer.country_id or "")


def ways_of(customer_ids: Iterable[int]) -> dict[int, tuple[list[str], list[str]]]:
    """Mail addresses and phones of the people of customers; one query."""
    found: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for customer_id, kind, value in _WAYS(ids=list(customer_ids)):
        found[customer_id][kind != ContactPoint.Kind.EMAIL].append(value)
    return found


def _ways() -> QuerySet[ContactPoint, Any]:
    points = ContactPoint.objects.filter(
        contact__customer_id__among=Given("ids"), contact__deleted_at__isnull=True, kind__in=REACHING
    )
    return points.values_list("contact__customer_id", "kind", "value")


_WAYS = Prepared(_ways)


def companies_of(customers: Iterable[Customer]) -> Iterator[tuple[Customer, Company]]:
    """Customers with what they are compared by; one query a batch for all their people."""
    rows = iter(customers)
    while part := list(islice(rows, BATCH)):
        ways = ways_of([customer.pk for customer in part])
        for customer in part:
            yield customer, company_of(customer, *ways.get(customer.pk, ((), ())))
