"""Money rounded once, at the last step, so that shown rows add up to the shown total."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from billing.money import MONEY, rounded

# A total of at least this many of its smallest shown unit: three digits that count.
TELLING_UNITS = 1000


def places_for(total: Decimal) -> int:
    """Decimals for each figure of a table with this total: cents, or more if cents say little."""
    places = 2
    while total and abs(total) * 10**places < TELLING_UNITS and places < MONEY["decimal_places"]:
        places += 1
    return places


def apportioned(
    amounts: Sequence[Decimal], places: int, total: Decimal | None = None
) -> list[Decimal]:
    """The amounts rounded so that they add up to `total`, by default to their own rounded sum.

    Each is rounded down, and what is then missing goes one unit each to
    those that lost most, so none is off by a whole unit as long as
    `total` is their own rounded sum.
    """
    unit = Decimal(1).scaleb(-places)
    if total is None:
        total = rounded(sum(amounts, Decimal(0)), places)
    floors = [amount.quantize(unit, ROUND_FLOOR) for amount in amounts]
    if not floors:
        return []
    missing = int((total - sum(floors)) / unit)
    every, rest = divmod(missing, len(floors))
    lost_most = sorted(range(len(floors)), key=lambda i: floors[i] - amounts[i])[:rest]
    return [floor + unit * (every + (index in lost_most)) for index, floor in enumerate(floors)]
