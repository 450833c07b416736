import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0099_daily_follow_ups"),
        ("exchange", "0030_kept_values"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["code"], name="customers_by_former_code")]},
        ),
    ]
