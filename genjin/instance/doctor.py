"""`genjin doctor`: looks at everything an operator can get wrong, and says what to do about each fault."""

from __future__ import annotations

import argparse
import http.client
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import Error, connection
from django.utils import timezone

from genjin.instance import conditions, queries
from genjin.instance.conditions import BAD, OK, WARN, Finding
from genjin.instance.schema import schema_state

BACKUP_EVERY = timedelta(days=2)
CLOCKS_MAY_DIFFER = timedelta(seconds=30)
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No machine that runs this code can truthfully believe in an earlier time."""

Probe = Callable[[datetime], Iterable[Finding]]
_probes: list[Probe] = []


def register(probe: Probe) -> None:
    """Add a look at something in a folder above; called with real time once the schema is current."""
    if probe not in _probes:
        _probes.append(probe)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--mail."""
    parser.add_argument("--mail", action="store_true", help="also connect to the server of GENJIN_EMAIL_URL")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Looks, and answers with `ok` false if anything is bad."""
    found = list(look(at=timezone.now(), with_mail=options.mail))
    marks = {OK: "  ok   ", WARN: "! look ", BAD: "X BAD  "}
    bad = [finding for finding in found if finding.level == BAD]
    end = "Everything that matters is well." if not bad else f"To be mended: {len(bad)}."
    return {
        "ok": not bad,
        "findings": [vars(finding) for finding in found],
        "sentences": [*(f"{marks[f.level]} {f.sentence}" for f in found), end],
    }


def look(*, at: datetime, with_mail: bool = False) -> Iterator[Finding]:
    """Everything in order: machine, database, instance, probes of other folders, mail if asked."""
    for condition in conditions.MACHINE:
        yield condition()
    yield conditions.disk()
    yield from conditions.permissions()
    yield port()
    yield from built()
    try:
        yield from _database(at)
    except Error as error:
        reason = str(error).strip().splitlines()
        yield Finding(
            "database",
            BAD,
            f"The database cannot be reached ({reason[0] if reason else type(error).__name__}).",
        )
    if with_mail:
        yield mail_server()


def _database(at: datetime) -> Iterator[Finding]:
    for condition in conditions.for_engine():
        yield condition()
    if connection.vendor == "sqlite":
        yield from conditions.sqlite_settings()
    state = schema_state()
    if state.unknown:
        yield Finding(
            "schema",
            BAD,
            f"The database is newer than this version (it knows {state.unknown[-1]}); upgrade Genjin.",
        )
        return
    if state.missing:
        yield Finding(
            "schema",
            BAD,
            f"{len(state.missing)} migrations are not applied; run “genjin setup” or “genjin upgrade”.",
        )
        return
    yield Finding("schema", OK, "The database fits this version.")
    yield clock(at)
    yield from instance(at)
    for probe in _probes:
        yield from probe(at)


def clock(at: datetime) -> Finding:
    """Whether this machine's clock can be believed."""
    if at < BUILT:
        return Finding("clock", BAD, f"This machine believes it is {at:%Y-%m-%d}; set its clock (NTP).")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - at)
        if apart > CLOCKS_MAY_DIFFER:
            seconds = int(apart.total_seconds())
            return Finding(
                "clock",
                BAD,
                f"The clocks of this machine and the database are {seconds} s apart; use NTP on both.",
            )
    return Finding("clock", OK, f"The clock says {at:%Y-%m-%d %H:%M} UTC.")


def instance(at: datetime) -> Iterator[Finding]:
    """Held, business clock, age of the last backup."""
    this = queries.current()
    if this.is_held:
        yield Finding(
            "held", WARN, f"The instance is held ({this.get_held_reason_display()}): it sends nothing until "
            "an administrator releases it in Settings, Instance.",
        )  # fmt: skip
    if this.may_time_travel:
        yield Finding(
            "kind", OK, f"This is a {this.kind.lower()} instance; its business time is {this.now():%Y-%m-%d}."
        )
    if this.kind != this.Kind.PRODUCTION:
        return
    if this.backed_up_at is None:
        yield Finding("backup", WARN, "No backup was made yet; run “genjin backup” daily.")
    elif at - this.backed_up_at > BACKUP_EVERY:
        days = (at - this.backed_up_at).days
        yield Finding("backup", WARN, f"The last backup is {days} days old; run “genjin backup” daily.")
    else:
        yield Finding("backup", OK, f"The last backup was made {this.backed_up_at:%Y-%m-%d %H:%M} UTC.")


def port(bind: str | None = None) -> Finding:
    """Whether the web server's port is free, or Genjin's own."""
    bind = bind or settings.BIND
    host, _, number = bind.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))  # noqa: S104
    try:
        with closing(socket.create_connection((host, int(number)), timeout=2)):
            pass
    except ValueError:
        return Finding("port", BAD, f"GENJIN_BIND must be like 127.0.0.1:8000, not “{bind}”.")
    except OSError:
        return Finding("port", OK, f"Nothing listens on {bind}; Genjin does not run there now.")
    if _says_ok(host, int(number)):
        return Finding("port", OK, f"Genjin answers on {bind}.")
    return Finding("port", BAD, f"Another program uses {bind}; stop it or set GENJIN_BIND to another port.")


def _says_ok(host: str, number: int) -> bool:
    client = http.client.HTTPConnection(host, number, timeout=3)
    try:
        client.request("GET", "/health")
        return client.getresponse().read(10) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()


def built(package: Path | None = None) -> Iterator[Finding]:
    """Whether scripts, styles and translations were built into this installation."""
    package = package or settings.PACKAGE
    if (package / "web" / "assets" / "genjin" / "manifest.json").is_file():
        yield Finding("assets", OK, "Scripts and styles are built.")
    else:
        yield Finding(
            "assets", BAD, "Scripts and styles are not built; install the package or run “make demo”."
        )
    if any((package / "locale").glob("zh_Hans/LC_MESSAGES/*.mo")):
        yield Finding("messages", OK, "Translations are built.")
    else:
        yield Finding("messages", WARN, "Translations are not built; pages appear in English only.")


def mail_server() -> Finding:
    """Whether the system's SMTP account accepts us; nothing is sent."""
    if not settings.EMAIL_HOST:
        return Finding("mail", OK, "GENJIN_EMAIL_URL is empty: invitations and resets are links to copy.")
    try:
        with closing(mail.get_connection()) as server:
            server.open()
    except OSError as error:  # smtplib's errors are OSErrors, too
        reason = type(error).__name__ if not error.strerror else error.strerror
        return Finding(
            "mail", BAD, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not let us in ({reason}); "
            "look at GENJIN_EMAIL_URL.",
        )  # fmt: skip
    return Finding("mail", OK, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} accepts our account.")
