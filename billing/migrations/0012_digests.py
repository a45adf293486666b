"""Keeps which digests were sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table of digests."""

    dependencies = [("billing", "0011_provider_bills"), ("conversations", "0004_digest_choice")]

    operations = [
        migrations.CreateModel(
            "SentDigest",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("first_day", models.DateField(help_text="Of the week or month it is about.")),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("membership", "kind", "first_day"), name="one_digest_per_period"
                    )
                ],
            },
        ),
    ]
