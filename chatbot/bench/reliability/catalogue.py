"""The rows of the fault table, as the files in `faults/` declare them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.bench.frame import CannotMeasure

ALL = "all"


@dataclass(frozen=True)
class Row:
    """One fault: its number in the table, its name, and the function that injects it.

    A row that is `alone` breaks something all pages share, so nothing else
    is broken meanwhile. `quick` rows are those of `--quick`.
    """

    number: int
    name: str
    inject: Callable[[Any], None]
    alone: bool
    quick: bool

    @property
    def title(self) -> str:
        """The promise of its function."""
        return (self.inject.__doc__ or "").split("\n")[0].rstrip(".")


ROWS: dict[str, Row] = {}


def row(
    number: int, name: str, *, alone: bool = False, quick: bool = False
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """The decorated function is this row of the table."""

    def declare(inject: Callable[[Any], None]) -> Callable[[Any], None]:
        ROWS[name] = Row(number, name, inject, alone, quick)
        return inject

    return declare


def chosen(names: Sequence[str], *, quick: bool) -> list[Row]:
    """The rows of these names in the order of the table; `CannotMeasure` for an unknown name."""
    rows = sorted(ROWS.values(), key=lambda one: one.number)
    if ALL in names:
        return [one for one in rows if one.quick] if quick else rows
    unknown = sorted(set(names) - set(ROWS))
    if unknown:
        raise CannotMeasure(
            f"No fault is called {', '.join(unknown)}. There are: "
            + ", ".join(one.name for one in rows)
            + "; or all."
        )
    return [one for one in rows if one.name in names]
