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


def compare() -> Schema:
    """Compares the applied migrations with the code's."""
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
    missing = [key for key in loader.graph.nodes if key not in applied]
    unknown = applied - set(loader.disk_migrations) - replaced
    return Schema(_names(missing), _names(unknown))


def _names(keys: object) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in keys))  # type: ignore[attr-defined]


def refuse_newer(schema: Schema) -> None:
    """CommandError if a newer version has been at this database."""
    if schema.unknown:
        raise CommandError(
            f"The database was made by a newer version of Genjin (it knows {schema.unknown[-1]}); "
            "start that version, or restore a backup made before the upgrade."
        )


def require_current() -> None:
    """CommandError unless the database fits the code exactly."""
    schema = compare()
    refuse_newer(schema)
    if schema.missing:
        raise CommandError("The database is not prepared for this version; run “genjin setup” first.")
