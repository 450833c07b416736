from django.db import migrations

KIND = "sales.receipt"


def let_finance_register(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(code="FINANCE"):
        role.scopes = {**role.scopes, KIND: {"see": "ALL", "edit": "ALL"}}
        role.save(update_fields=["scopes"])


def take_it_back(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(code="FINANCE"):
        role.scopes = {name: scope for name, scope in role.scopes.items() if name != KIND}
        role.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("sales", "0040_aftersales_answers"), ("people", "0002_organisation_and_roles")]
    operations = [migrations.RunPython(let_finance_register, take_it_back)]
