"""Keeping true by what duplicates are found: keys, the exact key, and marks of whom to compare again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from genjin.customers import reach
from genjin.customers.actions.basis import batches
from genjin.customers.duplicate_facts import FIELDS, companies_of, exact_key_of, keys_of, keys_of_points
from genjin.customers.models import Contact, ContactPoint, Customer, DuplicateKey, DuplicateMark
from genjin.records import bulk
from genjin.records.conditions import among_pairs
from genjin.rules.duplicates.keys import stored_keys

IDENTITY = frozenset({"name", "name_local", "country_id", "same_name_reason"})
"""Columns on which the exact key depends."""
COMPARED = IDENTITY | frozenset(FIELDS)
"""Columns whose change can make a customer resemble others."""
KEYS, MARKS = DuplicateKey._meta.db_table, DuplicateMark._meta.db_table
ROWS = 5000
"""Rows of two numbers that one statement writes."""


def refresh(customer_ids: Iterable[int], *, at: datetime) -> None:
    """Make the keys of these customers what their stored values say, and mark them to be compared again.

    Belongs into the transaction that changed them; six queries a batch of 500. Never refuses: a customer
    whose exact key another one holds stays without.
    """
    for part in batches(list(customer_ids)):
        rows = list(Customer.objects.filter(pk__in=part).order_by("pk"))
        wanted: dict[int, Collection[int]] = dict.fromkeys(part, ())
        alive = [customer for customer in rows if customer.deleted_at is None]
        wanted |= {customer.pk: stored_keys(known) for customer, known in companies_of(alive)}
        _replace(wanted)
        _renew_exact_keys(alive)
        mark(part)


def refresh_changed(changes: Mapping[int, Collection[str]], *, at: datetime) -> None:
    """`refresh` for those of whom something that is compared changed: {id: names of what changed}."""
    refresh([pk for pk, names in changes.items() if not COMPARED.isdisjoint(names)], at=at)


def enter(customers: Sequence[Customer]) -> None:
    """Write the keys of customers that were made just now, from what is at hand."""
    rows = sorted((key, c.pk) for c in customers for key in keys_of(c))
    if connection.vendor == "postgresql":
        bulk.copy(KEYS, ("key", "customer_id"), rows)  # nobody has any of them yet
    else:
        _insert(rows)
    mark([customer.pk for customer in customers])


def enter_points(contacts: Sequence[Contact], points: Sequence[Sequence[ContactPoint]]) -> None:
    """Add the keys that new ways to reach people give to their customers."""
    fresh: dict[tuple[int, int], None] = {}
    for contact, mine in zip(contacts, points, strict=True):
        keys = keys_of_points((point.kind, point.value) for point in mine)
        fresh.update(dict.fromkeys((key, contact.customer_id) for key in keys))
    _insert(list(fresh))
    mark({customer_id for _key, customer_id in fresh})


def mark(customer_ids: Iterable[int], *, needs_keys: bool = False) -> None:
    """Have these customers compared with all others again, on request with their keys written anew before."""
    said, also = ("true", ", needs_keys = true") if needs_keys else ("false", "")
    for part in batches(list(customer_ids)):
        rows = ", ".join(f"({pk:d}, 1, {said})" for pk in part)
        _execute(
            f"INSERT INTO {MARKS} (customer_id, version, needs_keys) VALUES {rows} "  # noqa: S608 - numbers only
            f"ON CONFLICT (customer_id) DO UPDATE SET version = {MARKS}.version + 1{also}"
        )
        reach.changed(part)


def _replace(wanted: Mapping[int, Collection[int]]) -> None:
    """Make the stored keys of each customer those wanted, writing only the difference."""
    stored: dict[int, set[int]] = defaultdict(set)
    for key, pk in DuplicateKey.objects.filter(customer__in=list(wanted)).values_list("key", "customer_id"):
        stored[pk].add(key)
    gone = [(key, pk) for pk, keys in stored.items() for key in keys.difference(wanted[pk])]
    _delete(gone)
    _insert([(key, pk) for pk, keys in wanted.items() for key in keys if key not in stored[pk]])


def _insert(rows: list[tuple[int, int]]) -> None:
    # Numbers only, written out: half the time of parameters. In the order of the index, so that its pages are
    # touched once and two who write at once do not lock each other.
    rows.sort()
    for start in range(0, len(rows), ROWS):
        values = ", ".join(f"({key:d}, {pk:d})" for key, pk in rows[start : start + ROWS])
        _execute(f"INSERT INTO {KEYS} (key, customer_id) VALUES {values} ON CONFLICT DO NOTHING")  # noqa: S608


def _delete(rows: list[tuple[int, int]]) -> None:
    rows.sort()
    for start in range(0, len(rows), ROWS):
        condition, values = among_pairs("customer_id", "key", [(b, a) for a, b in rows[start : start + ROWS]])
        _execute(f"DELETE FROM {KEYS} WHERE {condition}", values)  # noqa: S608


def _execute(statement: str, values: Sequence[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _renew_exact_keys(rows: Sequence[Customer]) -> None:
    """Give each confirmed customer its exact key, or none where another one holds it; the elder first."""
    confirmed = [customer for customer in rows if customer.is_confirmed]
    wanted = {customer.pk: exact_key_of(customer) for customer in confirmed}
    moving = [customer for customer in confirmed if customer.exact_key != wanted[customer.pk]]
    if not moving:
        return
    Customer.objects.filter(pk__in=[c.pk for c in moving if c.exact_key is not None]).update(exact_key=None)
    taken = set(holders({wanted[c.pk] for c in moving}))
    for customer in moving:
        key = wanted[customer.pk]
        customer.exact_key = None if key in taken else key
        taken.add(key)
    gaining = [customer for customer in moving if customer.exact_key is not None]
    try:
        with transaction.atomic():
            Customer.objects.bulk_update(gaining, ["exact_key"], batch_size=100)
    except IntegrityError:
        # Somebody entered one of them this moment: the next refresh finds it taken.
        pass


def holders(keys: Collection[int | None], except_ids: Collection[int] = ()) -> dict[int | None, Customer]:
    """Who holds these exact keys, by key; with owner loaded."""
    wanted = sorted(key for key in keys if key is not None)
    found: dict[int | None, Customer] = {}
    rows = Customer.objects.alive().filter(is_confirmed=True, exact_key__among=wanted)
    # There is none nearly always, which takes a fifth of the time of the next line.
    if any(rows.order_by().values_list("exact_key")[:1]):
        for customer in rows.exclude(pk__in=list(except_ids)).select_related("owner"):
            found[customer.exact_key] = customer
    return found


def holder_of(row: Mapping[str, Any], *, except_id: int | None = None) -> Customer | None:
    """Who has the company that a row would enter, unless the row says why it is another one."""
    values = {name: str(row.get(name) or "").strip() for name in IDENTITY}
    key = exact_key_of(SimpleNamespace(**values))
    return holders({key}, [except_id] if except_id else ()).get(key) if key is not None else None


def entered_already(holder: Customer) -> str:
    """The sentence beside the name that says who has this company; of others' no more than that."""
    if holder.owner is None:
        text = _("“%(name)s” is entered already and lies in the public pool.")
        return text % {"name": holder.name}
    return _("“%(name)s” is entered already; its owner is %(owner)s.") % {
        "name": holder.name,
        "owner": holder.owner,
    }


