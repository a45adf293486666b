"""Every row of the fault table; importing this package puts them all into the catalogue."""

from chatbot.bench.reliability.faults import (
    answers,
    frames,
    network,
    pages,
    postgres,
    provider,
    redis,
    time,
    web,
    worker,
)

__all__ = [
    "answers",
    "frames",
    "network",
    "pages",
    "postgres",
    "provider",
    "redis",
    "time",
    "web",
    "worker",
]
