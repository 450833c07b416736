"""`python -m bench`: fill a base if it is empty, start the web server, sign in, and measure every page.

Prints for each page the number of queries and the server time (median and 95th percentile, milliseconds;
"waited" is the 95th percentile with the wait for a turn in it) at 1 and at 4 concurrent users, and the part
of the median in which the server's thread computed, which a busy machine changes least. The times are what
the application itself reports (`Server-Timing`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

PORT = 8199


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=["embedded", "team"], default="embedded")
    parser.add_argument("--customers", type=int, default=0, help="a smaller base of the same proportions")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--data", default="build/bench", help="data folder of the measured instance")
    parser.add_argument("--requests", type=int, default=60, help="requests for each page and user count")
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 4], help="how many at a time, at most 4")
    parser.add_argument("--fill", action="store_true", help="only fill the base")
    parser.add_argument("--start", action="store_true", help="measure start-up time and memory instead")
    parser.add_argument("--jobs", action="store_true", help="measure the jobs instead")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--port", type=int, default=PORT)
    return parser.parse_args()


def main() -> int:
    """Exit status 1 when a page answers with an error."""
    options = arguments()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
        "GENJIN_BIND": f"127.0.0.1:{options.port}",
        "GENJIN_TIMING": "1",
    }
    import django

    django.setup()
    fill(options)
    if options.fill:
        return 0
    from bench import jobs, pages, server

    if options.start or options.jobs:
        facts = server.start_up(options.port) if options.start else jobs.throughput()
        print(json.dumps(facts) if options.json else "\n".join(f"{k}: {v}" for k, v in facts.items()))
        return 0
    if not options.json:
        print(
            f"{'page':50} {'users':>5} {'queries':>7} {'median ms':>10} {'p95 ms':>8} "
            f"{'waited':>8} {'cpu ms':>8} {'failed':>6}"
        )
    with server.running("web", options.port):
        rows = pages.measure(
            base=f"http://127.0.0.1:{options.port}",
            requests=options.requests,
            only=options.only,
            users=options.users,
            tell=(lambda row: None) if options.json else show,
        )
    if options.json:
        print(json.dumps([row.plain() for row in rows], indent=1))
    return 1 if any(row.failures for row in rows) else 0


def fill(options: argparse.Namespace) -> None:
    """Bring the base to this version, fill it if it is empty, and set its clock to where the base ends."""
    from django.core.management import call_command

    from bench import generate
    from bench.rows import EMBEDDED, TEAM
    from genjin.customers.models import Customer

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Customer.objects.exists():
        generate.set_clock()
        return
    size = TEAM if options.size == "team" else EMBEDDED
    if options.customers:
        size = size.scaled(options.customers)
    generate.generate(size, tell=lambda line: print(line, file=sys.stderr, flush=True))


def show(row: Any) -> None:
    """One line of the table, as soon as it is measured."""
    print(
        f"{row.page:50} {row.users:>5} {row.queries:>7} {row.median:>10.1f} {row.p95:>8.1f} "
        f"{row.waited_p95:>8.1f} {row.cpu:>8.1f} "
        f"{row.failures or '':>6} {row.failure}",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
