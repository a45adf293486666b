"""What the same tokens would have cost at other prices, from the ledger's own entries."""

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.models import LedgerEntry, Price, Tier
from billing.money import MILLION
from billing.pricing import cost_at, token_prices
from billing.selectors.entries import above, entries_of
from billing.selectors.spend import Scope
from billing.services.prices import price_at
from billing.usage import Usage

CALL = LedgerEntry.Kind.CALL
UNKNOWN = LedgerEntry.Certainty.UNKNOWN


@dataclass(frozen=True)
class OtherPrices:
    """The rows to rate by: each call by the row of its own tier, else by the standard one."""

    standard: Price
    tiers: Mapping[Tier, Price]

    @classmethod
    def of_model(cls, model: str) -> "OtherPrices":
        """What the model costs now, at every tier; `Unpriced` where it has no price."""
        price = price_at(model, timezone.now())
        return cls(price, {Tier(row.tier): row for row in (price, *price.other_tiers)})

    @classmethod
    def of_row(cls, price: Price) -> "OtherPrices":
        """One row, whichever tier a call was served at."""
        return cls(price, {})

    def row(self, tier: str) -> Price:
        """The row that a call at this tier is rated by."""
        return self.tiers.get(Tier(tier), self.standard)


@dataclass(frozen=True)
class Rerated:
    """A day's calls of one model: what they cost, and what they would have cost; unrounded."""

    day: datetime.date
    model: str
    calls: int
    paid: Decimal
    would: Decimal


def rerated(scope: Scope, prices: OtherPrices) -> list[Rerated]:
    """One line per day and model with any call, in that order.

    The tokens are those of the entries, of each kind as many as it was. A
    call of which nobody knows the tokens was charged the most it could have
    cost, and is rated by the same rule. Corrections stay what they are.
    """
    rows = (
        _entries(scope)
        .annotate(day=TruncDate("at", tzinfo=scope.zone))
        .annotate(long=_is_long(prices), unknown=_unknown())
        .values("day", "model", "price__tier", "long", "unknown", "kind")
        .annotate(
            calls=Count("*"),
            paid=Sum("amount"),
            input=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            cache_write=Sum("cache_write_tokens"),
            output=Sum("output_tokens"),
        )
        .order_by("day", "model")
    )
    groups: dict[tuple[datetime.date, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["day"], row["model"]), []).append(dict(row))
    return [
        Rerated(
            day=day,
            model=model,
            calls=sum(row["calls"] for row in group if row["kind"] == CALL),
            paid=sum((row["paid"] for row in group), Decimal(0)),
            would=sum((_would(row, prices) for row in group), Decimal(0)),
        )
        for (day, model), group in groups.items()
    ]


def _entries(scope: Scope) -> QuerySet[LedgerEntry]:
    """Of every model and purpose."""
    return entries_of(dataclasses.replace(scope, models=(), purposes=()))


def _would(row: dict[str, Any], prices: OtherPrices) -> Decimal:
    """Prices are linear in tokens, so calls with the same prices can be added up first."""
    if row["kind"] != CALL:
        return row["paid"]
    each = token_prices(prices.row(row["price__tier"]), long=row["long"])
    if row["unknown"]:
        return (row["input"] * each.dearest_input + row["output"] * each.output) / MILLION
    usage = Usage(row["input"], row["output"], row["cached"], row["cache_write"])
    return cost_at(usage, each)


def _is_long(prices: OtherPrices) -> Case:
    """Whether the call is long by the row that it is rated by."""
    of_its_tier = [
        When(price__tier=tier, then=_above(prices.row(tier).long_from)) for tier in Tier.values
    ]
    return Case(*of_its_tier, default=Value(False), output_field=BooleanField())


def _above(threshold: int | None) -> Case | Value:
    return Value(False) if threshold is None else above(threshold)


def _unknown() -> Case:
    return Case(When(Q(certainty=UNKNOWN), then=Value(True)), default=Value(False))
