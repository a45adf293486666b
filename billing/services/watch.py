"""Look at spending every hour, and raise an alert where a manager should know before asking."""

import datetime
import logging
import zoneinfo
from collections.abc import Callable
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from billing.forecast import DAY, burn_down, month_end
from billing.models import Alert, SpendLimit
from billing.money import shown
from billing.selectors.limits import LimitState, limits_of
from billing.selectors.scope import Scope
from billing.selectors.spend import spend_lines, top_conversations
from billing.selectors.unpriced import unpriced_models
from billing.services.alerts import raise_alert
from billing.watching import TIMES, WEEKS, unusual_day
from conversations.models import Tenant

logger = logging.getLogger(__name__)

Daily = dict[datetime.date, Decimal]

# A conversation is looked at for a week; more than so many dear ones are one story, not many.
CONVERSATION_DAYS = 7
MOST_CONVERSATIONS = 20


def watch() -> int:
    """Everything that deserves an alert now has one; returns how many are new.

    A second call raises nothing twice. A tenant whose figures cannot be
    read keeps nobody else from being looked at.
    """
    tenants = list(Tenant.objects.all())
    raised = sum(_safely(_look_at_tenant, tenant) for tenant in tenants)
    return raised + _safely(_look_at_deployment, tenants)


def _safely(look: Callable[..., int], at: object) -> int:
    try:
        return look(at)
    except Exception:
        logger.exception("Spending of %s could not be watched", at)
        return 0


def _look_at_tenant(tenant: Tenant) -> int:
    zone = zoneinfo.ZoneInfo(tenant.time_zone)
    today = timezone.localdate(timezone=zone)
    daily = _daily((tenant,), zone, today)
    return (
        _forecasts(tenant, daily, today)
        + _days(tenant, daily, today)
        + _conversations(tenant, zone, today)
        + _unpriced(tenant)
    )


def _look_at_deployment(tenants: list[Tenant]) -> int:
    if not limits_of(None):
        return 0
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate(timezone=zone)
    return _forecasts(None, _daily(tuple(tenants), zone, today), today)


def _daily(tenants: tuple[Tenant, ...], zone: zoneinfo.ZoneInfo, today: datetime.date) -> Daily:
    """What each day cost: this month, and the weeks that say what is usual."""
    first = min(today.replace(day=1), today - (7 * WEEKS + 1) * DAY)
    daily: Daily = {}
    for line in spend_lines(Scope(tenants, first, today, zone)):
        daily[line.day] = daily.get(line.day, Decimal(0)) + line.amount
    return daily


def _forecasts(tenant: Tenant | None, daily: Daily, today: datetime.date) -> int:
    months = [state for state in limits_of(tenant) if state.limit.period == SpendLimit.Period.MONTH]
    return sum(_forecast(state, daily, today) for state in months)


def _forecast(state: LimitState, daily: Daily, today: datetime.date) -> int:
    """Told while the limit is not reached yet: that it is, the limit itself tells."""
    limit, end = state.limit, month_end(daily, today)
    amount = state.soft if state.hard is None else state.hard
    if not end or not amount or end.spent >= amount or end.likely <= amount:
        return 0
    crossing = burn_down(daily, amount, today, shares=(100,)).crossings[0]
    why = (
        f"{limit.whose()} has spent {shown(end.spent)} this month and is likely to have spent "
        f"{shown(end.likely)} at its end ({shown(end.low)} to {shown(end.high)}). The limit is "
        f"{shown(amount)}"
    )
    if crossing.day:
        why += f", likely reached on {_in_words(crossing.day)}"
    return _raised(
        limit.tenant,
        Alert.Kind.FORECAST,
        f"{limit.pk}/{today.replace(day=1)}",
        why + ".",
        "Look in the spend report under “What changed” at why. Raise the limit, choose a cheaper "
        "model, or decide under Limits what happens when it is reached.",
        low=end.low,
        likely=end.likely,
        high=end.high,
        spent=end.spent,
        limit=amount,
    )


def _days(tenant: Tenant, daily: Daily, today: datetime.date) -> int:
    """Today, which may still grow, and yesterday, whose last calls came after the last look."""
    raised = 0
    for day in (today - DAY, today):
        found = unusual_day(daily, day)
        if found:
            raised += _raised(
                tenant,
                Alert.Kind.ANOMALY,
                f"day/{day}",
                f"{tenant} spent {shown(found.amount)} on {_in_words(day)}, more than {TIMES} "
                f"times the {shown(found.usual)} that a {day:%A} usually costs.",
                "Look in the spend report at this day: which model, and which conversations. If "
                "it is no good, set a limit for a day or for each visitor.",
                amount=found.amount,
                usual=found.usual,
            )
    return raised


def _conversations(tenant: Tenant, zone: zoneinfo.ZoneInfo, today: datetime.date) -> int:
    most = settings.ALERT_CONVERSATION_ABOVE
    week = Scope((tenant,), today - (CONVERSATION_DAYS - 1) * DAY, today, zone)
    return sum(
        _raised(
            tenant,
            Alert.Kind.ANOMALY,
            f"conversation/{one.id}",
            f"Conversation {one.id}, begun on {_in_words(one.started.astimezone(zone).date())}, "
            f"cost {shown(one.amount)} within a week, in {one.calls:,} calls. Above {shown(most)} "
            "one is worth a look.",
            "Read its transcript. If somebody plays with the bot, set a limit for each visitor.",
            amount=one.amount,
            conversation=one.id,
        )
        for one in top_conversations(week, MOST_CONVERSATIONS)
        if one.amount > most
    )


def _unpriced(tenant: Tenant) -> int:
    """Managers hear that replies fail, the operator, who sets prices, for which model."""
    raised = 0
    for model, replies in unpriced_models(tenant, timezone.now() - DAY).items():
        why = f"{model} has no price, so it is not called: {replies} replies failed since yesterday"
        for whom, where, do in (
            (tenant, "", "Ask the operator to set its price, or give the persona another model."),
            (None, f" at {tenant}", "Set its price in the admin under Prices."),
        ):
            key = f"{tenant.pk}/{model}/{timezone.localdate():%Y-%m}"
            raised += _raised(whom, Alert.Kind.UNPRICED_MODEL, key, f"{why}{where}.", do)
    return raised


def _raised(
    tenant: Tenant | None, kind: str, key: str, why: str, do: str, **figures: Decimal | int
) -> int:
    known = {name: str(amount) for name, amount in figures.items()}
    return int(raise_alert(tenant, kind, key, why, do, known) is not None)


def _in_words(day: datetime.date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
