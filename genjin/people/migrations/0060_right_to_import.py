from django.db import migrations

WHO = ("SALESPERSON", "MANAGER", "DIRECTOR", "ADMINISTRATOR")


def grant(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(code__in=WHO):
        role.rights = sorted({*role.rights, "import"})
        role.save(update_fields=["rights"])


def withdraw(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.all():
        role.rights = [right for right in role.rights if right != "import"]
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_equipment")]
    operations = [migrations.RunPython(grant, withdraw)]
