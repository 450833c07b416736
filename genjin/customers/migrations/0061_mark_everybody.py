"""Everybody is to be compared: keys and pairs are written in the background, so that a base of any size upgrades."""

from django.db import migrations


def mark(apps, schema_editor):
    schema_editor.execute(
        "INSERT INTO customers_duplicatemark (customer_id, version, needs_keys) "
        "SELECT id, 1, true FROM customers_customer WHERE deleted_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0060_duplicate_keys")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
