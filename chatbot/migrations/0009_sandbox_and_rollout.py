"""Trials of a candidate, evaluation sets, and canaries."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chatbot", "0008_tools"),
        ("conversations", "0007_arms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvaluationSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("about", models.CharField(blank=True, max_length=300)),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="Percent of the cases that must pass.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
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
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="EvaluationCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.TextField(max_length=4000)),
                (
                    "expected",
                    models.TextField(
                        blank=True,
                        help_text="What a good answer says, for people to compare.",
                        max_length=4000,
                    ),
                ),
                ("rules", models.JSONField(blank=True, default=list)),
                (
                    "source_message",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                (
                    "set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="chatbot.evaluationset",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "ordering": ["set", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Rollout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False)),
                ("wording", models.JSONField(editable=False)),
                (
                    "model",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the model that the version names.",
                        max_length=200,
                    ),
                ),
                ("salt", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Percent of the visitors. A visitor who has it keeps it.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                    ),
                ),
                (
                    "most_errors",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=5,
                        help_text="Points more failed replies.",
                        null=True,
                        verbose_name="error rate",
                    ),
                ),
                (
                    "most_cost",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=50,
                        help_text="Percent more for a reply.",
                        null=True,
                        verbose_name="cost",
                    ),
                ),
                (
                    "most_thumbs_down",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=20,
                        help_text="Points more of all thumbs.",
                        null=True,
                        verbose_name="thumbs down",
                    ),
                ),
                (
                    "most_handed_off",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=15,
                        help_text="Points more conversations in which a person is asked for.",
                        null=True,
                        verbose_name="hand-offs",
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("95", "95 %: rolls back early, now and then for nothing"),
                            ("99", "99 %"),
                            ("99.9", "99.9 %: rolls back late, hardly ever for nothing"),
                        ],
                        default="99",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("adopted", "Adopted: everybody gets it"),
                            ("rolled_back", "Rolled back"),
                        ],
                        default="running",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="What it is to find out.", max_length=300
                    ),
                ),
                ("started_at", models.DateTimeField(editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("why_ended", models.CharField(blank=True, editable=False, max_length=500)),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "persona",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rollouts",
                        to="chatbot.persona",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="chatbot.personaversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "canary",
                "verbose_name_plural": "canaries",
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="Trial",
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
                            ("play", "A chat: ask it yourself"),
                            ("replay", "Recorded conversations, beside what was answered then"),
                            ("evaluation", "An evaluation set"),
                        ],
                        default="play",
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("priced", "Waits for your word"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("ended", "Ended"),
                        ],
                        default="priced",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False, null=True)),
                ("wording", models.JSONField(default=dict, editable=False)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("knowledge_title", models.CharField(blank=True, max_length=300)),
                ("knowledge_text", models.TextField(blank=True)),
                ("threshold", models.PositiveSmallIntegerField(editable=False, null=True)),
                (
                    "chosen",
                    models.JSONField(
                        default=dict, editable=False, help_text="Which were chosen, and how."
                    ),
                ),
                (
                    "likely",
                    models.DecimalField(
                        decimal_places=12, editable=False, max_digits=24, null=True
                    ),
                ),
                (
                    "most",
                    models.DecimalField(
                        decimal_places=12, editable=False, max_digits=24, null=True
                    ),
                ),
                ("note", models.CharField(blank=True, editable=False, max_length=500)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "persona",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="chatbot.persona",
                    ),
                ),
                (
                    "set",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="chatbot.evaluationset",
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
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="chatbot.personaversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="TrialItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.TextField()),
                ("history", models.JSONField(default=list)),
                ("rules", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits"),
                            ("done", "Answered"),
                            ("failed", "No answer"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("taken_until", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("citations", models.JSONField(default=list)),
                ("verdicts", models.JSONField(default=list)),
                ("problem", models.TextField(blank=True)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("input_tokens", models.PositiveIntegerField(default=0)),
                ("output_tokens", models.PositiveIntegerField(default=0)),
                ("cost", models.DecimalField(decimal_places=12, max_digits=24, null=True)),
                ("first_ms", models.PositiveIntegerField(null=True)),
                ("whole_ms", models.PositiveIntegerField(null=True)),
                (
                    "checks",
                    models.JSONField(default=list, help_text="Each rule, and whether it was kept."),
                ),
                ("passed", models.BooleanField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chatbot.evaluationcase",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        help_text="What it replays.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="chatbot.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["trial", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="evaluationset",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="one_set_per_name"),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")),
                fields=("tenant",),
                name="one_running_rollout_per_tenant",
            ),
        ),
        migrations.AddIndex(
            model_name="trialitem",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="trial_items_waiting"
            ),
        ),
    ]
