from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0052_after_sending")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="about",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The key of the duty that it does, such as `aftersales:…`.",
                max_length=80,
            ),
            preserve_default=False,
        ),
    ]
