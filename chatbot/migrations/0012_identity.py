"""Keep the secrets that sites vouch for their visitors with."""

import django.db.models.deletion
from django.db import migrations, models

import chatbot.models.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("chatbot", "0011_the_desk"),
        ("conversations", "0010_feedback_and_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentitySecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret", chatbot.models.encryption.EncryptedTextField()),
                ("last_four", models.CharField(editable=False, max_length=4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="UsedToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jti", models.CharField(max_length=200)),
                ("expires_at", models.DateTimeField(db_index=True)),
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
                    models.UniqueConstraint(fields=("tenant", "jti"), name="one_use_per_token")
                ],
            },
        ),
    ]
