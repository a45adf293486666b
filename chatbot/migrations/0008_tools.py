"""Tools, and what was done by them."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import chatbot.models.encryption
import chatbot.models.tools


class Migration(migrations.Migration):
    dependencies = [
        ("chatbot", "0007_prompt_texts"),
        ("conversations", "0006_verified_visitors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What the model calls it, like order_status.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z0-9_]{0,59}\\Z",
                                "Small letters, figures and _, beginning with a letter.",
                            )
                        ],
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        help_text="What people call it, like Order status.", max_length=100
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        help_text="For the model: what it does, and when to use it.",
                        max_length=1000,
                    ),
                ),
                (
                    "parameters",
                    models.JSONField(
                        default=chatbot.models.tools.no_arguments,
                        help_text="The JSON schema of what the model must say. Each call is "
                        "checked against it.",
                        verbose_name="Arguments",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("GET", "GET"),
                            ("POST", "POST"),
                            ("PUT", "PUT"),
                            ("PATCH", "PATCH"),
                            ("DELETE", "DELETE"),
                        ],
                        default="GET",
                        max_length=6,
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        help_text="With arguments in braces, like "
                        "https://api.example.com/orders/{order}. {visitor} is who the "
                        "visitor has proved to be.",
                        max_length=1000,
                        verbose_name="Address",
                    ),
                ),
                (
                    "visitor_parameter",
                    models.CharField(
                        blank=True,
                        help_text="Under this name the visitor's id goes along with the arguments, "
                        "if at all.",
                        max_length=60,
                    ),
                ),
                (
                    "headers",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further headers, by name. No secrets: staff see them.",
                    ),
                ),
                ("credential_header", models.CharField(default="Authorization", max_length=60)),
                (
                    "credential",
                    chatbot.models.encryption.EncryptedTextField(
                        blank=True, editable=False, null=True
                    ),
                ),
                (
                    "seconds",
                    models.PositiveSmallIntegerField(
                        default=8,
                        help_text="Seconds until a call that has not ended is given up.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="Time limit",
                    ),
                ),
                (
                    "most_bytes",
                    models.PositiveIntegerField(
                        default=64000,
                        help_text="A longer answer, in bytes, counts as failed.",
                        validators=[
                            django.core.validators.MinValueValidator(100),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="Size limit",
                    ),
                ),
                (
                    "answer_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="What the model may read of the answer, one a line, like status "
                        "or items[].name. Empty: only whether it worked.",
                        size=None,
                    ),
                ),
                (
                    "writes",
                    models.BooleanField(
                        default=False,
                        help_text="It is then done only after the visitor has said yes, and never "
                        "twice.",
                        verbose_name="Changes something",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="With arguments in braces, like “Cancel order {order}”. For what "
                        "changes something.",
                        max_length=200,
                        verbose_name="What the visitor is asked",
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                "ordering": ["tenant", "name"],
            },
        ),
        migrations.CreateModel(
            name="ToolCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(help_text="As the model wrote it.", max_length=100)),
                ("arguments", models.TextField(blank=True)),
                ("sealed", chatbot.models.encryption.EncryptedTextField(editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for the visitor's yes"),
                            ("confirmed", "The visitor said yes"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("refused", "Not allowed"),
                            ("declined", "The visitor did not say yes"),
                            ("unknown", "Nobody knows whether it was done"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "asked_seq",
                    models.PositiveIntegerField(
                        help_text="The event that asked for a yes.", null=True
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(help_text="Of the HTTP answer.", null=True),
                ),
                ("duration_ms", models.PositiveIntegerField(null=True)),
                ("answer", models.TextField(blank=True, help_text="What the model was told.")),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="For staff: what went wrong.", max_length=300
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "carried_by",
                    models.ForeignKey(
                        help_text="The reply in which it was done, where that is a later one.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="conversations.generation",
                    ),
                ),
                (
                    "generation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tool_calls",
                        to="conversations.generation",
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
                (
                    "tool",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="chatbot.tool",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="tool",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="one_tool_per_name"),
        ),
        migrations.AddIndex(
            model_name="toolcall",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "confirmed", "running"])),
                fields=["tenant", "generation"],
                name="tool_calls_waiting",
            ),
        ),
    ]
