"""`genjin upgrade`: a verified backup, then the migrations. What was interrupted goes on when run again."""

from __future__ import annotations

import argparse
from typing import Any

from django.db import connection
from django.utils import timezone

from genjin.cli import setup
from genjin.instance import backup
from genjin.instance.schema import refuse_newer, schema_state


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--without-backup."""
    parser.add_argument("--without-backup", action="store_true", help="you have made a backup yourself")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Backs up if there is anything to apply, applies it, and says what was done."""
    state = schema_state()
    refuse_newer(state.unknown)
    if not state.missing:
        setup.prepare()
        return {
            "ok": True,
            "applied": [],
            "backup": "",
            "sentences": ["The database fits this version already."],
        }
    saved = "" if options.without_backup else _save()
    applied = setup.prepare()
    sentences = [f"Backed up to {saved} first."] if saved else []
    sentences.append(f"The database was brought to this version; migrations applied: {len(applied)}.")
    sentences.append("Start Genjin again: “genjin serve”, or web and worker.")
    return {"ok": True, "applied": applied, "backup": saved, "sentences": sentences}


def _save() -> str:
    """A backup of the database as the former version left it; "" for one that is still empty."""
    if not connection.introspection.table_names():
        return ""
    return str(backup.make(None, at=timezone.now())["file"])
