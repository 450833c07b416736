from django.db import migrations

# PostgreSQL cannot give the newest mails of a mailbox with some words from its index of words; in this table they
# stand in order (genjin.mail.index). SQLite's index has that order by itself.
PLACES = """
CREATE TABLE mail_places (
    account_id bigint NOT NULL, place bigint NOT NULL, PRIMARY KEY (account_id, place)
)
"""
KNOWN = """
INSERT INTO mail_places (account_id, place)
SELECT DISTINCT copies.account_id, words.place
FROM mail_indexed AS words
JOIN mail_messagecopy AS copies ON copies.message_id = words.message_id
WHERE copies.gone_at IS NULL
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PLACES)
        schema_editor.execute(KNOWN)
        schema_editor.execute("CREATE INDEX mail_places_place ON mail_places (place)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE mail_places")


class Migration(migrations.Migration):
    dependencies = [("mail", "0052_after_sending")]
    operations = [migrations.RunPython(create, drop)]
