"""How long providers and tools had the word of each reply; and replies found by their time."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_reviews"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="provider_ms",
            field=models.PositiveIntegerField(
                help_text="How long providers had the word, from request to end.", null=True
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="provider_first_ms",
            field=models.PositiveIntegerField(
                help_text="How much of that passed before the first word.", null=True
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="tools_ms",
            field=models.PositiveIntegerField(
                help_text="How long systems that tools call had the word.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=BrinIndex(autosummarize=True, fields=["queued_at"], name="generations_by_time"),
        ),
    ]
