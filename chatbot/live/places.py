"""Places in the queue, asked once for all the sockets of this process."""

import asyncio
import time

from chatbot.live.bridge import in_database
from conversations.services import queue

# A thousand who wait must not make a thousand queries of what is one table.
FRESH_SECONDS = 2.0

_lock = asyncio.Lock()
_known: tuple[float, dict[int, int]] = (0.0, {})


async def now() -> dict[int, int]:
    """How many are served before each waiting generation, at most `FRESH_SECONDS` old."""
    global _known
    async with _lock:
        if time.monotonic() - _known[0] > FRESH_SECONDS:
            _known = time.monotonic(), await in_database(queue.places)
        return _known[1]
