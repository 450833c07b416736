from django.db import migrations

# The tokens are made by genjin.search.tokens; the engine only has to take them apart at the spaces. Combining
# marks belong to words (Hindi), so they count as token characters.
FTS5 = """
CREATE VIRTUAL TABLE search_tokens USING fts5(
    tokens, detail = 'none', prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
)
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_document ADD COLUMN tokens tsvector")
        schema_editor.execute("CREATE INDEX search_document_tokens ON search_document USING gin (tokens)")
    else:
        schema_editor.execute(FTS5)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_document DROP COLUMN tokens")
    else:
        schema_editor.execute("DROP TABLE search_tokens")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
