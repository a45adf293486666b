"""How much of a tenant's limit is used."""

from billing.models import Budget
from conversations.models import Tenant


def newest_budgets(tenant: Tenant, months: int = 12) -> list[Budget]:
    """The tenant's budgets of its newest months under a limit, newest first."""
    return list(Budget.objects.filter(tenant=tenant).order_by("-month")[:months])
