"""Every row of the fault table; importing this package puts them all into the catalogue."""

from chatbot.bench.reliability.faults import redis, web, worker

__all__ = ["redis", "web", "worker"]
