import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0010_reading"),
        ("mail", "0020_outbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="TrustedSender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(help_text="Lower case.", max_length=254)),
                ("since", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "address"), name="trusted_once")]
            },
        ),
        migrations.AddIndex(
            model_name="messagecopy",
            index=models.Index(
                condition=models.Q(("is_read", False)), fields=["account", "-message"], name="unread_copies"
            ),
        ),
        migrations.AddIndex(
            model_name="messagecopy",
            index=models.Index(
                condition=models.Q(("is_flagged", True)), fields=["account", "-message"], name="starred_copies"
            ),
        ),
    ]
