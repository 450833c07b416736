"""Pages asked in this process, without a socket: wall and computing time of each, and its queries."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Page = tuple[str, Any, Callable[[], str], dict[str, str]]
"""(name, whose client, the next address, headers)."""


def client_of(name: str) -> Any:
    """A signed-in client of one of the people of the base."""
    from django.test import Client

    from genjin.people.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=f"{name}@bench.example"))
    return client


def measured(pages: Iterable[Page], requests: int) -> Iterator[dict[str, Any]]:
    """Every page with its times in milliseconds, after one request that is not counted."""
    for name, client, address, headers in pages:
        queries = _queries(client, address(), headers)
        walls, cpus = [], []
        for _ in range(requests):
            url = address()
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.get(url, headers=headers)
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{url} answered {answer.status_code}")
        yield {
            "page": name,
            "queries": queries,
            "median": statistics.median(walls),
            "p95": statistics.quantiles(walls, n=20)[-1],
            "cpu": statistics.median(cpus),
            "cpu_p95": statistics.quantiles(cpus, n=20)[-1],
        }


def _queries(client: Any, url: str, headers: dict[str, str]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(url, headers=headers)
    return len(asked)


def line(row: dict[str, Any]) -> str:
    """As people read it."""
    return (
        f"{row['page']:42} queries {row['queries']:3}  median {row['median']:7.1f}  p95 {row['p95']:7.1f}  "
        f"cpu {row['cpu']:7.1f} ms"
    )
