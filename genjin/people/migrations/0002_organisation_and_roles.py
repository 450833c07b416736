from django.db import migrations

ALL = [
    "administer", "manage_team", "edit_policy", "export", "see_costs", "see_contact_data", "see_sensitive",
    "assign_owner", "confirm_key_account", "recycle", "see_audit",
]
MANAGER = [
    "manage_team", "assign_owner", "confirm_key_account", "recycle", "see_contact_data", "export", "see_costs",
    "see_sensitive",
]
ROLES = {
    "SALESPERSON": (["see_sensitive"], "OWN", "OWN"),
    "MANAGER": (MANAGER, "TEAM", "TEAM"),
    "DIRECTOR": ([right for right in ALL if right != "administer"], "ALL", "ALL"),
    "FINANCE": (["see_costs", "export"], "ALL", "NONE"),
    "ADMINISTRATOR": (ALL, "ALL", "ALL"),
    "READ_ONLY": ([], "ALL", "NONE"),
}


def make_rows(apps, schema_editor):
    apps.get_model("people", "Organisation").objects.get_or_create(pk=1)
    role = apps.get_model("people", "Role")
    for code, (rights, see, edit) in ROLES.items():
        scopes = {"*": {"see": see, "edit": edit}}
        role.objects.get_or_create(code=code, defaults={"rights": rights, "scopes": scopes})


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make_rows, migrations.RunPython.noop)]
