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
    rounded = amount.quantize(Decimal(10) ** -places, ROUND_HALF_EVEN)
    return f"-${-rounded:,}" if rounded < 0 else f"${rounded:,}"
