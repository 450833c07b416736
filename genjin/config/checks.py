"""Django's system checks: what would go wrong later is refused at start, in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import Error as DatabaseError

from genjin.instance import conditions
from genjin.instance.conditions import BAD, Finding


def register_all() -> None:
    """Called once by this folder's AppConfig."""
    register(machine, Tags.compatibility)
    register(database, Tags.database)


def machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Python, data folder, network file systems."""
    return _messages(conditions.MACHINE)


def database(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """SQLite's version and abilities, or the server's; only when databases are checked."""
    if not databases:
        return []
    try:
        return _messages(conditions.for_engine())
    except DatabaseError as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        return [Warning(f"The database cannot be reached: {reason}", id="genjin.database")]


def _messages(looks: Sequence[Callable[[], Finding]]) -> list[CheckMessage]:
    found = [look() for look in looks]
    return [
        Error(finding.sentence, id=f"genjin.{finding.name.replace(' ', '_')}")
        for finding in found
        if finding.level == BAD
    ]
