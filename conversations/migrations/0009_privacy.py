"""Roles by name of what people do, the audit log, exports, and how long conversations are kept.

Those who were staff are agents now. The audit log refuses to be rewritten:
a line goes only with its whole tenant, in a transaction that said so with
`SET LOCAL counterfoil.removing = 'tenant'`.
"""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import conversations.models.exports

AGENTS = "UPDATE conversations_membership SET role = 'agent' WHERE role = 'staff'"
STAFF = """
UPDATE conversations_membership SET role = 'staff' WHERE role IN ('viewer', 'agent', 'reviewer')
"""
APPEND_ONLY = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.tenant_id IS NOT NULL
     AND current_setting('counterfoil.removing', true) = 'tenant' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'The audit log is append-only.';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON conversations_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""
REWRITABLE = """
DROP TRIGGER audit_is_append_only ON conversations_auditentry;
DROP FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    """Adds the tables and the trigger; renames a role."""

    dependencies = [
        ("conversations", "0008_the_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="kept_days",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="After so many quiet days a conversation is erased. Empty: never.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(36500),
                ],
                verbose_name="days that conversations are kept",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("viewer", "Viewer: reads conversations"),
                    ("agent", "Agent: also answers"),
                    ("reviewer", "Reviewer: also judges, redacts and exports"),
                    ("manager", "Manager: also sees spending and settings"),
                    ("owner", "Owner: also decides who belongs"),
                ],
                default="agent",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "first_day",
                    models.DateField(blank=True, help_text="Empty: from the beginning.", null=True),
                ),
                (
                    "last_day",
                    models.DateField(blank=True, help_text="Empty: until today.", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being made"),
                            ("done", "Ready"),
                            ("withdrawn", "Withdrawn: words in it were redacted or erased since"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                (
                    "after",
                    models.BigIntegerField(
                        default=0, help_text="The last conversation in it so far."
                    ),
                ),
                (
                    "upto",
                    models.BigIntegerField(
                        default=0, help_text="The newest when it was asked for."
                    ),
                ),
                (
                    "kept_until",
                    models.DateTimeField(default=conversations.models.exports.kept_until),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
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
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="conversations.export",
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
                "ordering": ["export", "number"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.CharField(
                        blank=True, help_text="Empty: the product itself.", max_length=150
                    ),
                ),
                ("person_id", models.BigIntegerField(null=True)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("sign_in", "Signed in"),
                            ("sign_out", "Signed out"),
                            ("sign_in_refused", "Sign-in refused"),
                            ("second_factor", "Second factor changed"),
                            ("opened", "Opened a transcript"),
                            ("exported", "Exported"),
                            ("redacted", "Redacted"),
                            ("erased", "Erased"),
                            ("role", "Changed who belongs"),
                            ("setting", "Changed a setting"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "thing",
                    models.CharField(blank=True, help_text="What kind of thing.", max_length=100),
                ),
                ("thing_id", models.CharField(blank=True, max_length=60)),
                ("details", models.JSONField(default=dict)),
                ("address", models.GenericIPAddressField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        help_text="None: the deployment's.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["tenant", "-id"], name="audit_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="exports_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="exportpart",
            constraint=models.UniqueConstraint(fields=("export", "number"), name="one_export_part"),
        ),
        migrations.RunSQL(AGENTS, STAFF),
        migrations.RunSQL(APPEND_ONLY, REWRITABLE),
    ]
