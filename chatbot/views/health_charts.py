"""Drawings of the health page: lines and stacked bars over equal steps of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.views.chart import BAR, COLUMN, HEIGHT, MOST_LABELS, Bar, Scale, line, scale_of


@dataclass(frozen=True)
class Tick:
    """A line across the drawing, and what it stands for."""

    y: int
    label: str


@dataclass(frozen=True)
class Column:
    """One step; `label` is empty on most."""

    x: int
    label: str
    title: str
    bars: list[Bar]


@dataclass(frozen=True)
class Line:
    """A series: the points of each stretch without a gap."""

    series: int
    stretches: list[str]


@dataclass(frozen=True)
class Drawing:
    """Everything the template draws; ticks from the top down.

    `goal` is the height of the line of a goal, None without one or where
    it would be above the drawing.
    """

    columns: list[Column]
    ticks: list[Tick]
    lines: list[Line]
    goal: int | None = None
    height: int = HEIGHT
    bar: int = BAR

    @property
    def width(self) -> int:
        """In the drawing's own units."""
        return len(self.columns) * COLUMN


def lines_of(
    labels: Sequence[str],
    titles: Sequence[str],
    series: Sequence[Sequence[float | None]],
    unit: str,
    goal: float | None = None,
) -> Drawing:
    """A line for each series; a step without a figure is a gap."""
    highest = max([value for one in series for value in one if value is not None], default=0.0)
    scale = scale_of(Decimal(str(highest)))
    columns = _columns(labels, titles, [[] for _ in labels])
    drawn = [Line(number, _stretches(one, scale)) for number, one in enumerate(series, 1)]
    at = Decimal(str(goal)) if goal is not None else None
    return Drawing(
        columns,
        _ticks(scale, unit),
        drawn,
        goal=scale.y(at) if at is not None and at <= scale.top else None,
    )


def bars_of(
    labels: Sequence[str], titles: Sequence[str], parts: Sequence[Sequence[int]]
) -> Drawing:
    """Stacked bars, the first part at the bottom; `parts` has the values of each part."""
    stacks = list(zip(*parts, strict=True))
    scale = _whole(max((sum(stack) for stack in stacks), default=0))
    bars = []
    for stack in stacks:
        below, found = 0, []
        for number, value in enumerate(stack, 1):
            if value > 0:
                lower, upper = scale.y(Decimal(below)), scale.y(Decimal(below + value))
                found.append(Bar(number, upper, lower - upper))
                below += value
        bars.append(found)
    return Drawing(_columns(labels, titles, bars), _ticks(scale, ""), [])


def _columns(labels: Sequence[str], titles: Sequence[str], bars: Sequence[list[Bar]]) -> list:
    every = -(-len(labels) // MOST_LABELS)
    return [
        Column(
            n * COLUMN + (COLUMN - BAR) // 2, label if n % every == 0 else "", titles[n], bars[n]
        )
        for n, label in enumerate(labels)
    ]


def _stretches(values: Sequence[float | None], scale: Scale) -> list[str]:
    found: list[str] = []
    run: list[int] = []
    first = 0
    for n, value in enumerate([*values, None]):
        if value is not None:
            first = n if not run else first
            run.append(scale.y(Decimal(str(value))))
        elif run:
            found.append(line(run, first))
            run = []
    return found


def _whole(highest: int) -> Scale:
    """A scale of whole numbers: nothing is drawn between one reply and the next."""
    scale = scale_of(Decimal(highest))
    return Scale(Decimal(1), max(2, highest)) if scale.step < 1 else scale


def _ticks(scale: Scale, unit: str) -> list[Tick]:
    return [
        Tick(HEIGHT - HEIGHT * n // scale.steps, f"{_short(scale.step * n)}{unit}")
        for n in range(scale.steps, -1, -1)
    ]


def _short(value: Decimal) -> str:
    """`1,500` as 1.5k, so that ticks are as narrow as their column."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{(value / size).normalize():f}{letter}"
    return f"{value.normalize():f}"
