"""Keep how a widget looks, who its visitors are, and the files they send."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import conversations.widget_rules


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0010_feedback_and_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("client_id", models.UUIDField(editable=False)),
                ("seq", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["conversation", "seq"],
            },
        ),
        migrations.CreateModel(
            name="WidgetSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        default="#0f5f6b",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a colour like #0f5f6b."
                            )
                        ],
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[("end", "At the end of the line"), ("start", "At its start")],
                        default="end",
                        max_length=5,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="Empty: the tenant's name.", max_length=60
                    ),
                ),
                (
                    "greeting",
                    models.CharField(blank=True, help_text="Empty: the persona's.", max_length=300),
                ),
                ("avatar", models.BinaryField(null=True)),
                ("avatar_type", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "privacy_url",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[django.core.validators.URLValidator(schemes=["https", "http"])],
                    ),
                ),
                (
                    "texts",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        validators=[conversations.widget_rules.validate_texts],
                    ),
                ),
                (
                    "prechat",
                    models.JSONField(
                        blank=True,
                        default=list,
                        validators=[conversations.widget_rules.validate_answers],
                    ),
                ),
                (
                    "proactive",
                    models.JSONField(
                        blank=True,
                        default=list,
                        validators=[conversations.widget_rules.validate_proactive],
                    ),
                ),
                ("mail_capture", models.BooleanField(default=False)),
                ("asks_score", models.BooleanField(default=True)),
                ("takes_files", models.BooleanField(default=False)),
                ("suggests", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "widget settings",
                "verbose_name_plural": "widget settings",
            },
        ),
        migrations.AddField(
            model_name="visitor",
            name="answers",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="visitor",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="visitorsession",
            name="context",
            field=models.JSONField(
                blank=True, default=dict, help_text="What the site's page told; it proves nothing."
            ),
        ),
        migrations.AddField(
            model_name="visitorsession",
            name="page",
            field=models.CharField(
                blank=True, help_text="Where the chat was opened.", max_length=500
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("message", "Somebody said something"),
                    ("file", "The visitor sent a file"),
                    ("reply.done", "The bot's reply is complete"),
                    ("reply.failed", "The bot could not reply"),
                    ("reply.stopped", "Somebody stopped the reply"),
                    ("reply.again", "Another reply is written instead"),
                    ("action.asked", "The bot asks whether it may do something"),
                    ("person.asked", "The visitor asked for a person"),
                    ("person.joined", "A person answers from here on"),
                    ("bot.back", "The bot answers again"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="visitor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("tenant", "external_id"),
                name="one_visitor_per_user",
            ),
        ),
        migrations.AddField(
            model_name="sentfile",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="sentfile",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="conversations.tenant",
            ),
        ),
        migrations.AddField(
            model_name="widgetsettings",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="conversations.tenant",
            ),
        ),
        migrations.AddConstraint(
            model_name="sentfile",
            constraint=models.UniqueConstraint(
                fields=("conversation", "client_id"), name="one_file_per_client_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="widgetsettings",
            constraint=models.UniqueConstraint(
                fields=("tenant",), name="one_widget_settings_per_tenant"
            ),
        ),
        migrations.AddIndex(
            model_name="sentfile",
            index=models.Index(fields=["tenant", "created_at"], include=["size"], name="files_at"),
        ),
    ]
