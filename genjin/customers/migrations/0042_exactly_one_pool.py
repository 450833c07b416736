from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0041_the_default_pool")]

    operations = [
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_confirmed", True), ("owner__isnull", True), ("pool__isnull", False)),
                    models.Q(("owner__isnull", False), ("pool__isnull", True)),
                    models.Q(("is_confirmed", False), ("pool__isnull", True)),
                    _connector="OR",
                ),
                name="without_owner_in_exactly_one_pool",
            ),
        ),
    ]
