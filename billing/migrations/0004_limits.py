"""Limits by day and month, of tenants, visitors and the deployment; an attempt names its budgets.

What there was, one monthly limit a tenant, goes on as a hard one.
"""

import django.core.validators
import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Coalesce

AMOUNT = {
    "max_digits": 24,
    "decimal_places": 12,
    "null": True,
    "blank": True,
    "validators": [django.core.validators.MinValueValidator(0)],
}
KEEP = """
UPDATE billing_budget AS budget SET limit_id = one.id
  FROM billing_spendlimit AS one WHERE one.tenant_id = budget.tenant_id;
UPDATE billing_attempt SET budgets = ARRAY[budget_id] WHERE budget_id IS NOT NULL;
UPDATE billing_attempt SET budget_id = NULL;
DELETE FROM billing_budget WHERE limit_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """Widens the tables and keeps what they hold."""

    dependencies = [
        ("billing", "0003_corrections_are_lines"),
        ("conversations", "0002_replies_again"),
    ]

    operations = [
        migrations.RenameField("spendlimit", "monthly", "hard"),
        migrations.AlterField("spendlimit", "hard", models.DecimalField(**AMOUNT)),
        migrations.AddField("spendlimit", "soft", models.DecimalField(**AMOUNT)),
        migrations.AlterField(
            "spendlimit",
            "tenant",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spend_limits",
                to="conversations.tenant",
            ),
        ),
        migrations.AddField(
            "spendlimit",
            "scope",
            models.CharField(
                choices=[
                    ("tenant", "The tenant, all visitors together"),
                    ("visitor", "Each visitor of the tenant"),
                    ("deployment", "The whole deployment, all tenants together"),
                ],
                default="tenant",
                max_length=20,
            ),
        ),
        migrations.AddField(
            "spendlimit",
            "period",
            models.CharField(
                choices=[("day", "A day"), ("month", "A calendar month")],
                default="month",
                max_length=20,
            ),
        ),
        migrations.AddField(
            "spendlimit",
            "at_hard",
            models.CharField(
                choices=[
                    ("cheaper", "Answer with a cheaper model, while that fits"),
                    ("person", "Hand over to a person"),
                    ("stop", "Stop the bot and say so"),
                ],
                default="stop",
                max_length=20,
            ),
        ),
        migrations.AddField(
            "spendlimit", "cheaper_model", models.CharField(blank=True, max_length=200)
        ),
        migrations.AddConstraint(
            "spendlimit",
            models.UniqueConstraint(
                fields=["tenant", "scope", "period"],
                name="one_limit_of_a_kind",
                nulls_distinct=False,
                violation_error_message="There is such a limit already; change that one.",
            ),
        ),
        migrations.AddConstraint(
            "spendlimit",
            models.CheckConstraint(
                condition=models.Q(tenant=None, scope="deployment")
                | models.Q(tenant__isnull=False) & ~models.Q(scope="deployment"),
                name="limits_of_the_deployment_have_no_tenant",
                violation_error_message="A limit of the whole deployment has no tenant, and any "
                "other has one.",
            ),
        ),
        migrations.AddConstraint(
            "spendlimit",
            models.CheckConstraint(
                condition=models.Q(soft__isnull=False) | models.Q(hard__isnull=False),
                name="limits_limit_something",
                violation_error_message="Give a soft limit, a hard one or both.",
            ),
        ),
        migrations.AddConstraint(
            "spendlimit",
            models.CheckConstraint(
                condition=models.Q(soft__isnull=True)
                | models.Q(hard__isnull=True)
                | models.Q(soft__lte=models.F("hard")),
                name="soft_limits_come_first",
                violation_error_message="The soft limit is above the hard one: nobody would be "
                "alerted in time.",
            ),
        ),
        migrations.RemoveConstraint("budget", "one_budget_per_month"),
        migrations.RenameField("budget", "month", "first_day"),
        migrations.AlterField(
            "budget", "first_day", models.DateField(help_text="Of the day or the month.")
        ),
        migrations.AddField(
            "budget",
            "limit",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="budgets",
                to="billing.spendlimit",
            ),
        ),
        migrations.AddField(
            "budget",
            "visitor",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.visitor",
            ),
        ),
        migrations.AddField(
            "budget",
            "warned",
            models.BooleanField(default=False, help_text="The soft limit was passed."),
        ),
        migrations.AddField(
            "attempt",
            "budgets",
            ArrayField(
                models.BigIntegerField(),
                default=list,
                help_text="Those that it holds its most against.",
                size=None,
            ),
        ),
        migrations.AddField(
            "attempt",
            "instead_of",
            models.CharField(
                blank=True,
                help_text="The model that a spend limit had no room for.",
                max_length=200,
            ),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField("attempt", "budget"),
        migrations.RemoveField("budget", "tenant"),
        migrations.AlterField(
            "budget",
            "limit",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="budgets",
                to="billing.spendlimit",
            ),
        ),
        migrations.AddConstraint(
            "budget",
            models.UniqueConstraint(
                models.F("limit"),
                models.F("first_day"),
                Coalesce("visitor", 0),
                name="one_budget_per_period",
            ),
        ),
    ]
