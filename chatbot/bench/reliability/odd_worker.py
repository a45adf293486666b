"""A worker with something wrong with it: a wrong clock, or a question that it cannot stand.

It is the product's own worker, told before it begins. The clock is shifted
in Python (`time.time` and `datetime.now`), not in the kernel: what only
Python reads is all that a worker's clock is used for.
"""

import datetime
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from chatbot.boot import processes

RAISES, EXITS = "poison-raises", "poison-exits"


def odd_worker(concurrency: int, oddities: Sequence[str]) -> list[str]:
    """The command line of a worker with these oddities."""
    command = processes.worker(concurrency)
    celery = command.index("celery")
    return [command[0], "-m", __name__, *oddities, *command[celery + 1 :]]


def shift_clock(seconds: float) -> None:
    """Everything that is imported from now on reads a clock that is wrong by so much."""
    right = time.time
    time.time = lambda: right() + seconds
    time.time_ns = lambda: int((right() + seconds) * 1e9)
    right_class = datetime.datetime

    class Kind(type):
        """Every moment counts as one of the shifted class, those of the driver too."""

        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, right_class)

    class Shifted(right_class, metaclass=Kind):  # type: ignore[valid-type, misc]
        """`datetime` whose `now` is wrong."""

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            """The wrong time."""
            return right_class.now(tz) + datetime.timedelta(seconds=seconds)

        @classmethod
        def utcnow(cls) -> Any:
            """The wrong time, without a zone."""
            return right_class.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(
                seconds=seconds
            )

    datetime.datetime = Shifted  # type: ignore[misc]


def poison() -> None:
    """A question with one of the two words makes the turn raise, or the process end, each time."""
    import django  # noqa: PLC0415 - the clock has to be shifted first

    django.setup()
    from chatbot.engine import opening  # noqa: PLC0415

    build: Callable[..., Any] = opening.build_prompt

    def build_or_break(generation: Any, *rest: Any) -> Any:
        if RAISES in generation.question.text:
            raise RuntimeError("This question is poison.")
        if EXITS in generation.question.text:
            os._exit(66)
        return build(generation, *rest)

    opening.build_prompt = build_or_break  # type: ignore[assignment]


def main(words: list[str]) -> None:
    """The worker has run."""
    while words and words[0].startswith("--odd-"):
        name, _, value = words.pop(0).partition("=")
        if name == "--odd-clock":
            shift_clock(float(value))
        elif name == "--odd-poison":
            poison()
    from celery.__main__ import main as celery_main  # noqa: PLC0415 - reads the clock

    sys.argv = ["celery", *words]
    celery_main()


if __name__ == "__main__":
    main(sys.argv[1:])
