"""Does this database belong to this version of the code?"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@dataclass(frozen=True)
class Schema:
    """`missing`: migrations not applied yet; `unknown`: applied by a newer version. Each "app.name"."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether the database fits the code exactly."""
        return not self.missing and not self.unknown


def schema_state() -> Schema:
    """Compares the applied migrations with the code's."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    applied = set(loader.applied_migrations)
    missing = [key for key in loader.graph.nodes if key not in applied]
    return Schema(_names(missing), unknown_of(applied, loader))


def unknown_of(applied: set[tuple[str, str]], loader: MigrationLoader | None = None) -> tuple[str, ...]:
    """Those migrations that only a newer version of Genjin has."""
    loader = loader or MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
    return _names(applied - set(loader.disk_migrations) - replaced)


def _names(keys: set[tuple[str, str]] | list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in keys))


def refuse_newer(unknown: tuple[str, ...], what: str = "The database") -> None:
    """CommandError if a newer version has been at it."""
    if unknown:
        raise CommandError(
            f"{what} was made by a newer version of Genjin (it knows {unknown[-1]}); use that version, "
            "or a backup made before the upgrade."
        )


def require_current() -> None:
    """CommandError unless the database fits the code exactly."""
    state = schema_state()
    refuse_newer(state.unknown)
    if state.missing:
        raise CommandError("The database is not prepared for this version; run “genjin setup” first.")
