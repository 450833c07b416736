"""`genjin web`: the web server, granian running Django as WSGI."""

from __future__ import annotations

import argparse
import socket
from contextlib import closing

from django.core.management import CommandError
from django.db import connections
from django.urls import get_resolver
from django.utils import timezone

from genjin.config import environment
from genjin.instance import schema, start
from genjin.people import setup_code
from genjin.search.tokens import index_tokens

LARGEST_WORKER = 512
"""MiB of memory at which a web process is replaced, gently."""
STOP_WITHIN = 6
"""Seconds that requests get to finish when the server stops."""
CONNECTIONS = 256
"""Open connections per process. Idle browsers hold theirs; more wait in the kernel's queue."""


def run(options: argparse.Namespace) -> None:
    """Refuses a database of another version or a port that is taken, then serves until SIGTERM."""
    schema.require_current()
    start.check(at=timezone.now())
    host, port = bind_address()
    require_free(host, port)
    preload()
    print(f"The web server runs at http://{host}:{port} (stop with Ctrl-C)", flush=True)
    if todo := setup_code.announcement():
        print(todo, flush=True)
        connections.close_all()  # a connection must not be shared by processes
    serve()


def bind_address() -> tuple[str, int]:
    """Host and port of GENJIN_BIND."""
    text = environment.read("GENJIN_BIND")
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise environment.SettingError(f"GENJIN_BIND must be like 127.0.0.1:8000, not “{text}”.")
    return host.strip("[]") or "127.0.0.1", int(port)


def require_free(host: str, port: int) -> None:
    """CommandError if somebody listens there; granian shares ports, so it would not notice."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CommandError(f"GENJIN_BIND names {host}, which is not an address of this machine.") from None
    with closing(socket.socket(family, kind, protocol)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({(error.strerror or 'unknown error').lower()}); "
                "stop what runs there or set GENJIN_BIND to another port."
            ) from None


def preload() -> None:
    """Loads pages and the tables of pinyin once: processes share the memory, no request is slow."""
    _ = get_resolver().url_patterns
    index_tokens("预热", "")
    connections.close_all()  # a connection must not be shared by processes


def serve() -> None:
    """Runs granian in this process until it is told to stop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    host, port = bind_address()
    Server(
        "genjin.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=environment.number("GENJIN_WEB_WORKERS"),
        # Each thread holds one database connection: threads × workers must stay below the database's limit.
        blocking_threads=environment.number("GENJIN_WEB_THREADS"),
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_max_rss=LARGEST_WORKER,
        workers_kill_timeout=STOP_WITHIN,
        log_level=LogLevels.error,
    ).serve()
