"""Stacked bars by day and model: where each rectangle stands in a drawing that may stretch."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.money import dollars, rounded

# The drawing's own units: it is stretched to the room there is.
HEIGHT = 1000
COLUMN = 10
BAR = 8
MOST_LABELS = 6
# Colours that are told apart; further models share the last, grey one.
SERIES = 6


@dataclass(frozen=True)
class Bar:
    """One model's part of a day."""

    series: int
    y: int
    height: int


@dataclass(frozen=True)
class Column:
    """One day; `title` says its figures in words, `label` is empty on most days."""

    x: int
    label: str
    title: str
    bars: list[Bar]


@dataclass(frozen=True)
class Tick:
    """A line across the drawing, and the amount it stands for."""

    y: int
    label: str


@dataclass(frozen=True)
class Chart:
    """Everything the template draws; ticks from the top down."""

    columns: list[Column]
    ticks: list[Tick]
    height: int = HEIGHT
    bar: int = BAR
    column: int = COLUMN

    @property
    def width(self) -> int:
        """In the drawing's own units."""
        return len(self.columns) * COLUMN


def stacked(
    days: Sequence[datetime.date],
    models: Sequence[str],
    cells: Mapping[tuple[datetime.date, str], Decimal],
) -> Chart:
    """The first model at the bottom; the same figures as the table's, whatever the scale."""
    highest = max(
        sum((cells.get((day, m), Decimal(0)) for m in models), Decimal(0)) for day in days
    )
    step, steps = _scale(highest)
    top = step * steps
    every = -(-len(days) // MOST_LABELS)
    columns = [
        Column(
            x=index * COLUMN + (COLUMN - BAR) // 2,
            label=f"{day.day} {day:%b}" if index % every == 0 else "",
            title=_in_words(day, models, cells),
            bars=_bars([cells.get((day, model), Decimal(0)) for model in models], top),
        )
        for index, day in enumerate(days)
    ]
    return Chart(columns, _ticks(step, steps))


def series_of(position: int) -> int:
    """The colour of the model at this place of the list, from 1."""
    return min(position, SERIES) + 1


def _bars(amounts: list[Decimal], top: Decimal) -> list[Bar]:
    bars, below = [], Decimal(0)
    for position, amount in enumerate(amounts):
        if amount > 0:
            lower, upper = (int(HEIGHT * edge / top) for edge in (below, below + amount))
            bars.append(Bar(series_of(position), HEIGHT - upper, upper - lower))
            below += amount
    return bars


def _in_words(
    day: datetime.date,
    models: Sequence[str],
    cells: Mapping[tuple[datetime.date, str], Decimal],
) -> str:
    spent = [(model, cells[day, model]) for model in models if cells.get((day, model))]
    total = sum((amount for _, amount in spent), Decimal(0))
    lines = [f"{day:%A} {day.day} {day:%B}: {dollars(total)}"]
    return "\n".join(lines + [f"{model}: {dollars(amount)}" for model, amount in spent])


def _ticks(step: Decimal, steps: int) -> list[Tick]:
    decimals = -int(step.normalize().as_tuple().exponent)
    places = 0 if decimals <= 0 else max(decimals, 2)
    return [
        Tick(HEIGHT - HEIGHT * n // steps, dollars(rounded(step * n, places)))
        for n in range(steps, -1, -1)
    ]


def _scale(highest: Decimal) -> tuple[Decimal, int]:
    """A round step, and how many of them reach the highest value: two to five."""
    if highest <= 0:
        return Decimal("0.01"), 2
    for factor in (Decimal(1), Decimal(2), Decimal(5), Decimal(10)):
        step = factor.scaleb((highest / 5).adjusted())
        if step * 5 >= highest:
            break
    return step, max(2, math.ceil(highest / step))
