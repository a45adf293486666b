"""Stacked bars by day: where each rectangle and line stands in a drawing that may stretch."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from billing.money import dollars, rounded

# The drawing's own units: it is stretched to the room there is.
HEIGHT = 1000
COLUMN = 10
BAR = 8
MOST_LABELS = 6
FEW = 3
# Colours that are told apart; further parts share the last, grey one.
SERIES = 6
# A line that would make the highest bar smaller than a third is told in words instead.
MOST_SHRUNK = 3


@dataclass(frozen=True)
class Bar:
    """One part of a day."""

    series: int
    y: int
    height: int


@dataclass(frozen=True)
class Column:
    """One day; `title` says its figures in words, `label` and `marks` are empty on most days."""

    x: int
    label: str
    title: str
    bars: list[Bar]
    marks: str = ""


@dataclass(frozen=True)
class Tick:
    """A line across the drawing, and the amount it stands for."""

    y: int
    label: str


@dataclass(frozen=True)
class Chart:
    """Everything the template draws; ticks from the top down.

    `before` are the points of the line of the period before, empty
    without one; `share` is the height of the line of a day's share, None
    where it would be above the drawing.
    """

    columns: list[Column]
    ticks: list[Tick]
    before: str = ""
    share: int | None = None
    height: int = HEIGHT
    bar: int = BAR
    column: int = COLUMN

    @property
    def width(self) -> int:
        """In the drawing's own units."""
        return len(self.columns) * COLUMN

    @property
    def is_narrow(self) -> bool:
        """Whether there are so few days that all the room would make towers of their bars."""
        return len(self.columns) <= FEW


@dataclass(frozen=True)
class Scale:
    """A round step and how many of them are drawn."""

    step: Decimal
    steps: int
    top: Decimal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", self.step * self.steps)

    def y(self, amount: Decimal) -> int:
        """The height of an amount, from the top down; what is below zero stands at the bottom."""
        return HEIGHT - int(HEIGHT * max(amount, Decimal(0)) / self.top)

    @property
    def ticks(self) -> list[Tick]:
        """A line for each step, with as many decimals as the step has."""
        decimals = -int(self.step.normalize().as_tuple().exponent)
        places = 0 if decimals <= 0 else max(decimals, 2)
        return [
            Tick(HEIGHT - HEIGHT * n // self.steps, dollars(rounded(self.step * n, places)))
            for n in range(self.steps, -1, -1)
        ]


def stacked(
    days: Sequence[datetime.date],
    parts: Sequence[str],
    cells: Mapping[tuple[datetime.date, str], Decimal],
    before: Sequence[Decimal] = (),
    share: Decimal | None = None,
    marks: Mapping[datetime.date, str] | None = None,
) -> Chart:
    """The first part at the bottom; the same figures as the table's, whatever the scale.

    `before` has the days of the period it is compared with, in their
    order; `share` is what a day may cost for a limit to last; `marks`
    point to what happened on a day.
    """
    highest = max(
        *(sum((cells.get((day, part), Decimal(0)) for part in parts), Decimal(0)) for day in days),
        *before,
        Decimal(0),
    )
    drawn = share if share is not None and (not highest or share <= highest * MOST_SHRUNK) else None
    scale = scale_of(max(highest, drawn or Decimal(0)))
    every = -(-len(days) // MOST_LABELS)
    columns = [
        Column(
            x=index * COLUMN + (COLUMN - BAR) // 2,
            label=f"{day.day} {day:%b}" if index % every == 0 else "",
            title=_in_words(day, parts, cells),
            bars=_bars([cells.get((day, part), Decimal(0)) for part in parts], scale),
            marks=(marks or {}).get(day, ""),
        )
        for index, day in enumerate(days)
    ]
    return Chart(
        columns,
        scale.ticks,
        before=line([scale.y(amount) for amount in before][: len(days)]),
        share=None if drawn is None else scale.y(drawn),
    )


def line(heights: Sequence[int], first: int = 0) -> str:
    """The points of a line through the middle of the columns from this one on.

    A single point becomes a dash across its column.
    """
    if len(heights) == 1:
        return f"{first * COLUMN},{heights[0]} {(first + 1) * COLUMN},{heights[0]}"
    middles = (first * COLUMN + COLUMN // 2 + n * COLUMN for n in range(len(heights)))
    return " ".join(f"{x},{y}" for x, y in zip(middles, heights, strict=True))


def series_of(position: int) -> int:
    """The colour of the part at this place of the list, from 1."""
    return min(position, SERIES) + 1


def scale_of(highest: Decimal) -> Scale:
    """A round step, and how many of them reach the highest value: two to five."""
    if highest <= 0:
        return Scale(Decimal("0.01"), 2)
    for factor in (Decimal(1), Decimal(2), Decimal(5), Decimal(10)):
        step = factor.scaleb((highest / 5).adjusted())
        if step * 5 >= highest:
            break
    return Scale(step, max(2, math.ceil(highest / step)))


def _bars(amounts: list[Decimal], scale: Scale) -> list[Bar]:
    bars, below = [], Decimal(0)
    for position, amount in enumerate(amounts):
        if amount > 0:
            lower, upper = scale.y(below), scale.y(below + amount)
            bars.append(Bar(series_of(position), upper, lower - upper))
            below += amount
    return bars


def _in_words(
    day: datetime.date,
    parts: Sequence[str],
    cells: Mapping[tuple[datetime.date, str], Decimal],
) -> str:
    spent = [(part, cells[day, part]) for part in parts if cells.get((day, part))]
    total = sum((amount for _, amount in spent), Decimal(0))
    lines = [f"{day:%A} {day.day} {day:%B}: {dollars(total)}"]
    return "\n".join(lines + [f"{part}: {dollars(amount)}" for part, amount in spent])
