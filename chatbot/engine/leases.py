"""Keep this worker's leases, and save what its replies have come to."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, connection

from chatbot.engine.lane import LiveReply
from conversations.models import Generation
from conversations.services import generations

logger = logging.getLogger(__name__)

RENEW_SECONDS = 1.0


class Writing:
    """A reply that this worker writes under a lease, and how to interrupt it."""

    def __init__(self, reply: LiveReply) -> None:
        self.reply = reply
        self.lost = False
        self._interrupt: Callable[[], None] | None = None

    def interruptible(self, interrupt: Callable[[], None]) -> None:
        """From now on losing the lease calls this, from any thread; at once where it is lost."""
        self._interrupt = interrupt
        if self.lost:
            interrupt()

    def lose(self) -> None:
        """The lease is lost: whoever writes stops."""
        self.lost = True
        if self._interrupt:
            self._interrupt()


class LeaseKeeper:
    """Renews every lease of the process once a second, in one statement."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], Writing] = {}
        threading.Thread(target=self._run, name="leases", daemon=True).start()

    @contextmanager
    def keeping(self, generation: Generation, writing: Writing) -> Iterator[None]:
        """While inside, the lease is renewed; where it is lost, the writing is told."""
        key = (generation.pk, generation.claim)
        self._held[key] = writing
        try:
            yield
        finally:
            self._held.pop(key, None)

    def _run(self) -> None:
        while True:
            time.sleep(RENEW_SECONDS)
            held = dict(self._held)
            try:
                kept = generations.renew({key: one.reply.text for key, one in held.items()})
            except Error as error:
                # The lease runs on for ten seconds: time for the database to come back.
                logger.warning("Leases could not be renewed, trying again: %s", error)
                continue
            finally:
                connection.close()
            for key in held.keys() - kept:
                if key in self._held:
                    held[key].lose()


_lock = threading.Lock()
_keeper: LeaseKeeper | None = None


def keeper() -> LeaseKeeper:
    """The one keeper of this process."""
    global _keeper
    with _lock:
        _keeper = _keeper or LeaseKeeper()
    return _keeper
