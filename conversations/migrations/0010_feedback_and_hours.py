"""Keep thumbs, scores and business hours."""

import django.db.models.deletion
from django.db import migrations, models

import conversations.models.hours
import conversations.models.tenants


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0009_privacy"),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the tenant's time zone.",
                        max_length=64,
                        validators=[conversations.models.tenants.validate_time_zone],
                    ),
                ),
                (
                    "week",
                    models.JSONField(
                        help_text='Seven days from Monday, each as [["09:00", "17:30"]].',
                        validators=[conversations.models.hours.validate_week],
                    ),
                ),
                (
                    "holidays",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Closed days: {"2026-12-25": "Christmas", "01-01": "New Year"}.',
                        validators=[conversations.models.hours.validate_holidays],
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
                "verbose_name_plural": "business hours",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant",), name="one_business_hours_per_tenant"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("comment", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rating",
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
                "indexes": [models.Index(fields=["tenant", "at"], name="ratings_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (1, 5))), name="rating_from_1_to_5"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Thumb",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.SmallIntegerField(choices=[(1, "Up"), (-1, "Down")])),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No reason given"),
                            ("wrong", "It is wrong"),
                            ("off_topic", "It does not answer the question"),
                            ("unclear", "It is hard to understand"),
                            ("other", "Something else"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thumbs",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thumb",
                        to="conversations.message",
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
                "indexes": [models.Index(fields=["tenant", "value", "at"], name="thumbs_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__in", [1, -1])), name="thumb_is_up_or_down"
                    )
                ],
            },
        ),
    ]
