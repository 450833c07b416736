"""Every migration can be applied and taken back, and none is missing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

OURS = sorted(
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith("genjin.") and config.models_module is not None
)


def test_no_model_change_lacks_its_migration(db):
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_all_migrations_can_be_taken_back_and_applied_again():
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()  # taking ours back takes foreign ones that stand on them, too
    try:
        executor.migrate([(label, None) for label in OURS])
        left = set(connection.introspection.table_names())
        assert [name for name in left if name.split("_")[0] in OURS] == []
    finally:
        executor = MigrationExecutor(connection)
        executor.loader.build_graph()
        executor.migrate(leaves)
