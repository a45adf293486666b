"""How limits stand: what is spent and held under each, in the period of now."""

import datetime
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from billing.models import Attempt, Budget, LedgerEntry, SpendLimit
from conversations.models import Tenant

Period = SpendLimit.Period


@dataclass(frozen=True)
class LimitState:
    """A limit in its running period: from `start` until before `end`, at the limit's place."""

    limit: SpendLimit
    start: datetime.datetime
    end: datetime.datetime
    spent: Decimal
    held: Decimal

    @property
    def soft(self) -> Decimal | None:
        """Where managers are alerted."""
        return self.limit.soft

    @property
    def hard(self) -> Decimal | None:
        """What is never passed."""
        return self.limit.hard

    @property
    def left(self) -> Decimal | None:
        """What can still be held; None without a hard limit, never below zero."""
        return None if self.hard is None else max(Decimal(0), self.hard - self.spent - self.held)


def limits_of(tenant: Tenant | None) -> list[LimitState]:
    """The limits on all of a tenant's spending, or on the deployment's for None; month first.

    Limits of single visitors are not among them.
    """
    limits = SpendLimit.objects.filter(tenant=tenant).exclude(scope=SpendLimit.Scope.VISITOR)
    return [state_of(limit) for limit in limits.select_related("tenant").order_by("-period")]


def state_of(limit: SpendLimit) -> LimitState:
    """How the limit stands now, of a limit that visitors have each: all of them together."""
    start, end = period_of(limit, timezone.now())
    budgets = Budget.objects.filter(limit=limit, first_day=start.date())
    sums = budgets.aggregate(spent=Sum("spent"), held=Sum("held"))
    if sums["spent"] is None:
        # nothing was called since the period or the limit began
        sums = {"spent": _spent(limit, start), "held": _held(limit, start)}
    return LimitState(limit, start, end, **sums)


def period_of(
    limit: SpendLimit, moment: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime]:
    """When the day or month of the moment begins at the limit's place, and when the next one."""
    zone = zoneinfo.ZoneInfo(limit.tenant.time_zone if limit.tenant else settings.TIME_ZONE)
    first = moment.astimezone(zone).date()
    if limit.period == Period.DAY:
        after = first + datetime.timedelta(days=1)
    else:
        first = first.replace(day=1)
        after = (first + datetime.timedelta(days=32)).replace(day=1)
    midnight = datetime.time()
    return (
        datetime.datetime.combine(first, midnight, zone),
        datetime.datetime.combine(after, midnight, zone),
    )


def newest_budgets(limit: SpendLimit, periods: int = 12) -> list[Budget]:
    """What the newest periods under the limit used of it, newest first; by visitor the fullest."""
    return list(limit.budgets.order_by("-first_day", "-spent", "pk")[:periods])


def _spent(limit: SpendLimit, start: datetime.datetime) -> Decimal:
    since = Q(at__gte=start, attempt__opened_at__gte=start)
    entries = LedgerEntry.objects.filter(since, *_of(limit))
    return entries.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]


def _held(limit: SpendLimit, start: datetime.datetime) -> Decimal:
    attempts = Attempt.objects.filter(*_of(limit), state=Attempt.State.OPEN, opened_at__gte=start)
    return attempts.aggregate(sum=Sum("held", default=Decimal(0)))["sum"]


def _of(limit: SpendLimit) -> list[Q]:
    return [Q(tenant=limit.tenant_id)] if limit.tenant_id else []
