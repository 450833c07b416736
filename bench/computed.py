"""What the product computes of customers and contacts: exact keys, keys of duplicates, search documents.

The same pure functions as the actions use, in batches for `spread`; a test compares with the actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bench import rows
from bench.rows import Size
from genjin.customers.duplicate_facts import company_of, exact_key_of
from genjin.customers.kinds import POOL_GATE
from genjin.customers.models import Customer
from genjin.records import registry
from genjin.rules.duplicates.keys import stored_keys
from genjin.search import engine
from genjin.search.tokens import index_tokens, sort_key

CUSTOMER, CONTACT = "customers.customer", "customers.contact"
Row = dict[str, Any]


def with_exact_keys(batch: list[Row]) -> list[Row]:
    """The rows of customers with their exact keys."""
    return [row | {"exact_key": exact_key_of(Customer(**row))} for row in batch]


def duplicate_keys(batch: list[Row], size: Size) -> list[tuple[int, int]]:
    """(key, customer) of everything by which customers are compared."""
    return [
        (key, row["id"])
        for row in batch
        for key in stored_keys(company_of(Customer(**row), *rows.ways_of(size, row["id"])))
    ]


def texts(batch: Iterable[tuple[str, Row]], size: Size) -> Iterator[tuple[str, int, int, str, str]]:
    """Kind, id, customer, title and further text of (kind, row)."""
    text_of: Any = registry.get(CUSTOMER).search_text
    for kind, row in batch:
        if kind == CUSTOMER:
            customer = Customer(**row)
            # Nothing was merged into it; asking the database would take a query each.
            customer._prefetched_objects_cache = {"merged": ()}  # type: ignore[attr-defined]
            yield kind, row["id"], row["id"], *text_of(customer)
        else:
            points = (rows.address(size, row["id"]), rows.mobile(row["id"]))
            text = "\n".join(filter(None, (row["job_title"], *points)))
            yield kind, row["id"], row["customer_id"], row["name"], text


def documents(
    batch: list[tuple[str, Row]], size: Size, owners: list[int], vendor: str
) -> list[tuple[Any, ...]]:
    """The search documents of (kind, row), with their tokens as this engine takes them."""
    found = []
    for kind, object_id, customer_id, title, text in texts(batch, size):
        owner = rows.owner_of(customer_id, owners)
        gate = f"o{owner}" if owner else POOL_GATE
        tokens = [*index_tokens(title, text), engine.GATE + gate]
        if vendor == "postgresql":
            # Letters and digits only, so that quotes are all that a tsvector needs.
            written = " ".join(f"'{token}'" for token in engine.with_further(customer_id, tokens))
        else:
            written = " ".join(tokens)
        found.append((kind, object_id, customer_id, title, sort_key(title), text, gate, written))
    return found
