from django.db import migrations


def make_row(apps, schema_editor):
    apps.get_model("instance", "Instance").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("instance", "0001_initial")]
    operations = [migrations.RunPython(make_row, migrations.RunPython.noop)]
