"""What the month will come to, and when its limit is reached.

A coming day is expected to cost what its weekday cost on average over the
last 28 whole days; with fewer than two weeks of them, what any day cost.
The range is four fifths wide: it takes those days' distance from what
would have been expected of them as the spread of the coming ones.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

DAY = datetime.timedelta(days=1)
WINDOW = 28
FEWEST_DAYS = 7
WEEKDAYS_FROM = 14
# Nine of ten draws of a normal distribution stay below this many deviations, so four of
# five stay within it on both sides.
FOUR_FIFTHS = Decimal("1.2816")
SHARES = (50, 80, 100)

Daily = Mapping[datetime.date, Decimal]


@dataclass(frozen=True)
class Forecast:
    """What the month will have cost at its end, in dollars; `spent` is what it has cost by now."""

    low: Decimal
    likely: Decimal
    high: Decimal
    spent: Decimal


@dataclass(frozen=True)
class Point:
    """The end of one day: what the month has cost by then, in dollars.

    `actual` is None for days to come, today's is what there is so far. The
    others are None for days gone by, and where there is too little to
    tell from.
    """

    day: datetime.date
    ideal: Decimal
    actual: Decimal | None = None
    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Crossing:
    """When this share of the limit was or will be spent; None where not within the month.

    Of what is still to come, `earliest` and `latest` are the days on which
    the top and the bottom of the range get there.
    """

    percent: int
    amount: Decimal
    crossed: bool
    day: datetime.date | None
    earliest: datetime.date | None
    latest: datetime.date | None


@dataclass(frozen=True)
class BurnDown:
    """A month against its limit, day by day."""

    limit: Decimal
    points: list[Point]
    crossings: list[Crossing]


def month_end(daily: Daily, today: datetime.date) -> Forecast | None:
    """What the month of `today` will have cost; None with less than seven whole days to tell from.

    `daily` has what each day cost, today so far; a day that is not in it
    cost nothing. The days before the first one that is are not counted.
    """
    ends = list(_ahead(daily, today))
    if not ends:
        return None
    return Forecast(ends[-1].low, ends[-1].likely, ends[-1].high, _spent(daily, today))


def burn_down(
    daily: Daily,
    limit: Decimal,
    today: datetime.date,
    *,
    month: datetime.date | None = None,
    shares: tuple[int, ...] = SHARES,
) -> BurnDown:
    """A month day by day, and when each share of the limit, in percent, was or will be spent.

    The month is that of `today`, or that of any day in `month`. Refused
    with `ValueError` where the limit is not positive: there are no shares
    of nothing.
    """
    if limit <= 0:
        raise ValueError("A limit of nothing has no shares.")
    days = list(_month(month or today))
    ahead = {end.day: end for end in _ahead(daily, today) if end.day in days}
    points, actual = [], Decimal(0)
    for number, day in enumerate(days, 1):
        ideal = limit * number / len(days)
        seen = ahead.get(day)
        if day <= today:
            actual += daily.get(day, Decimal(0))
            points.append(Point(day, ideal, actual))
        elif seen:
            points.append(Point(day, ideal, None, seen.low, seen.likely, seen.high))
        else:
            points.append(Point(day, ideal))
    return BurnDown(limit, points, [_crossing(limit, share, points, ahead) for share in shares])


@dataclass(frozen=True)
class _Ahead:
    """The end of today or of a coming day."""

    day: datetime.date
    low: Decimal
    likely: Decimal
    high: Decimal


def _expected(daily: Daily, today: datetime.date) -> tuple[dict[int, Decimal], Decimal, int] | None:
    """Dollars of a whole day by weekday (Monday is 0), their spread, and the days they come from.

    The spread is the standard deviation of a single day. None with less
    than seven whole days.
    """
    past = [day for day in daily if day < today]
    if not past:
        return None
    first = max(min(past), today - WINDOW * DAY)
    days = [first + n * DAY for n in range((today - first).days)]
    if len(days) < FEWEST_DAYS:
        return None
    by_weekday = len(days) >= WEEKDAYS_FROM
    groups: dict[int, list[Decimal]] = {}
    for day in days:
        groups.setdefault(day.weekday() if by_weekday else 0, []).append(daily.get(day, Decimal(0)))
    means = {key: sum(group, Decimal(0)) / len(group) for key, group in groups.items()}
    squares = sum(
        ((amount - means[key]) ** 2 for key, group in groups.items() for amount in group),
        Decimal(0),
    )
    spread = (squares / (len(days) - len(means))).sqrt()
    week = {weekday: means[weekday if by_weekday else 0] for weekday in range(7)}
    return week, spread, len(days)


def _ahead(daily: Daily, today: datetime.date) -> Iterator[_Ahead]:
    """Today and the rest of its month; nothing where there is too little to tell from.

    The range widens with the root of the days ahead, and more so the
    fewer days their mean comes from. What is spent stays spent: no day
    ends lower than now.
    """
    known = _expected(daily, today)
    if known is None:
        return
    week, spread, count = known
    low = likely = _spent(daily, today)
    for number, day in enumerate((day for day in _month(today) if day >= today), 1):
        # today costs at least what it has cost
        already = daily.get(day, Decimal(0)) if day == today else Decimal(0)
        likely += max(week[day.weekday()] - already, Decimal(0))
        reach = FOUR_FIFTHS * spread * (number + Decimal(number**2) / count).sqrt()
        low = max(low, likely - reach)
        yield _Ahead(day, low, likely, likely + reach)


def _crossing(
    limit: Decimal, percent: int, points: list[Point], ahead: Mapping[datetime.date, _Ahead]
) -> Crossing:
    amount = limit * percent / 100
    for point in points:
        if point.actual is not None and point.actual >= amount:
            return Crossing(percent, amount, True, point.day, point.day, point.day)
    days = {
        name: next((end.day for end in ahead.values() if getattr(end, name) >= amount), None)
        for name in ("low", "likely", "high")
    }
    return Crossing(percent, amount, False, days["likely"], days["high"], days["low"])


def _spent(daily: Daily, today: datetime.date) -> Decimal:
    return sum((daily.get(day, Decimal(0)) for day in _month(today) if day <= today), Decimal(0))


def _month(today: datetime.date) -> Iterator[datetime.date]:
    day = today.replace(day=1)
    while day.month == today.month:
        yield day
        day += DAY
