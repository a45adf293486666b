"""Money is Decimal US dollars, exact in the books and rounded only to be shown."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

# A token's price has at most 6 + 6 decimals (per million), so products stay exact.
MONEY: dict[str, Any] = {"max_digits": 24, "decimal_places": 12}
MILLION = Decimal(1_000_000)


def shown(amount: Decimal, places: int = 2) -> str:
    """The amount as people read it: `$1,234.50`; small amounts keep two digits that count."""
    while places < 12 and amount and abs(amount) < Decimal(10) ** (1 - places):
        places += 1
    return dollars(rounded(amount, places))


def rounded(amount: Decimal, places: int) -> Decimal:
    """The amount to so many decimals, halves to even."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def dollars(amount: Decimal) -> str:
    """A rounded amount with exactly the decimals it has: `$1,234.50`."""
    return f"-${-amount:,f}" if amount < 0 else f"${amount:,f}"
