"""Figures as people read them."""

import datetime
from decimal import Decimal

from billing.money import dollars, rounded


def change(now: Decimal | int | None, before: Decimal | int | None) -> str:
    """`+12 %`; a dash where there was nothing to compare with."""
    if now is None or not before:
        return "new" if now and before is not None else "–"
    percent = rounded(Decimal(now - before) * 100 / Decimal(before), 0)
    return minus(f"{percent:+,f} %") if percent else "±0 %"


def signed(amount: Decimal) -> str:
    """Rounded dollars more or less: `+$0.50`, `−$0.50`, `$0.00`."""
    return f"+{dollars(amount)}" if amount > 0 else minus(dollars(amount))


def minus(text: str) -> str:
    """With the sign that is as wide as a plus."""
    return text.replace("-", "−")


def percent(part: Decimal | int, whole: Decimal | int, places: int = 0) -> str:
    """`12 %`; a dash of nothing."""
    return f"{rounded(Decimal(part) * 100 / Decimal(whole), places)} %" if whole else "–"


def short(count: int) -> str:
    """A count as people say it: `950`, `12.3k`, `4.56M`."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            decimals = 3 - len(str(count // size))
            return f"{Decimal(count) / size:.{decimals}f}{letter}"
    return str(count)


def seconds(time: datetime.timedelta | None) -> str:
    """`2.4 s`; a dash where nobody knows."""
    return "–" if time is None else f"{time.total_seconds():.1f} s"
