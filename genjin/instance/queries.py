"""Reads about this instance."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Subquery

from genjin.instance.models import ErrorReport, Instance
from genjin.records.prepared import Prepared

GROUPS_SHOWN = 200
REPORTS_SHOWN = 20
_CURRENT = Prepared(lambda: Instance.objects.filter(pk=1))


def current() -> Instance:
    """The row of this instance; made with its defaults by the first migration."""
    (row,) = _CURRENT()
    return row


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


def disk_free() -> int:
    """Bytes free on the disk of the data folder."""
    return shutil.disk_usage(settings.DATA).free


def error_groups() -> Sequence[Any]:
    """Errors by kind and place, the latest first: kind, place, count, first, last, and `latest` (its id)."""
    same = ErrorReport.objects.filter(kind=OuterRef("kind"), place=OuterRef("place")).order_by("-at")
    rows = ErrorReport.objects.order_by().values("kind", "place")
    rows = rows.annotate(count=Count("pk"), first=Min("at"), last=Max("at"))
    rows = rows.annotate(latest=Subquery(same.values("pk")[:1]))
    return list(rows.order_by("-last")[:GROUPS_SHOWN])


def error(identity: UUID) -> ErrorReport | None:
    """The report with that id."""
    return ErrorReport.objects.select_related("by").filter(pk=identity).first()


def error_by_id(text: str) -> ErrorReport | None:
    """The report whose own id or whose request's id this is."""
    by_request = ErrorReport.objects.filter(request_id=text).order_by("-at").first()
    if by_request:
        return by_request
    try:
        return error(UUID(text))
    except ValueError:
        return None


def errors_like(report: ErrorReport) -> Sequence[ErrorReport]:
    """The latest reports of the same kind and place."""
    same = ErrorReport.objects.filter(kind=report.kind, place=report.place)
    return list(same.select_related("by").order_by("-at")[:REPORTS_SHOWN])
