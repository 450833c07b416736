from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A number of what lies in the recycle bin is free again: an import may be taken back and repeated."""

    dependencies = [("sales", "0060_order_rhythms")]

    operations = [
        migrations.AlterField(
            model_name="receipt",
            name="number",
            field=models.CharField(max_length=40, verbose_name="Receipt number"),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="number",
            field=models.CharField(max_length=40, verbose_name="Shipment number"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                condition=Q(deleted_at__isnull=True), fields=("number",), name="receipt_numbers_differ"
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                condition=Q(deleted_at__isnull=True), fields=("number",), name="shipment_numbers_differ"
            ),
        ),
    ]
