"""Work that a thread does for the whole process, so that nobody waits for it."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

WAITING_AT_MOST = 1000


class Aside(Generic[Item]):
    """A thread of this name that hands what it is given to `work`, in order, some at a time.

    What is too much, because the other side hangs, is dropped and logged:
    only work belongs here that somebody else makes up for.
    """

    def __init__(self, name: str, work: Callable[[list[Item]], None], at_once: int) -> None:
        self._name = name
        self._work = work
        self._at_once = at_once
        self._waiting: queue.Queue[Item] = queue.Queue(WAITING_AT_MOST)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def give(self, item: Item) -> None:
        """The item is worked on soon, or never where too many wait; returns at once."""
        if self._thread is None:
            self._start()
        try:
            self._waiting.put_nowait(item)
        except queue.Full:
            logger.warning("Too much waits for %s; something was left out", self._name)

    def _start(self) -> None:
        """With the first item, so that a process that forks before has a thread of its own."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < self._at_once and not self._waiting.empty():
                batch.append(self._waiting.get())
            try:
                self._work(batch)
            except Exception:  # whatever it was, without this thread nothing leaves any more
                logger.exception("%s could not do its work", self._name)
