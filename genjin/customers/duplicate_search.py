"""Finding the customers that may be one company with others: by stored keys, then by score."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from django.db import connection
from django.db.models import Q, QuerySet

from genjin.customers import normalise
from genjin.customers.duplicate_facts import FIELDS, companies_of
from genjin.customers.models import ContactPoint, Customer, DuplicateKey
from genjin.records.prepared import Given, Prepared
from genjin.rules.duplicates.contacts import SHORTEST_PHONE
from genjin.rules.duplicates.facts import Company
from genjin.rules.duplicates.keys import stored_keys
from genjin.rules.duplicates.score import MAYBE, Match, compare, score_of, traits_of

LARGEST_BLOCK = 40
"""So many customers of one key are read; what more than these share tells little."""
MOST_COMPARED = 40
"""So many customers, those that share the rarest keys, are compared with one."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer that may be the one asked for; `customer` has what is compared, owner and country apart."""

    customer: Customer
    match: Match


class Asked(Protocol):
    """A company that others are looked for that resemble it: what is compared of it, and its stored keys."""

    @property
    def company(self) -> Company: ...
    @property
    def stored(self) -> Collection[int]: ...


class _Plain:
    def __init__(self, company: Company) -> None:
        self.company, self.stored = company, stored_keys(company)


def blocks(
    keys: Collection[int], largest: int = LARGEST_BLOCK, *, whole_only: bool = False
) -> dict[int, list[int]]:
    """Ids of the customers of each key, at most `largest` and one; one query, which reads no more.

    With `whole_only` keys that more customers share are left out.
    """
    if not keys:
        return {}
    table = DuplicateKey._meta.db_table
    given: object
    if connection.vendor == "postgresql":
        wanted, ids, given = "unnest(%s::int[]) AS k(value)", "string_agg(customer_id::text, ',')", list(keys)
    else:
        wanted, ids, given = "json_each(%s) AS k", "group_concat(customer_id)", json.dumps(list(keys))
    inner = f"SELECT customer_id FROM {table} WHERE {table}.key = k.value ORDER BY customer_id LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT k.value, (SELECT {ids} FROM ({inner}) AS few) FROM {wanted}",  # noqa: S608
            [largest + 1, given],
        )
        most = largest if whole_only else largest + 1
        return {
            key: [int(pk) for pk in found.split(",")]
            for key, found in cursor.fetchall()
            if found and found.count(",") < most
        }


def find_likely(
    companies: Sequence[Company],
    *,
    except_ids: Container[int] = (),
    most: int = MOST_COMPARED,
    floor: int = MAYBE,
    whole_blocks_only: bool = False,
) -> list[list[Likely]]:
    """For each company the confirmed customers of at least `floor` points, the best first; three queries.

    With `whole_blocks_only` keys that very many share find nothing, for work on many companies at once.
    """
    asked = [_Plain(company) for company in companies]
    return find_likely_by_keys(
        asked, except_ids=except_ids, most=most, floor=floor, whole_blocks_only=whole_blocks_only
    )


def find_likely_by_keys(
    asked: Sequence[Asked],
    *,
    except_ids: Container[int] = (),
    most: int = MOST_COMPARED,
    floor: int = MAYBE,
    whole_blocks_only: bool = False,
) -> list[list[Likely]]:
    """As `find_likely`, for companies whose keys are known already."""
    keys = [one.stored for one in asked]
    found = blocks({key for mine in keys for key in mine}, whole_only=whole_blocks_only)
    chosen = [_rarest(mine, found, except_ids, most) for mine in keys]
    known = dict(_load({pk for ids in chosen for pk in ids}))
    return [_scored(one, ids, known, floor) for one, ids in zip(asked, chosen, strict=True)]


def _rarest(
    keys: Collection[int], found: dict[int, list[int]], except_ids: Container[int], most: int
) -> list[int]:
    """Those who share the rarest keys, and the most of them."""
    weights: dict[int, float] = defaultdict(float)
    for key in keys:
        ids = found.get(key, ())
        for pk in ids:
            weights[pk] += 1 / len(ids)
    ranked = sorted(weights, key=lambda pk: (-weights[pk], pk))
    return list(islice((pk for pk in ranked if pk not in except_ids), most))


def _load(ids: Collection[int]) -> dict[int, tuple[Customer, Company]]:
    if not ids:
        return {}
    return {customer.pk: (customer, company) for customer, company in companies_of(_COMPARED(ids=ids))}


def _compared() -> QuerySet[Customer]:
    rows = Customer.objects.alive().filter(pk__among=Given("ids"), is_confirmed=True)
    return rows.only(*FIELDS, "serial", "owner_id", "pool_id", "is_confirmed", "exact_key")


_COMPARED = Prepared(_compared)


def _scored(
    asked: Asked, ids: Collection[int], known: dict[int, tuple[Customer, Company]], floor: int
) -> list[Likely]:
    likely = []
    for pk in ids:
        if pk not in known:
            continue
        customer, other = known[pk]
        if score_of(traits_of(asked.company, other)) >= floor:
            likely.append(Likely(customer, compare(asked.company, other)))
    return sorted(likely, key=lambda one: (-one.match.score, one.customer.pk))


def reached_alike(
    ways: Iterable[tuple[str, str]], *, country: str = "", except_id: int | None = None, most: int = 5
) -> list[tuple[Customer, ContactPoint]]:
    """Customers at which somebody has one of these mail addresses or numbers (kind, value); one query."""
    mails, numbers = set(), set()
    for kind, value in ways:
        normal = normalise.point(kind, value, country) if value and "\x00" not in value else ""
        if kind == ContactPoint.Kind.EMAIL and "@" in normal:
            mails.add(normal)
        elif kind in ContactPoint.PHONES and sum(map(str.isdigit, normal)) >= SHORTEST_PHONE:
            numbers.add(normal)
    if not mails and not numbers:
        return []
    points = ContactPoint.objects.filter(
        Q(kind=ContactPoint.Kind.EMAIL, normalised__in=mails)
        | Q(kind__in=ContactPoint.PHONES, normalised__in=numbers),
        contact__deleted_at__isnull=True, contact__customer__deleted_at__isnull=True,
        contact__customer__is_confirmed=True,
    ).exclude(contact__customer_id=except_id or 0)  # fmt: skip
    found: dict[int, tuple[Customer, ContactPoint]] = {}
    for point in points.select_related("contact__customer").order_by("pk")[: 4 * most]:
        found.setdefault(point.contact.customer_id, (point.contact.customer, point))
    return list(found.values())[:most]
