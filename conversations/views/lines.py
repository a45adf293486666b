"""Lines over weeks: where each point stands in a drawing that may stretch."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The drawing's own units: it is stretched to the room there is.
HEIGHT = 1000
COLUMN = 100
MOST_LABELS = 6
# Colours that are told apart; further lines stand in the table alone.
SERIES = 6


@dataclass(frozen=True)
class Drawn:
    """One line: its stretches without a gap, and a dot for each value."""

    name: str
    series: int
    stretches: list[str]
    dots: list[tuple[int, int]]


@dataclass(frozen=True)
class Chart:
    """Everything the template draws; shares from 0, at the bottom, to 1."""

    lines: list[Drawn]
    names: list[str]
    labels: list[str]
    width: int
    height: int = HEIGHT

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """A line across for each quarter, from the top down."""
        return [(HEIGHT * n // 4, f"{100 - 25 * n} %") for n in range(5)]

    @property
    def left_out(self) -> int:
        """How many are in the table alone."""
        return len(self.names) - len(self.lines)


def chart_of(days: Sequence[datetime.date], shares: Mapping[str, Sequence[float | None]]) -> Chart:
    """A line for each of the first six names; where there is no value it has a gap."""
    every = -(-len(days) // MOST_LABELS)
    return Chart(
        lines=[
            _drawn(name, number, values)
            for number, (name, values) in enumerate(list(shares.items())[:SERIES], start=1)
        ],
        names=list(shares),
        labels=[f"{day.day} {day:%b}" if n % every == 0 else "" for n, day in enumerate(days)],
        width=COLUMN * len(days),
    )


def _drawn(name: str, series: int, values: Sequence[float | None]) -> Drawn:
    stretches: list[list[tuple[int, int]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            stretches.append([])
            continue
        y = HEIGHT - round(HEIGHT * min(1.0, max(0.0, value)))
        stretches[-1].append((COLUMN // 2 + COLUMN * place, y))
    points = [" ".join(f"{x},{y}" for x, y in part) for part in stretches if len(part) > 1]
    return Drawn(name, series, points, [dot for part in stretches for dot in part])
