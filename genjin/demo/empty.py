"""Throwing a demo instance's database away, so that it can be loaded anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from genjin.demo.load import NotADemo
from genjin.instance import postgres, queries
from genjin.instance.backup import is_in_use
from genjin.instance.models import Instance


class InUse(Exception):
    """Somebody works with the database; the text says so in one sentence."""


def throw_away() -> None:
    """Remove every table of a demo instance; `NotADemo` for any other, `InUse` while Genjin runs on it.

    A journal cannot be changed, not even by us: so nothing is deleted in it, it goes as a whole.
    """
    if queries.current().kind != Instance.Kind.DEMO:
        raise NotADemo("Only a demo instance can be thrown away; this one is not.")
    if connection.vendor == "postgresql":
        if postgres.others_connected():
            raise InUse("Other sessions use this database; stop Genjin everywhere first.")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
        return
    file = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    with closing(sqlite3.connect(file, timeout=1)) as database:
        if is_in_use(database):
            raise InUse("Genjin is running on this demo; stop it first.")
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
