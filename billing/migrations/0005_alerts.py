"""Alerts, their deliveries, and where a tenant wants them posted."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import billing.models.alerts


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_limits"),
        ("conversations", "0002_replies_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
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
                            ("soft_limit", "Soft limit reached"),
                            ("hard_limit", "Hard limit reached"),
                            ("forecast", "A limit will be reached"),
                            ("anomaly", "Unusual spending"),
                            ("unpriced_model", "Model without a price"),
                            ("prices", "Prices to approve"),
                            ("ledger", "The books disagree"),
                        ],
                        max_length=40,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("why", models.TextField()),
                ("do", models.TextField(verbose_name="what to do")),
                ("figures", models.JSONField(default=dict)),
                ("raised_at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["-raised_at"],
            },
        ),
        migrations.CreateModel(
            name="AlertHook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        help_text="Public and https. Each alert is posted there as JSON.",
                        max_length=500,
                        validators=[django.core.validators.URLValidator(["https", "http"])],
                        verbose_name="address",
                    ),
                ),
                (
                    "secret",
                    models.CharField(
                        default=billing.models.alerts.new_secret, editable=False, max_length=100
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
                "verbose_name": "alert webhook",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("webhook", "Webhook")], max_length=20
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "next_try_at",
                    models.DateTimeField(help_text="None: it arrived or was given up.", null=True),
                ),
                ("delivered_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, help_text="What the last try met.")),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="billing.alert",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["tenant", "-raised_at"], name="alerts_newest"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                fields=("tenant", "kind", "key"), name="one_alert_per_key", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="alerthook",
            constraint=models.UniqueConstraint(
                fields=("tenant",),
                name="one_hook_per_tenant",
                violation_error_message="There is a webhook already; change that one.",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="deliveries_due",
            ),
        ),
    ]
