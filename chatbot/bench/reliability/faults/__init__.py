"""Every row of the fault table; importing this package puts them all into the catalogue."""

from chatbot.bench.reliability.faults import (
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

__all__ = ["frames", "network", "pages", "postgres", "provider", "redis", "time", "web", "worker"]
