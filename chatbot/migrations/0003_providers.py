"""Servers, keys, the matrix of models, fallback steps, and which calls took them."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import chatbot.models.encryption
import chatbot.models.providers


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0013_alerts_about_providers"),
        ("chatbot", "0002_guardrails"),
        ("conversations", "0002_replies_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=200, unique=True)),
                (
                    "chat",
                    models.BooleanField(
                        default=True,
                        help_text="No: the model only takes legacy completions (/v1/completions).",
                    ),
                ),
                (
                    "temperature",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("without_effort", "Only with the reasoning effort none"),
                            ("no", "No"),
                        ],
                        default="yes",
                        max_length=20,
                    ),
                ),
                (
                    "output_limit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "As the server knows it"),
                            ("max_completion_tokens", "max_completion_tokens"),
                            ("max_tokens", "max_tokens"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "efforts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        help_text="Values of reasoning_effort that it takes, one a line.",
                        size=None,
                    ),
                ),
                (
                    "effort",
                    models.CharField(
                        blank=True,
                        help_text="The one that is sent. Empty: none is sent.",
                        max_length=20,
                    ),
                ),
                (
                    "verbosities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        help_text="Values of verbosity that it takes, one a line.",
                        size=None,
                    ),
                ),
                (
                    "cache_key",
                    models.BooleanField(default=True, help_text="Takes prompt_cache_key."),
                ),
                ("context_tokens", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "most_output",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="most output tokens"
                    ),
                ),
                ("shuts_down_on", models.DateField(blank=True, null=True)),
                (
                    "instead",
                    models.CharField(
                        blank=True, help_text="What its maker names to move to.", max_length=200
                    ),
                ),
                ("source", models.CharField(help_text="Where this was read.", max_length=300)),
                ("checked_on", models.DateField(help_text="When the source was last looked at.")),
                ("edited", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["model"],
            },
        ),
        migrations.CreateModel(
            name="ModelServer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("openai", "OpenAI"),
                            ("azure", "Azure OpenAI"),
                            ("compatible", "Compatible: vLLM, Ollama, llama.cpp, a gateway"),
                        ],
                        default="compatible",
                        max_length=20,
                    ),
                ),
                (
                    "base_url",
                    models.CharField(
                        help_text="Like https://api.openai.com/v1, http://vllm:8000/v1, http://ollama:11434/v1, or https://NAME.openai.azure.com.",  # noqa: E501
                        max_length=500,
                        validators=[django.core.validators.URLValidator(["https", "http"])],
                        verbose_name="base URL",
                    ),
                ),
                (
                    "api_version",
                    models.CharField(
                        blank=True,
                        help_text="Azure's, for paths by deployment. Empty calls the base URL as it is.",  # noqa: E501
                        max_length=40,
                        verbose_name="API version",
                    ),
                ),
                (
                    "serves",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Models that are asked for here first, one a line. Others go to the server that the environment names.",  # noqa: E501
                        size=None,
                    ),
                ),
                (
                    "deployments",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Names that models go by here, like {"gpt-6-luna": "our-luna"}.',
                    ),
                ),
            ],
            options={
                "verbose_name": "model server",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Detour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("server", models.CharField(max_length=60)),
                ("instead_of", models.CharField(help_text="The first choice.", max_length=200)),
                (
                    "why",
                    models.CharField(
                        help_text="Code of what the call before it met.", max_length=40
                    ),
                ),
                (
                    "shorter",
                    models.BooleanField(
                        default=False, help_text="Went out with less of the history."
                    ),
                ),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="detour",
                        to="billing.attempt",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FallbackStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=1, help_text="1 is tried first."),
                ),
                (
                    "model",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the same model, at another server.",
                        max_length=200,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every tenant that has no steps of its own.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
                (
                    "server",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: where the model is usually asked for.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chatbot.modelserver",
                    ),
                ),
            ],
            options={
                "ordering": ["tenant", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "position"),
                        name="one_step_per_position",
                        nulls_distinct=False,
                        violation_error_message="There is a step at this position already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(help_text="Whose it is, or what for.", max_length=100)),
                ("secret", chatbot.models.encryption.EncryptedTextField()),
                ("last4", models.CharField(editable=False, max_length=4, verbose_name="ends with")),
                ("fingerprint", models.CharField(editable=False, max_length=16)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "rotate_by",
                    models.DateField(
                        default=chatbot.models.providers.in_a_month,
                        help_text="You are alerted a week before, and again on the day.",
                    ),
                ),
                (
                    "retires_at",
                    models.DateTimeField(
                        blank=True, help_text="Not used from then on. Empty: goes on.", null=True
                    ),
                ),
                ("refused_at", models.DateTimeField(editable=False, null=True)),
                ("refused_why", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "server",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the server that the environment names.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="chatbot.modelserver",
                    ),
                ),
            ],
            options={
                "ordering": ["server__name", "-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("server", "fingerprint"),
                        name="one_row_per_key",
                        nulls_distinct=False,
                        violation_error_message="This key is here already.",
                    )
                ],
            },
        ),
    ]
