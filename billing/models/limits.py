"""How much a tenant may spend, and how much of it is gone."""

from django.core.validators import MinValueValidator
from django.db import models

from billing.money import MONEY, shown
from conversations.models import Tenant, TenantOwned


class SpendLimit(models.Model):
    """The most a tenant may spend in a calendar month of its time zone; no row, no limit."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="spend_limit")
    monthly = models.DecimalField(**MONEY, validators=[MinValueValidator(0)])

    def __str__(self) -> str:
        return f"{self.tenant}: {shown(self.monthly)} a month"


class Budget(TenantOwned):
    """What is spent and held in one month of a tenant that has a limit.

    The one row a hold locks: `spent + held` never passes the limit.
    """

    month = models.DateField(help_text="Its first day.")
    spent = models.DecimalField(**MONEY, default=0)
    held = models.DecimalField(**MONEY, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "month"], name="one_budget_per_month"),
            models.CheckConstraint(condition=models.Q(held__gte=0), name="held_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.month:%Y-%m}"
