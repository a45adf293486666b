"""Alerts may be about a canary that was rolled back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0014_corrections_have_a_sum"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("soft_limit", "Soft limit reached"),
                    ("hard_limit", "Hard limit reached"),
                    ("forecast", "A limit will be reached"),
                    ("anomaly", "Unusual spending"),
                    ("unpriced_model", "Model without a price"),
                    ("prices", "Prices to approve"),
                    ("ledger", "The books disagree"),
                    ("key", "A key of a provider's"),
                    ("provider", "A provider does not answer"),
                    ("model", "A model will be shut down"),
                    ("rollout", "A canary was rolled back"),
                ],
                max_length=40,
            ),
        ),
    ]