def rekey(customer: Customer, difference: Mapping[str, tuple[Any, Any]]) -> bool:
    """Set the exact key anew if a change, which the customer has taken, made it another; whether it did.

    A double from before, which has none, keeps its name in peace.
    """
    if IDENTITY.isdisjoint(difference):
        return False
    former = {name: difference.get(name, (getattr(customer, name),))[0] for name in IDENTITY}
    before, after = exact_key_of(SimpleNamespace(**former)), exact_key_of(customer)
    if before == after:
        return False
    customer.exact_key = after
    return True


def store_exact_keys(rows: Sequence[Customer]) -> dict[int, str]:
    """Write the exact keys of stored customers; the sentence for each, by index, whose key is another's.

    When there is one nothing is written.
    """
    problems = exact_problems(rows, stored=True)
    if problems or not rows:
        return problems
    try:
        with transaction.atomic():
            # First all go: two may have changed names.
            Customer.objects.filter(pk__in=[customer.pk for customer in rows]).update(exact_key=None)
            Customer.objects.bulk_update(rows, ["exact_key"], batch_size=100)
    except IntegrityError:
        problems = exact_problems(rows, stored=True)
        if not problems:
            raise
    return problems


def exact_problems(rows: Sequence[Customer], *, stored: bool = False) -> dict[int, str]:
    """For which of these, by index, another customer holds the exact key, one of them included; one query."""
    own = [customer.pk for customer in rows] if stored else ()
    taken = holders({customer.exact_key for customer in rows}, own)
    problems = {}
    for index, customer in enumerate(rows):
        if customer.exact_key is None or not customer.is_confirmed:
            continue
        if customer.exact_key in taken:
            problems[index] = entered_already(taken[customer.exact_key])
        taken[customer.exact_key] = customer
    return problems
