"""Reads about this instance."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min

from genjin.instance.models import ErrorReport, Instance

GROUPS_SHOWN = 200
REPORTS_SHOWN = 20


def current() -> Instance:
    """The row of this instance; made with its defaults by the first migration."""
    return Instance.objects.get(pk=1)


def business_now() -> datetime:
    """Business time, for jobs and commands; views read `request.now`."""
    return current().now()


def database_size() -> int:
    """Bytes of the database, with SQLite's write-ahead log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    file = Path(str(connection.settings_dict["NAME"]))
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.is_file())


def engine() -> str:
    """Name and version of the database engine."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    return f"SQLite {sqlite3.sqlite_version}"


def last_backup() -> Path | None:
    """The newest archive in the data folder's own place for backups."""
    folder = settings.DATA / "backups"
    return max(folder.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime, default=None)


def error_groups() -> Sequence[dict[str, Any]]:
    """Errors by kind and place, the latest first: kind, place, count, first, last."""
    rows = ErrorReport.objects.order_by().values("kind", "place")
    return list(
        rows.annotate(count=Count("pk"), first=Min("at"), last=Max("at")).order_by("-last")[:GROUPS_SHOWN]
    )


def error(identity: str) -> ErrorReport | None:
    """The report with that id."""
    return ErrorReport.objects.select_related("by").filter(pk=identity).first()


def errors_like(report: ErrorReport) -> Sequence[ErrorReport]:
    """The latest reports of the same kind and place."""
    same = ErrorReport.objects.filter(kind=report.kind, place=report.place)
    return list(same.select_related("by").order_by("-at")[:REPORTS_SHOWN])
