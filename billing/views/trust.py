"""How sure the figures are, and what they rest on."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Price
from billing.money import shown
from billing.rounding import apportioned
from billing.selectors.reconciliation import NewestDifference, newest_difference
from billing.selectors.talks import newest_entry
from billing.views.reading import Reading


@dataclass(frozen=True)
class Certainty:
    """A kind of calls: its share, count and money; the shares shown add up to 100 %."""

    name: str
    meaning: str
    share: str
    calls: int
    amount: str


@dataclass(frozen=True)
class PriceRow:
    """A price that calls of the period were multiplied with."""

    model: str
    since: datetime.datetime
    words: str
    source: str
    checked_on: datetime.date


@dataclass(frozen=True)
class Trust:
    """Everything a doubtful reader asks about the figures above."""

    certainties: list[Certainty]
    unpriced: list[str]
    newest: datetime.datetime | None
    prices: list[PriceRow]
    provider: NewestDifference | None


MEANINGS = {
    "Exact": "priced from the tokens that the provider reported",
    "Estimated": "the provider did not report, so the tokens were counted here",
    "Unknown": "nobody knows what was used, so the most it could have cost is charged",
}


def trust_of(reading: Reading, prices: list[Price], behind: dict[str, set[str]]) -> Trust:
    """Of the lines that were asked for; `behind` each name stand the models that price it."""
    priced = {price.model for price in prices}
    scope = reading.scope
    return Trust(
        certainties=_certainties(reading),
        unpriced=sorted(name for name, models in behind.items() if not models & priced),
        provider=newest_difference(scope.tenants, scope.first, scope.last),
        newest=newest_entry(reading.scope.tenants),
        prices=[
            PriceRow(
                price.model, price.valid_from, price.in_words(), price.source, price.checked_on
            )
            for price in prices
        ],
    )


def _certainties(reading: Reading) -> list[Certainty]:
    sums = reading.sums
    counts = [sums.exact, sums.estimated, sums.unknown]
    if not sums.calls:  # corrections only
        return []
    shares = apportioned([Decimal(n) * 100 / sums.calls for n in counts], 1, Decimal(100))
    exact = sums.amount - sums.estimated_amount - sums.unknown_amount
    amounts = [exact, sums.estimated_amount, sums.unknown_amount]
    return [
        Certainty(name, meaning, f"{share} %", count, shown(amount))
        for (name, meaning), share, count, amount in zip(
            MEANINGS.items(), shares, counts, amounts, strict=True
        )
    ]
