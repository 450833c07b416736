from decimal import Decimal

from django.db import migrations, models
from django.db.models import DecimalField, OuterRef, Subquery, Sum


def count(apps, schema_editor):
    allocations = (
        apps.get_model("sales", "ReceiptAllocation").objects.filter(receipt=OuterRef("pk")).order_by()
    )
    sums = allocations.values("receipt").annotate(sum=Sum("amount")).values("sum")
    receipts = apps.get_model("sales", "Receipt").objects.filter(allocations__isnull=False).distinct()
    apps.get_model("sales", "Receipt").objects.filter(pk__in=receipts.values("pk")).update(
        allocated_amount=Subquery(sums, output_field=DecimalField(max_digits=16, decimal_places=2))
    )


class Migration(migrations.Migration):
    dependencies = [("sales", "0080_numbers_of_withdrawn")]
    operations = [
        migrations.AddField(
            model_name="receipt",
            name="allocated_amount",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal(0),
                editable=False,
                help_text="What its allocations come to; counted, never carried on.",
                max_digits=16,
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
