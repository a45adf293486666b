"""What a digest is made from."""

import datetime
import zoneinfo
from collections.abc import Iterable
from decimal import Decimal

from billing.digests import Facts, Period
from billing.forecast import DAY, WINDOW, month_end
from billing.models import Price, SpendLimit, Tier
from billing.selectors.limits import limits_of
from billing.selectors.savings import savings_in
from billing.selectors.scope import Scope
from billing.selectors.spend import conversation_spend, spend_lines
from conversations.models import Tenant


def facts_of(tenant: Tenant, period: Period, today: datetime.date) -> Facts | None:
    """Everything that a digest of the period tells; None where there is nothing to tell.

    That is where no model was called in it nor in the one before. Days are
    the tenant's own.
    """
    zone = zoneinfo.ZoneInfo(tenant.time_zone)
    scope = Scope((tenant,), period.first, period.last, zone)
    lines = spend_lines(scope)
    before = spend_lines(Scope((tenant,), period.before.first, period.before.last, zone))
    if not lines and not before:
        return None
    count, amount = conversation_spend(scope)
    return Facts(
        lines=lines,
        before=before,
        conversations=count,
        conversation_amount=amount,
        prices=newest_prices((line.model for line in [*before, *lines]), scope),
        saved=savings_in(scope),
        forecast=month_end(daily_spend(tenant, today), today),
        month_limit=month_limit(tenant),
    )


def daily_spend(tenant: Tenant, today: datetime.date) -> dict[datetime.date, Decimal]:
    """What each day cost the tenant, of this month and of what a forecast looks at."""
    first = min(today.replace(day=1), today - WINDOW * DAY)
    daily: dict[datetime.date, Decimal] = {}
    for line in spend_lines(Scope((tenant,), first, today, zoneinfo.ZoneInfo(tenant.time_zone))):
        daily[line.day] = daily.get(line.day, Decimal(0)) + line.amount
    return daily


def month_limit(tenant: Tenant) -> Decimal | None:
    """What the tenant may spend in a month: its hard limit, else the soft one, else None."""
    for state in limits_of(tenant):
        if state.limit.period == SpendLimit.Period.MONTH:
            return state.soft if state.hard is None else state.hard
    return None


def newest_prices(models: Iterable[str], scope: Scope) -> dict[str, Price]:
    """The last standard price of each model that held on any day of the scope."""
    rows = Price.objects.filter(model__in=set(models), tier=Tier.STANDARD, valid_from__lt=scope.end)
    return {row.model: row for row in rows.order_by("model", "-valid_from").distinct("model")}
