"""What PostgreSQL's planner knows of tables that somebody fills faster than autovacuum looks."""

from __future__ import annotations

from django.db import connection

GROWN, LEAST = 4, 8
"""How many times as large as known a table must have become; pages below which nothing counts."""
# By size on disk, which is true at once, also for rows of a transaction that is not committed yet.
_OUTGROWN = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
AND pg_get_userbyid(c.relowner) = current_user
AND pg_relation_size(c.oid) > %s * greatest(c.relpages, %s) * current_setting('block_size')::bigint
ORDER BY 1
"""


def refresh() -> list[str]:
    """Have PostgreSQL look at tables that grew fourfold since it last did; their names. Nothing on SQLite.

    Until it did, it takes a table of 10,000 rows for one of ten, and joins it row by row.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OUTGROWN, [GROWN, LEAST])
        outgrown = [row[0] for row in cursor.fetchall()]
        if outgrown:
            # One that autovacuum looks at this moment is left to it.
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(outgrown)}")
    return outgrown
