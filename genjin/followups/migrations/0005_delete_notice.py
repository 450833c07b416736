from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0004_notices_move"),
    ]

    operations = [
        migrations.DeleteModel(name="Notice"),
    ]
