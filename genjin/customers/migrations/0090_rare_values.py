"""Lists by rare values of several dimensions no longer read all customers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0080_list_removals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("value_class", ""), _negated=True),
                ),
                fields=["value_class"],
                name="rare_value_class",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("relationship_class", ""), _negated=True),
                ),
                fields=["relationship_class"],
                name="rare_relationship_class",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("lifecycle_stage", "PROSPECT"), _negated=True),
                ),
                fields=["lifecycle_stage"],
                name="rare_lifecycle_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("dormancy_state", "ACTIVE"), _negated=True),
                ),
                fields=["dormancy_state"],
                name="rare_dormancy_state",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("fit_score__isnull", True), _negated=True),
                ),
                fields=["fit_score"],
                name="rare_fit_score",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("potential_score__isnull", True), _negated=True),
                ),
                fields=["potential_score"],
                name="rare_potential_score",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("not_before__isnull", True), _negated=True),
                ),
                fields=["not_before"],
                name="rare_not_before",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("protected_until__isnull", True), _negated=True),
                ),
                fields=["protected_until"],
                name="rare_protected_until",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("is_confirmed", True),
                    models.Q(("pool_locked", False), _negated=True),
                ),
                fields=["pool_locked"],
                name="rare_pool_locked",
            ),
        ),
    ]
