"""How much may be spent, and how much of it is gone."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce

from billing.money import MONEY, shown
from conversations.models import Tenant, Visitor

AMOUNT: dict[str, Any] = MONEY | {"null": True, "blank": True, "validators": [MinValueValidator(0)]}


class SpendLimit(models.Model):
    """What a tenant, each of its visitors or the whole deployment may spend in a day or a month.

    At `soft` managers are alerted once per period and nothing else happens.
    Past `hard` nothing is spent: a call that could pass it is not made, and
    what happens instead is `at_hard`. Days and months are the tenant's, or
    by the deployment's `TIME_ZONE`. No row, no limit.
    """

    class Scope(models.TextChoices):
        """Whose spending is added up."""

        TENANT = "tenant", "The tenant, all visitors together"
        VISITOR = "visitor", "Each visitor of the tenant"
        DEPLOYMENT = "deployment", "The whole deployment, all tenants together"

    class Period(models.TextChoices):
        """When counting begins anew; the values are fields of PostgreSQL's `date_trunc`."""

        DAY = "day", "A day"
        MONTH = "month", "A calendar month"

    class AtHard(models.TextChoices):
        """What a visitor gets instead of a call that could pass the hard limit, mildest first."""

        CHEAPER = "cheaper", "Answer with a cheaper model, while that fits"
        PERSON = "person", "Hand over to a person"
        STOP = "stop", "Stop the bot and say so"

    tenant = models.ForeignKey(
        Tenant, models.CASCADE, null=True, blank=True, related_name="spend_limits"
    )
    scope = models.CharField(max_length=20, choices=Scope.choices, default=Scope.TENANT)
    period = models.CharField(max_length=20, choices=Period.choices, default=Period.MONTH)
    soft = models.DecimalField(**AMOUNT)
    hard = models.DecimalField(**AMOUNT)
    at_hard = models.CharField(max_length=20, choices=AtHard.choices, default=AtHard.STOP)
    cheaper_model = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "scope", "period"],
                name="one_limit_of_a_kind",
                nulls_distinct=False,
                violation_error_message="There is such a limit already; change that one.",
            ),
            models.CheckConstraint(
                condition=models.Q(tenant=None, scope="deployment")
                | models.Q(tenant__isnull=False) & ~models.Q(scope="deployment"),
                name="limits_of_the_deployment_have_no_tenant",
                violation_error_message="A limit of the whole deployment has no tenant, and any "
                "other has one.",
            ),
            models.CheckConstraint(
                condition=models.Q(soft__isnull=False) | models.Q(hard__isnull=False),
                name="limits_limit_something",
                violation_error_message="Give a soft limit, a hard one or both.",
            ),
            models.CheckConstraint(
                condition=models.Q(soft__isnull=True)
                | models.Q(hard__isnull=True)
                | models.Q(soft__lte=models.F("hard")),
                name="soft_limits_come_first",
                violation_error_message="The soft limit is above the hard one: nobody would be "
                "alerted in time.",
            ),
        ]

    def __str__(self) -> str:
        amount = self.soft if self.hard is None else self.hard
        return f"{self.whose()}: {shown(amount or Decimal(0))} a {self.period}"

    def whose(self) -> str:
        """Whose spending it limits, in words."""
        if self.scope == self.Scope.DEPLOYMENT:
            return "The whole deployment"
        if self.scope == self.Scope.VISITOR:
            return f"Each visitor of {self.tenant}"
        return str(self.tenant)

    def clean(self) -> None:
        """Refused with `ValidationError` where a cheaper model is to answer and none is named."""
        if self.at_hard == self.AtHard.CHEAPER and not self.cheaper_model:
            raise ValidationError({"cheaper_model": "Name the cheaper model that is to answer."})


class Budget(models.Model):
    """What is spent and held under one limit in one period, for a limit of visitors by visitor.

    The row that a hold locks. `spent + held` never passes the hard limit,
    unless that was lowered meanwhile. Calls count in the period in which
    they were opened.
    """

    limit = models.ForeignKey(SpendLimit, models.CASCADE, related_name="budgets")
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="+")
    first_day = models.DateField(help_text="Of the day or the month.")
    spent = models.DecimalField(**MONEY, default=0)
    held = models.DecimalField(**MONEY, default=0)
    warned = models.BooleanField(default=False, help_text="The soft limit was passed.")

    class Meta:
        constraints = [
            # also the index by which a hold finds its row
            models.UniqueConstraint(
                "limit", "first_day", Coalesce("visitor", 0), name="one_budget_per_period"
            ),
            models.CheckConstraint(condition=models.Q(held__gte=0), name="held_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.limit}, {self.first_day}"
