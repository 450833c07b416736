"""`python -m bench`: fill a base if it is empty, start the web server, sign in, and measure every page.

Prints for each page the number of queries and the server time (median and 95th percentile, milliseconds)
at 1 and at 4 concurrent users. Server time is what the application itself reports (`Server-Timing`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

PORT = 8199


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=["embedded", "team"], default="embedded")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--data", default="build/bench", help="data folder of the measured instance")
    parser.add_argument("--requests", type=int, default=60, help="requests for each page and user count")
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Exit status 1 when a page answers with an error."""
    options = arguments()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
        "GENJIN_BIND": f"127.0.0.1:{PORT}",
        "GENJIN_TIMING": "1",
    }
    import django

    django.setup()
    from django.core.management import call_command

    from bench import generate, pages
    from genjin.customers.models import Customer

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Customer.objects.exists():
        size = generate.TEAM if options.size == "team" else generate.EMBEDDED
        generate.generate(size, tell=lambda line: print(line, file=sys.stderr, flush=True))
    server = subprocess.Popen([sys.executable, "-m", "genjin", "web"])
    try:
        wait_for_server()
        rows = pages.measure(
            base=f"http://127.0.0.1:{PORT}", requests=options.requests, only=options.only
        )
    finally:
        server.terminate()
        server.wait(timeout=20)
    report(rows, options.json)
    return 1 if any(row.failures for row in rows) else 0


def wait_for_server() -> None:
    """Until /health answers, at most 30 seconds."""
    import http.client

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not start within 30 seconds")


def report(rows: list, as_json: bool) -> None:
    """A table, or the same as JSON."""
    if as_json:
        print(json.dumps([row.plain() for row in rows], indent=1))
        return
    print(f"{'page':44} {'users':>5} {'queries':>7} {'median ms':>10} {'p95 ms':>8} {'failed':>6}")
    for row in rows:
        print(
            f"{row.page:44} {row.users:>5} {row.queries:>7} {row.median:>10.1f} {row.p95:>8.1f} {row.failures:>6}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
