"""The default pool; every confirmed customer without an owner lies in it from now on (B-1)."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    pool = apps.get_model("customers", "PublicPool").objects.create(
        name_zh="公海", name_en="Public pool", is_default=True
    )
    customers = apps.get_model("customers", "Customer").objects
    customers.filter(owner=None, is_confirmed=True).update(pool=pool, pooled_at=F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [("customers", "0040_pools")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
