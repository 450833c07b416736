"""What runs behind the pages of sales: deciding customers with orders, and the nightly look at all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.rows import NOW
from genjin.followups.decide import decide_customers
from genjin.sales import insight_jobs
from genjin.sales.models import Order


def decisions(rounds: int) -> dict[str, Any]:
    """Deciding one customer with orders that run: milliseconds, and the most queries of one."""
    rows = Order.objects.on_board().order_by("customer_id").values_list("customer_id", flat=True).distinct()
    ids = list(rows[: rounds + 5])
    walls, cpus, queries = [], [], []
    for number, pk in enumerate(ids):
        wall, cpu = time.perf_counter(), time.process_time()
        decide_customers([pk], at=NOW)
        if number >= 5:
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
    for pk in ids[:20]:
        with CaptureQueriesContext(connection) as asked:
            decide_customers([pk], at=NOW)
        queries.append(len(asked))
    return {
        "median_ms": round(statistics.median(walls), 1),
        "p95_ms": round(statistics.quantiles(walls, n=20)[-1], 1),
        "cpu_median_ms": round(statistics.median(cpus), 1),
        "queries_most": max(queries),
    }


def market() -> dict[str, Any]:
    """The whole nightly look, twice: seconds of wall and CPU time, and the longest transaction in it."""
    found: dict[str, Any] = {}
    for name in ("first", "again"):
        with _longest_transaction() as longest:
            wall, cpu = time.perf_counter(), time.process_time()
            insight_jobs.look_at_orders.func()
            found |= {
                f"{name}_seconds": round(time.perf_counter() - wall, 1),
                f"{name}_cpu_seconds": round(time.process_time() - cpu, 1),
                f"{name}_longest_transaction_ms": round(max(longest, default=0.0) * 1000),
                f"{name}_transactions": len(longest),
            }
    return found


@contextmanager
def _longest_transaction() -> Iterator[list[float]]:
    """How many seconds each outermost transaction took that began within."""
    spent: list[float] = []
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    begun: list[float] = []

    def entering(self: transaction.Atomic) -> None:
        begun.append(time.perf_counter())
        enter(self)

    def leaving(self: transaction.Atomic, *error: Any) -> None:
        leave(self, *error)
        since = begun.pop()
        if not begun:
            spent.append(time.perf_counter() - since)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entering, leaving  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave  # type: ignore[method-assign]
