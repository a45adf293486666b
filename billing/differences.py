"""Why two books differ: parts that add up to the difference, pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Reason:
    """A part of the difference, ledger less provider, in US dollars.

    `sure` parts are worked out; others are as much of the rest as they can
    account for.
    """

    why: str
    amount: Decimal
    sure: bool


@dataclass(frozen=True)
class Possible:
    """Something that makes the ledger higher by at least `low` and at most `high`."""

    why: str
    low: Decimal
    high: Decimal


def explained(
    difference: Decimal, sure: Iterable[Reason], possible: Iterable[Possible]
) -> tuple[list[Reason], Decimal]:
    """The reasons that account for something, and what is left unexplained.

    Together they are exactly the difference. What is possible is asked in
    its order, each for as much as is still unexplained.
    """
    reasons = [reason for reason in sure if reason.amount]
    rest = difference - sum((reason.amount for reason in reasons), Decimal(0))
    for one in possible:
        part = min(max(rest, one.low), one.high)
        if part:
            reasons.append(Reason(one.why, part, sure=False))
            rest -= part
    return reasons, rest
