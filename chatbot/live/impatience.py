"""One clock for all sockets: tells those that wait for something to look for it.

A timer for each would be made and cancelled with every piece of text.
"""

import asyncio
from typing import Protocol

TICK_SECONDS = 1.0


class Impatient(Protocol):
    """Something that looks for itself when it has waited too long."""

    def look_if_due(self, now: float) -> None:
        """Called at every tick."""


_waiting: set[Impatient] = set()
_clock: asyncio.Task[None] | None = None


def join(one: Impatient) -> None:
    """From now on it is asked at every tick."""
    global _clock
    _waiting.add(one)
    if _clock is None or _clock.done():
        _clock = asyncio.create_task(_tick())


def leave(one: Impatient) -> None:
    """It is asked no more."""
    _waiting.discard(one)


async def _tick() -> None:
    loop = asyncio.get_running_loop()
    while _waiting:
        await asyncio.sleep(TICK_SECONDS)
        now = loop.time()
        for one in list(_waiting):
            one.look_if_due(now)
