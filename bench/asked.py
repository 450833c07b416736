"""Pages asked in this process, without a socket: wall and computing time of each, and its queries."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
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
        walls, cpus, backends = [], [], []
        for _ in range(requests):
            url = address()
            wall, cpu, backend = time.perf_counter(), time.process_time(), _backend_time()
            answer = client.get(url, headers=headers)
            backends.append((_backend_time() - backend) * 1000)
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
            "database": statistics.median(backends),
            "database_p95": statistics.quantiles(backends, n=20)[-1],
        }


def _backend_time() -> float:
    """Seconds that PostgreSQL's process of this connection has computed; 0 on SQLite or if it runs elsewhere.

    Of what it does beside in further processes nothing is counted.
    """
    from django.db import connection

    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    schedule = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(schedule.read_text().split()[0]) / 1e9 if schedule.exists() else 0.0


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
        f"cpu {row['cpu']:6.1f} / {row['cpu_p95']:6.1f}  database {row['database']:6.1f} / "
        f"{row['database_p95']:6.1f} ms"
    )
