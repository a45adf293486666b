"""Which spending is unusual: pure arithmetic."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

# A day is unusual above so many times what its weekday usually costs.
TIMES = 3
# As many weeks back are looked at, and so many of them are the fewest to speak of “usually”.
WEEKS = 8
FEWEST_WEEKS = 3
# Below this many dollars over the usual nobody needs to be told.
LEAST = Decimal(1)


@dataclass(frozen=True)
class UnusualDay:
    """A day that cost far more than the same weekday usually does, in dollars."""

    day: datetime.date
    amount: Decimal
    usual: Decimal


def unusual_day(daily: Mapping[datetime.date, Decimal], day: datetime.date) -> UnusualDay | None:
    """The day, if it cost more than three times the median of its weekday, and a dollar more.

    A day that is not in `daily` cost nothing; weeks before the first day
    that is are not counted. None with fewer than three earlier weeks.
    """
    amount = daily.get(day, Decimal(0))
    weeks = [day - datetime.timedelta(weeks=n) for n in range(1, WEEKS + 1)]
    known = [daily.get(one, Decimal(0)) for one in weeks if one >= min(daily, default=day)]
    if len(known) < FEWEST_WEEKS:
        return None
    usual = median(known)
    if amount <= TIMES * usual or amount - usual < LEAST:
        return None
    return UnusualDay(day, amount, usual)
