"""A client process that holds idle sockets and counts those that are closed on it.

Its job is a list of addresses; one without a ticket is of a bare server.
"""

import asyncio
import gc
import random
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chatbot.bench.load.told import Answer, answer_words, say
from chatbot.bench.visitors import open_socket

AT_ONCE = 40
PROGRESS_EVERY = 250
PING_SECONDS = 25.0  # as the widget does
# There are about 28,000 ports for each source address.
SOCKETS_PER_SOURCE = 20_000


class Holder:
    """Opens sockets, and from then on reads and pings each as a browser would."""

    def __init__(self) -> None:
        self.open = 0
        self.closed = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def add(self, place: int, address: dict[str, str]) -> None:
        """The socket is open and held."""
        async with self._turn:
            source = f"127.0.0.{1 + place // SOCKETS_PER_SOURCE}"
            socket = await _opened(address, (source, 0) if place >= SOCKETS_PER_SOURCE else None)
        self.open += 1
        if self.open % PROGRESS_EVERY == 0:
            say({"open": self.open})
        task = asyncio.create_task(self._hold(socket))
        self._tasks.add(task)

    async def _hold(self, socket: ClientConnection) -> None:
        reading = asyncio.create_task(_read(socket))
        await asyncio.wait({reading}, timeout=random.uniform(0, PING_SECONDS))  # noqa: S311
        while not reading.done():
            await socket.send('{"type":"ping"}')
            await asyncio.wait({reading}, timeout=PING_SECONDS)
        self.open -= 1
        self.closed += 1

    async def count(self) -> dict[str, Any]:
        """How many sockets are open, and how many were closed on us."""
        return {"open": self.open, "closed": self.closed}


async def _opened(address: dict[str, str], source: tuple[str, int] | None) -> ClientConnection:
    how: dict[str, Any] = {"local_addr": source} if source else {}
    if "ticket" in address:
        socket = await open_socket(address, **how)
    else:
        socket = await connect(address["socket"], open_timeout=60, ping_interval=None, **how)
    await socket.send('{"type":"resume","after":0}')
    return socket


async def _read(socket: ClientConnection) -> None:
    try:
        while True:
            await socket.recv()
    except ConnectionClosed:
        return


async def start(job: list[dict[str, str]]) -> Mapping[str, Answer]:
    """All sockets are open."""
    holder = Holder()
    await asyncio.gather(*(holder.add(place, address) for place, address in enumerate(job)))
    gc.collect()
    gc.freeze()
    say({"open": holder.open, "ready": True})
    return {"count": holder.count}


if __name__ == "__main__":
    answer_words(start)
