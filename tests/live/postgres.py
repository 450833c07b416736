"""A throw-away PostgreSQL: `python -m tests.live.postgres -- command …` runs a command with its DATABASE_URL.

The server runs unprivileged in a temporary folder on a free port and is removed afterwards; no service of the
machine is touched. Speed before safety (`fsync=off`): its data is worth nothing.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

OLDEST = 15
UNPRIVILEGED = ("postgres", "nobody")
START_WITHIN = 30.0


class NoPostgres(Exception):
    """PostgreSQL cannot be started here; the text says what is missing, in one sentence."""


def binaries() -> Path:
    """The folder of `initdb` and `postgres`: the newest installed version from 15 on."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    found = [path for path in found if int(path.parent.name) >= OLDEST and (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres(f"PostgreSQL {OLDEST} or later is not installed (Debian: apt-get install postgresql).")


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no unprivileged account here.")


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and yields the DATABASE_URL of an empty database on it."""
    programs, account, port = binaries(), _account(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="genjin-postgres-"))
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    common = {"cwd": folder, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}, **identity}
    process = None
    try:
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "genjin", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, **common,
        )  # fmt: skip
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 100,
            "wal_level": "minimal", "max_wal_senders": 0, "shared_buffers": "128MB",
            # It would count tables while they are empty, and what a test fills them with would be planned for
            # none: nested loops of thousands by thousands, in one run and not in the next.
            "autovacuum": "off",
        }  # fmt: skip
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *flags], stdout=log, stderr=log, **common
            )
        _wait_until_ready(process, port, folder / "log")
        yield f"postgresql://genjin@127.0.0.1:{port}/postgres"
    except subprocess.CalledProcessError as error:
        raise NoPostgres(f"PostgreSQL could not be set up: {error.stderr.decode().strip()}") from error
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(url: str, *, template: str = "") -> Iterator[str]:
    """A database of its own beside the one of the suite; "" (SQLite, in its own folder) stays "".

    With a `template` it is a copy of that database instead of empty.
    """
    if not url:
        yield ""
        return
    name = f"genjin_test_{secrets.token_hex(4)}"
    try:
        yield create_database(url, name, template=template)
    finally:
        drop_database(url, name)


def create_database(url: str, name: str, *, template: str = "") -> str:
    """Create a database on the server of that address, empty or as a copy; gives its address."""
    import psycopg
    from psycopg import sql

    # Files copied as they are cost half of what the same pages cost through the log.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(template or "template1")
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def drop_database(url: str, name: str) -> None:
    """Drop it, whoever still uses it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NoPostgres(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-500:]}")
        try:
            psycopg.connect(f"postgresql://genjin@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgres("PostgreSQL did not answer within 30 seconds.")


def main(arguments: list[str]) -> int:
    """Runs the command after `--` with a private server; its exit code, or 3 without PostgreSQL."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is removed then, too
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
