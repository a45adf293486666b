"""The month against its limit: what is spent, where it goes, and what happens at which share."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from billing.forecast import BurnDown, Crossing, Forecast, burn_down, month_end
from billing.money import shown
from billing.selectors.month_limit import MonthLimit
from billing.views.chart import COLUMN, HEIGHT, MOST_LABELS, Scale, Tick, line, scale_of
from billing.views.reading import Reading


@dataclass(frozen=True)
class Share:
    """A share of the limit: when it is spent, and what happens then."""

    percent: int
    amount: str
    when: str
    then: str
    passed: bool
    y: int


@dataclass(frozen=True)
class DayOfMonth:
    """A row of the table behind the drawing."""

    day: datetime.date
    spent: str
    even: str
    expected: str


@dataclass(frozen=True)
class Drawing:
    """Lines as points; empty where there is nothing to draw."""

    width: int
    ticks: list[Tick]
    actual: str
    ideal: str
    cone: str
    likely: str
    labels: list[str]
    height: int = HEIGHT


@dataclass(frozen=True)
class Month:
    """The month of today; without a limit there is nothing to burn down, only a forecast."""

    first: datetime.date
    last: datetime.date
    spent: Decimal
    limit: MonthLimit | None
    forecast: Forecast | None
    shares: list[Share]
    rows: list[DayOfMonth]
    drawing: Drawing | None

    @property
    def used(self) -> Decimal | None:
        """Percent of the limit that is spent; None without one."""
        amount = self.limit.amount if self.limit else None
        return self.spent * 100 / amount if amount else None

    @property
    def is_over(self) -> bool:
        """Whether the whole limit is spent."""
        return self.used is not None and self.used >= 100

    @property
    def over_by(self) -> str:
        """How much more than the limit the month will likely cost; empty where it will not."""
        if not self.limit or not self.forecast or self.forecast.likely <= self.limit.amount:
            return ""
        return shown(self.forecast.likely - self.limit.amount)


def month_of(reading: Reading, limit: MonthLimit | None) -> Month:
    """The month of today, whatever days the page is about."""
    found = None
    if limit and limit.amount > 0:
        found = burn_down(reading.daily, limit.amount, reading.month_today)
    return Month(
        first=reading.month.first,
        last=reading.month.last,
        spent=reading.month_spent,
        limit=limit,
        forecast=month_end(reading.daily, reading.month_today),
        shares=_shares(found, limit) if found and limit else [],
        rows=_rows(found) if found else [],
        drawing=_drawing(found) if found else None,
    )


def _shares(found: BurnDown, limit: MonthLimit) -> list[Share]:
    scale = _scale(found)
    return [
        Share(
            percent=crossing.percent,
            amount=shown(crossing.amount),
            when=_when(crossing),
            then=limit.happens_at(crossing.percent),
            passed=crossing.crossed,
            y=scale.y(crossing.amount),
        )
        for crossing in found.crossings
    ]


def _when(crossing: Crossing) -> str:
    if crossing.crossed and crossing.day:
        return f"passed on {_day(crossing.day)}"
    if crossing.day is None:
        if crossing.earliest is None:
            return "not this month, as it looks"
        return f"not likely this month; on {_day(crossing.earliest)} at the earliest"
    said = f"about {_day(crossing.day)}"
    if crossing.earliest and crossing.earliest != crossing.day:
        said += f", {_day(crossing.earliest)} at the earliest"
    return said


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B}"


def _rows(found: BurnDown) -> list[DayOfMonth]:
    return [
        DayOfMonth(
            day=point.day,
            spent="" if point.actual is None else shown(point.actual),
            even=shown(point.ideal),
            expected=_range(point.low, point.likely, point.high),
        )
        for point in found.points
    ]


def _range(low: Decimal | None, likely: Decimal | None, high: Decimal | None) -> str:
    if low is None or likely is None or high is None:
        return ""
    return f"{shown(likely)} ({shown(low)} – {shown(high)})"


def _scale(found: BurnDown) -> Scale:
    """The limit is in it, and what is spent; a forecast far above is cut off."""
    spent = [point.actual for point in found.points if point.actual is not None]
    likely = [point.likely for point in found.points if point.likely is not None]
    highest = max(found.limit, *spent)
    return scale_of(min(max([highest, *likely]), highest * 2))


def _drawing(found: BurnDown) -> Drawing:
    scale, points = _scale(found), found.points
    actual = [scale.y(point.actual) for point in points if point.actual is not None]
    ahead = [point for point in points if point.likely is not None]
    # the cone begins where the line of what is spent ends
    begin, start = len(actual) - 1, actual[-1:]
    cone = likely = ""
    if ahead:
        low, middle, high = (
            [*start, *(_inside(scale, getattr(point, name)) for point in ahead)]
            for name in ("low", "likely", "high")
        )
        back = line(low, begin).split(" ")[::-1]
        cone = " ".join([line(high, begin), *back])
        likely = line(middle, begin)
    every = -(-len(points) // MOST_LABELS)
    return Drawing(
        width=len(points) * COLUMN,
        ticks=scale.ticks,
        actual=line(actual),
        ideal=line([scale.y(point.ideal) for point in points]),
        cone=cone,
        likely=likely,
        labels=[
            f"{point.day.day} {point.day:%b}" if n % every == 0 else ""
            for n, point in enumerate(points)
        ],
    )


def _inside(scale: Scale, amount: Decimal) -> int:
    return max(scale.y(amount), 0)
