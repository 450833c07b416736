"""The notices of the rules move into the one list of all notices; what was told and read is kept."""

from django.db import migrations

BATCH = 500


def move(apps, schema_editor):
    old = apps.get_model("followups", "Notice").objects.order_by("pk")
    new = apps.get_model("notifications", "Notice")
    rows = []
    for notice in old.iterator(chunk_size=BATCH):
        rows.append(
            new(
                key=notice.key, user_id=notice.user_id, kind=f"followups.{notice.code.lower()}",
                customer_id=notice.customer_id, params=notice.params, at=notice.at, read_at=notice.read_at,
            )
        )
        if len(rows) == BATCH:
            new.objects.bulk_create(rows, ignore_conflicts=True)
            rows = []
    new.objects.bulk_create(rows, ignore_conflicts=True)


def move_back(apps, schema_editor):
    old = apps.get_model("followups", "Notice")
    new = apps.get_model("notifications", "Notice").objects.filter(kind__startswith="followups.")
    old.objects.bulk_create(
        [
            old(
                key=notice.key, user_id=notice.user_id, code=notice.kind.partition(".")[2].upper(),
                customer_id=notice.customer_id, params=notice.params, at=notice.at, read_at=notice.read_at,
            )
            for notice in new.order_by("pk")
        ],
        batch_size=BATCH,
    )
    new.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0003_forget_rules_version"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(move, move_back),
    ]
