import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("mail", "0060_about")]

    operations = [
        migrations.AddField(
            model_name="aftersalesstep",
            name="answered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="aftersalesstep",
            name="is_praise",
            field=models.BooleanField(
                default=False,
                help_text="Whatever the score (000-58).",
                verbose_name="Very good: ask for a testimonial",
            ),
        ),
        migrations.AddField(
            model_name="aftersalesstep",
            name="message",
            field=models.ForeignKey(
                help_text="The mail that did it; the next one is written in its conversation (000-56).",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="mail.message",
            ),
        ),
    ]
