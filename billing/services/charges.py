"""What an answered call is charged, and at which price."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Price, Tier
from billing.pricing import cost_of
from billing.usage import Usage


@dataclass(frozen=True)
class Charge:
    """What a call costs and the price row it was worked out with.

    `certain` is False where the tier that answered has no price.
    """

    price: Price
    amount: Decimal
    certain: bool = True


def charge(usage: Usage, held: Price, opened_at: datetime.datetime) -> Charge:
    """What these tokens cost at the tier that answered, as it was priced when the call was opened.

    `held` is the standard price that the call was opened with. A tier
    without a price, or with a name that is not known here, is charged at
    the dearest of the model's priced tiers: never more than was held, and
    never for nothing.
    """
    tier = Tier.reported(usage.tier)
    if tier == held.tier:
        return Charge(held, cost_of(usage, held))
    rows = Price.objects.filter(model=held.model, valid_from__lte=opened_at)
    tiers = {row.tier: row for row in rows.order_by("tier", "-valid_from").distinct("tier")}
    tiers[held.tier] = held
    if tier in tiers:
        return Charge(tiers[tier], cost_of(usage, tiers[tier]))
    dearest = max(tiers.values(), key=lambda row: cost_of(usage, row))
    return Charge(dearest, cost_of(usage, dearest), certain=False)
