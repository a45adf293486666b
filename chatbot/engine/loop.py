"""The worker's one event loop, where all its replies stream side by side."""

import asyncio
import functools
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

Result = TypeVar("Result")


@functools.cache
def worker_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process, running in a thread of its own."""
    loop = uvloop.new_event_loop()
    threading.Thread(target=loop.run_forever, name="replies", daemon=True).start()
    return loop


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """The coroutine's result; the calling thread waits, the loop serves the others meanwhile."""
    return asyncio.run_coroutine_threadsafe(coroutine, worker_loop()).result()
