"""What all benches share: figures, goals, a table for people and one line of JSON for machines."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import orjson
import psutil
from rich.console import Console
from rich.table import Column, Table

GOALS_HOLD, GOAL_MISSED, NOT_MEASURED = 0, 1, 2


class CannotMeasure(Exception):
    """The bench could not measure; the text says what to do about it."""


@dataclass(frozen=True)
class Goal:
    """A figure and the bound it must keep."""

    figure: str
    relation: str
    bound: float | str | bool

    def holds(self, value: Any) -> bool:
        """Whether the value keeps the bound."""
        match self.relation:
            case "<=":
                return value <= self.bound
            case ">=":
                return value >= self.bound
            case ">":
                return value > self.bound
        return value == self.bound


@dataclass
class Report:
    """What a bench found: figures by name, the goals, and rows for the table."""

    figures: dict[str, Any]
    goals: list[Goal] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def judged(self) -> list[dict[str, Any]]:
        """Each goal with its value and whether it holds."""
        return [
            {
                "figure": goal.figure,
                "value": self.figures[goal.figure],
                "goal": f"{goal.relation} {goal.bound}",
                "holds": goal.holds(self.figures[goal.figure]),
            }
            for goal in self.goals
        ]


@dataclass(frozen=True)
class Options:
    """What the command line asked for; benches read the ones they know, 0 leaves it to them."""

    streams: int = 0
    repeats: int = 3
    workers: int = 1
    seed: int = 1
    quick: bool = False
    design: Sequence[str] = ()
    sockets: int = 0
    minutes: float = 0
    messages: int = 0
    rows: int = 0
    conversations: int = 0
    races: int = 0
    faults: Sequence[str] = ("all",)
    threads: int = 0
    tenants: int = 0
    attempts: int = 0
    kills: int = 0
    bots: int = 0


Say = Callable[[str], None]
Bench = Callable[[Options, Say], Report]


def show(name: str, report: Report, options: Options, as_json: bool) -> int:
    """The report is printed; returns the exit status of the command."""
    judged = report.judged()
    if as_json:
        line = {**report.figures, "bench": name, "machine": machine(), "seed": options.seed}
        print(orjson.dumps(line | {"goals": judged}).decode())
    else:
        _print_tables(name, report, options, judged)
    return GOALS_HOLD if all(goal["holds"] for goal in judged) else GOAL_MISSED


def machine() -> dict[str, Any]:
    """The machine and the versions that the figures were taken with."""
    names = ("django", "channels", "celery", "openai", "psycopg", "redis", "uvicorn", "uvloop")
    return {
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load_1m": round(psutil.getloadavg()[0], 2),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
    }


def _print_tables(
    name: str, report: Report, options: Options, judged: list[dict[str, Any]]
) -> None:
    console = Console()
    box = machine()
    versions = ", ".join(f"{package} {number}" for package, number in box["versions"].items())
    console.print(
        f"\n[bold]bench {name}[/bold]  {box['cores']} cores, {box['memory_gb']} GB, "
        f"load {box['load_1m']}, Python {box['python']}, seed {options.seed}\n{versions}",
        highlight=False,
    )
    table = Table(*(Column(name, overflow="fold") for name in report.columns))
    for row in report.rows:
        table.add_row(*row)
    console.print(table)
    for note in report.notes:
        console.print(note, highlight=False)
    goals = Table(Column("figure", overflow="fold"), "value", "goal", "holds")
    for goal in judged:
        goals.add_row(
            goal["figure"], str(goal["value"]), goal["goal"], "yes" if goal["holds"] else "NO"
        )
    console.print(goals)
