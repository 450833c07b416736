"""The database itself refuses to change or delete an entry, whoever asks.

On SQLite the triggers live with the table: a later migration that rebuilds `journal_entry` has to run
`protect` again at its end (a test looks for them after all migrations).
"""

from django.db import migrations

SENTENCE = "journal entries are append-only"

SQLITE = [
    f"""CREATE TRIGGER journal_entry_no_{verb} BEFORE {verb} ON journal_entry
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
    for verb in ("UPDATE", "DELETE")
]
SQLITE_UNDO = [f"DROP TRIGGER IF EXISTS journal_entry_no_{verb}" for verb in ("UPDATE", "DELETE")]

POSTGRESQL = [
    # entries written before the column had its default come first
    "UPDATE journal_entry SET transaction = 0 WHERE transaction IS NULL",
    # Forgetting the transaction ids of another server (readers.renumber) is no change of what is told.
    f"""CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND NEW.transaction = 0
         AND to_jsonb(OLD) - 'transaction' = to_jsonb(NEW) - 'transaction' THEN RETURN NEW; END IF;
      RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_refuse()""",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS journal_entry_append_only ON journal_entry",
    "DROP FUNCTION IF EXISTS journal_entry_refuse()",
]


def protect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_UNDO if postgresql else SQLITE_UNDO:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_transaction_default")]
    operations = [migrations.RunPython(protect, release)]
