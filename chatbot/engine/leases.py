"""Keep this worker's leases, and save what its replies have come to."""

import functools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, connection

from chatbot.engine.lane import LiveReply
from conversations.models import Generation
from conversations.services import generations

logger = logging.getLogger(__name__)

RENEW_SECONDS = 1.0


@dataclass(frozen=True)
class Held:
    """A lease of this worker, and what to do when it is lost."""

    reply: LiveReply
    lost: Callable[[], None]


class LeaseKeeper:
    """Renews every lease of the process once a second, in one statement."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], Held] = {}
        threading.Thread(target=self._run, name="leases", daemon=True).start()

    @contextmanager
    def keeping(self, generation: Generation, held: Held) -> Iterator[None]:
        """While inside, the lease is renewed; where it is lost, `held.lost` is called."""
        key = (generation.pk, generation.claim)
        self._held[key] = held
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
                    held[key].lost()


@functools.cache
def keeper() -> LeaseKeeper:
    """The one keeper of this process."""
    return LeaseKeeper()
