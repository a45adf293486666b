"""kombu's Redis transport with one client a channel instead of one a command.

kombu 5.7 makes a client for every message that is published, taken and
acknowledged, and redis-py 8.1 fills a table of 169 callbacks for each: of
the 0.29 ms of a publish that was 0.12, and a turn pays it three times.
"""

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    """Commands go through the client of the pool that is open now."""

    _kept: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # holds a connection of its own; kombu keeps it
            return super()._create_client(asynchronous=True)  # type: ignore[misc]
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()  # type: ignore[misc]
        return self._kept


class Transport(redis.Transport):
    """kombu's, but for its channels."""

    Channel = Channel
