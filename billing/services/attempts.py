"""Open an attempt: a row and a hold before the request leaves."""

import datetime
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from billing.errors import SpendLimitReached
from billing.models import Attempt, Budget, SpendLimit
from billing.money import shown
from billing.pricing import upper_bound
from billing.services.prices import price_at
from conversations.models import Generation, Tenant


@dataclass(frozen=True)
class Call:
    """A call of a model that is about to be made."""

    purpose: Attempt.Purpose
    model: str
    prompt_tokens: int
    max_output_tokens: int
    request: dict[str, Any]


def open_attempt(generation: Generation, call: Call) -> Attempt:
    """The attempt is written, and the most it can cost is held against the tenant's limit.

    Refused with `Unpriced` where the model has no price now, and with
    `SpendLimitReached` where the limit leaves no room; then nothing is written.
    """
    price = price_at(call.model, timezone.now())
    held = upper_bound(call.prompt_tokens, call.max_output_tokens, price)
    with transaction.atomic(savepoint=False):
        return Attempt.objects.create(
            tenant_id=generation.tenant_id,
            generation=generation,
            purpose=call.purpose,
            model=call.model,
            price=price,
            budget=_hold(generation.tenant, held),
            prompt_tokens=call.prompt_tokens,
            max_output_tokens=call.max_output_tokens,
            held=held,
            request=call.request,
            opened_at=Now(),
        )


def month_of(tenant: Tenant, moment: datetime.datetime) -> datetime.date:
    """The first day of the month that this moment falls into at the tenant's place."""
    return moment.astimezone(zoneinfo.ZoneInfo(tenant.time_zone)).date().replace(day=1)


def _hold(tenant: Tenant, amount: Decimal) -> Budget | None:
    """The month's budget with this amount held; None where the tenant has no limit."""
    limit = SpendLimit.objects.filter(tenant=tenant).first()
    if limit is None:
        return None
    budget, _ = Budget.objects.get_or_create(tenant=tenant, month=month_of(tenant, timezone.now()))
    # One guarded update decides, however many ask at once.
    fits = Budget.objects.filter(
        pk=budget.pk, spent__lte=limit.monthly - amount - F("held")
    ).update(held=F("held") + amount)
    if not fits:
        raise SpendLimitReached(
            f"{tenant} may spend {shown(limit.monthly)} this month, and what is left is less than "
            f"the {shown(amount)} this reply could cost. Raise it in the admin under Spend limits."
        )
    return budget
