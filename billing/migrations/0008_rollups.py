"""The ledger added up by day and by conversation, and how far that is."""

import django.db.models.deletion
from django.db import migrations, models

# What a conversation cost goes with it, whoever deletes it and whenever.
CASCADE = """
ALTER TABLE billing_conversationday ADD CONSTRAINT conversation_day_goes_along
  FOREIGN KEY (conversation_id) REFERENCES conversations_conversation ON DELETE CASCADE
"""


class Migration(migrations.Migration):
    """Adds the tables; the first fold fills them."""

    dependencies = [
        ("billing", "0007_ledger_by_month"),
        ("conversations", "0002_replies_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="RollupState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("watermark", models.BigIntegerField()),
                ("version", models.BigIntegerField(default=0)),
                ("folded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ConversationDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("zone", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("model", models.CharField(max_length=200)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("summary", "Summary"),
                            ("moderation", "Moderation"),
                            ("embedding", "Embedding"),
                            ("evaluation", "Evaluation"),
                        ],
                        max_length=20,
                    ),
                ),
                ("calls", models.BigIntegerField(default=0)),
                ("tokens", models.BigIntegerField(default=0)),
                ("amount", models.DecimalField(decimal_places=12, default=0, max_digits=24)),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "zone", "day", "conversation", "model", "purpose"),
                        name="one_conversation_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptZone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("zone", models.CharField(max_length=64)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "zone"), name="one_kept_zone")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpendDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("zone", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("model", models.CharField(max_length=200)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("summary", "Summary"),
                            ("moderation", "Moderation"),
                            ("embedding", "Embedding"),
                            ("evaluation", "Evaluation"),
                        ],
                        max_length=20,
                    ),
                ),
                ("persona_label", models.CharField(max_length=200)),
                ("calls", models.BigIntegerField(default=0)),
                ("amount", models.DecimalField(decimal_places=12, default=0, max_digits=24)),
                ("input_tokens", models.BigIntegerField(default=0)),
                ("cached_tokens", models.BigIntegerField(default=0)),
                ("cache_write_tokens", models.BigIntegerField(default=0)),
                ("output_tokens", models.BigIntegerField(default=0)),
                ("reasoning_tokens", models.BigIntegerField(default=0)),
                ("errors", models.BigIntegerField(default=0)),
                ("exact", models.BigIntegerField(default=0)),
                ("estimated", models.BigIntegerField(default=0)),
                ("unknown", models.BigIntegerField(default=0)),
                (
                    "estimated_amount",
                    models.DecimalField(decimal_places=12, default=0, max_digits=24),
                ),
                (
                    "unknown_amount",
                    models.DecimalField(decimal_places=12, default=0, max_digits=24),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "zone", "day", "model", "purpose", "persona_label"),
                        name="one_spend_day",
                    )
                ],
            },
        ),
        migrations.RunSQL(CASCADE, migrations.RunSQL.noop),
    ]
