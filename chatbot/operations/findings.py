"""What a look at the deployment found."""

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass


class Level(enum.StrEnum):
    """How much it matters."""

    OK = "ok"
    WARN = "warn"
    FIX = "fix"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and what to do where it is not well."""

    level: Level
    what: str
    how: str
    do: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(what: str, how: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, what, how)


def warn(what: str, how: str, do: str) -> Finding:
    """It works, and is worth a look."""
    return Finding(Level.WARN, what, how, do)


def fix(what: str, how: str, do: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(Level.FIX, what, how, do)
