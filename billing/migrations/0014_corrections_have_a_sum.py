"""Keeps what corrections come to beside each day's spending."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the sum, and has the next fold make all days anew, since none of them has it."""

    dependencies = [("billing", "0013_alerts_about_providers")]

    operations = [
        migrations.AddField(
            "spendday",
            "corrected_amount",
            models.DecimalField(decimal_places=12, default=0, max_digits=24),
        ),
        # without a mark of how far it got, a fold begins from nothing and readers read the ledger
        migrations.RunSQL("DELETE FROM billing_rollupstate", migrations.RunSQL.noop),
    ]
