"""How conversations came out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table; the next judgement fills it."""

    dependencies = [
        ("conversations", "0002_replies_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("confirmed", "Resolved: somebody said so"),
                            (
                                "assumed",
                                "Resolved, it seems: the bot's answer was the last word",
                            ),
                            ("handed_over", "A person was asked for or answered"),
                            ("unanswered", "The last question got no whole answer"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("visitor", "The visitor"),
                            ("staff", "Staff"),
                            ("rule", "The rule of seven silent days"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("lasting", models.BooleanField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        help_text="Of staff.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
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
                "indexes": [
                    models.Index(
                        fields=["tenant", "at"], include=("kind", "lasting"), name="outcomes_at"
                    ),
                    models.Index(
                        condition=models.Q(("lasting__isnull", True)),
                        fields=["at"],
                        name="outcomes_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conversation", "at"), name="one_outcome_at_a_time"
                    )
                ],
            },
        ),
    ]
