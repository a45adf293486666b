"""Managers choose how often they are mailed what was spent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the choice; everybody begins with every week."""

    dependencies = [("conversations", "0003_outcomes")]

    operations = [
        migrations.AddField(
            "membership",
            "digest",
            models.CharField(
                choices=[
                    ("week", "Every Monday"),
                    ("month", "The first of each month"),
                    ("never", "Never"),
                ],
                default="week",
                help_text="Mail about spending, to managers and owners.",
                max_length=20,
            ),
        ),
    ]
