"""What is known of customers when they are compared: their companies, read many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from genjin.customers.models import ContactPoint, Customer
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.keys import exact_number

FIELDS = ("name", "name_local", "short_name", "country_id", "city", "address", "website", "phone")
"""Columns of a customer that are compared."""
REACHING = (ContactPoint.Kind.EMAIL, *ContactPoint.PHONES)
"""Kinds of contact points that are compared."""
BATCH = 500


def company_of(values: Any, sites: Iterable[str] = (), phones: Iterable[str] = ()) -> Company:
    """The company that a customer, saved or not, is; `sites` and `phones` are those of its people."""
    name, local, short = values.name or values.name_local, values.name_local, values.short_name
    # A short name that only abridges the name would make everybody of that first word the same.
    also = [other for other in (local, short) if other and not name.casefold().startswith(other.casefold())]
    return company(
        name,
        also=also,
        country=values.country_id or "",
        city=values.city,
        address=values.address,
        sites=[site for site in (values.website, *sites) if site],
        phones=[phone for phone in (values.phone, *phones) if phone],
    )


def exact_key_of(customer: Any) -> int | None:
    """What no two confirmed customers share, unless somebody said why they are two; it need not be saved."""
    if customer.same_name_reason:
        return None
    return exact_number(customer.name or customer.name_local, customer.country_id or "")


def ways_of(customer_ids: Iterable[int]) -> dict[int, tuple[list[str], list[str]]]:
    """Mail addresses and phones of the people of customers; one query."""
    found: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    points = ContactPoint.objects.filter(
        contact__customer__in=list(customer_ids), contact__deleted_at__isnull=True, kind__in=REACHING
    )
    for customer_id, kind, value in points.values_list("contact__customer_id", "kind", "value"):
        found[customer_id][kind != ContactPoint.Kind.EMAIL].append(value)
    return found


def companies_of(customers: Iterable[Customer]) -> Iterator[tuple[Customer, Company]]:
    """Customers with what they are compared by; one query a batch for all their people."""
    rows = iter(customers)
    while part := list(islice(rows, BATCH)):
        ways = ways_of([customer.pk for customer in part])
        for customer in part:
            yield customer, company_of(customer, *ways.get(customer.pk, ((), ())))
