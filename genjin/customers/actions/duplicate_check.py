"""The nightly check of the list of duplicates: what was missed for whatever reason is compared again.

The keys of everybody are checked against the rules as they are now; besides, a share of the base is compared
anew each night, and everybody after the rules changed. Measured: 0.14 ms of CPU for a customer checked and
1.4 ms for one compared, so that a base of 50,000 takes 7 s and the comparison of all of it 70 s more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib import resources

from django.db import transaction

from genjin.customers.actions.duplicate_keys import holders, mark
from genjin.customers.duplicate_facts import FIELDS, companies_of, exact_key_of
from genjin.customers.models import Customer, DuplicateCheck, DuplicateKey
from genjin.rules.duplicates.keys import stored_keys

SLICE = 500
NIGHTLY = 50_000
"""So many customers are compared each night though nothing speaks for it; a larger base takes turns."""


def check_slice(*, at: datetime, most: int = SLICE) -> bool:
    """Check the keys of the next customers and mark those that are out of date; False at the end of a night.

    Whatever stops it, the next call goes on where it was. Changes no keys itself: whoever compares the marked
    customers writes them first.
    """
    check = DuplicateCheck.objects.get_or_create(pk=1)[0]
    rows = Customer.objects.alive().filter(pk__gt=check.passed or 0).order_by("pk")
    found = list(rows.only("exact_key", "is_confirmed", "same_name_reason", *FIELDS)[:most])
    stale = _out_of_date(found)
    with transaction.atomic():
        check = DuplicateCheck.objects.select_for_update().get(pk=1)
        mark(stale, needs_keys=True)
        check.passed = found[-1].pk if found else None
        if not found:
            _mark_share(check)
            check.finished_at = at
        check.save()
    return bool(found)


def _out_of_date(customers: Sequence[Customer]) -> list[int]:
    """Those whose stored keys are not what the rules say of them."""
    stored: dict[int, set[int]] = defaultdict(set)
    ids = [customer.pk for customer in customers]
    for key, pk in DuplicateKey.objects.filter(customer__in=ids).values_list("key", "customer_id"):
        stored[pk].add(key)
    exact = {c.pk: exact_key_of(c) if c.is_confirmed else c.exact_key for c in customers}
    held = holders({exact[c.pk] for c in customers if c.exact_key is None})
    return [
        customer.pk
        for customer, known in companies_of(customers)
        if stored[customer.pk] != set(stored_keys(known))
        or (customer.exact_key != exact[customer.pk] and _may_change(customer, exact[customer.pk], held))
    ]


def _may_change(customer: Customer, wanted: int | None, held: dict[int | None, Customer]) -> bool:
    """Whether writing the keys anew would change the exact one: a double from before stays without."""
    return customer.exact_key is not None or wanted not in held


def _mark_share(check: DuplicateCheck) -> None:
    """Mark the customers whose turn it is; all of them if the rules are other than last time."""
    alive = Customer.objects.alive().order_by("pk").values_list("pk", flat=True)
    if check.rules != rules_now():
        mark(alive)
        check.rules, check.compared = rules_now(), 0
        return
    turn = list(alive.filter(pk__gt=check.compared)[:NIGHTLY])
    mark(turn)
    check.compared = turn[-1] if len(turn) == NIGHTLY else 0


@cache
def rules_now() -> str:
    """A short name of the rules by which companies are compared, taken from their source."""
    told = blake2b(digest_size=8)
    for file in sorted(resources.files("genjin.rules.duplicates").iterdir(), key=lambda file: file.name):
        if file.is_file():
            told.update(file.read_bytes())
    return told.hexdigest()
