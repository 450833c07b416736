from django.db import migrations

# The tokens are made by genjin.mail.index; the engine only takes them apart at the spaces. SQLite's table keeps
# no text of its own: what was put in lies packed beside it, because it must be told again when it is removed.
FTS5 = """
CREATE VIRTUAL TABLE mail_tokens USING fts5(
    tokens, content = '', detail = 'none', prefix = '1 4',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
)
"""
PACKED = """
CREATE TABLE mail_indexed (
    message_id bigint NOT NULL PRIMARY KEY, place bigint NOT NULL, packed blob NOT NULL
)
"""
TSVECTOR = """
CREATE TABLE mail_indexed (
    message_id bigint NOT NULL PRIMARY KEY, place bigint NOT NULL, tokens tsvector NOT NULL
)
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TSVECTOR)
        schema_editor.execute("CREATE INDEX mail_indexed_tokens ON mail_indexed USING gin (tokens)")
        schema_editor.execute("CREATE INDEX mail_indexed_place ON mail_indexed (place)")
    else:
        schema_editor.execute(FTS5)
        schema_editor.execute(PACKED)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute("DROP TABLE mail_tokens")
    schema_editor.execute("DROP TABLE mail_indexed")


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
