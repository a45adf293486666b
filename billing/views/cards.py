"""The first row of the spend report: four figures and how each has changed."""

from dataclasses import dataclass
from decimal import Decimal

from billing.money import dollars, rounded, shown
from billing.rounding import places_for
from billing.selectors.spend import Sums
from billing.views.figures import change


@dataclass(frozen=True)
class Card:
    """One figure; `before` is the same figure of the period it is compared with."""

    title: str
    value: str
    note: str
    change: str
    before: str


@dataclass(frozen=True)
class Stretch:
    """What the cards need to know of a period."""

    sums: Sums
    conversations: int
    conversation_amount: Decimal

    @property
    def per_conversation(self) -> Decimal:
        """Dollars; zero where there was no conversation."""
        return self.conversation_amount / self.conversations if self.conversations else Decimal(0)

    @property
    def cached_share(self) -> str:
        """How much of the input came from the provider's cache."""
        sums = self.sums
        return f"{sums.cached_tokens * 100 / sums.input_tokens if sums.input_tokens else 0:.0f} %"


def cards_of(total: str, now: Stretch, before: Stretch) -> list[Card]:
    """Spend, calls, tokens and the cost of a conversation; `total` as the tables show it."""
    sums, sums_before = now.sums, before.sums
    return [
        Card(
            "Spend",
            total,
            "US dollars",
            change(sums.amount, sums_before.amount),
            dollars(rounded(sums_before.amount, places_for(sums_before.amount))),
        ),
        Card(
            "Model calls",
            f"{sums.calls:,}",
            f"in {now.conversations:,} conversations",
            change(sums.calls, sums_before.calls),
            f"{sums_before.calls:,}",
        ),
        Card(
            "Tokens",
            short(sums.tokens),
            f"{short(sums.input_tokens)} in ({now.cached_share} cached), "
            f"{short(sums.output_tokens)} out",
            change(sums.tokens, sums_before.tokens),
            short(sums_before.tokens),
        ),
        Card(
            "Cost per conversation",
            shown(now.per_conversation),
            "its model calls, on average",
            change(now.per_conversation, before.per_conversation),
            shown(before.per_conversation),
        ),
    ]


def short(count: int) -> str:
    """A count as people say it: `950`, `12.3k`, `4.56M`."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            decimals = 3 - len(str(count // size))
            return f"{Decimal(count) / size:.{decimals}f}{letter}"
    return str(count)
