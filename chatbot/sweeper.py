"""Find generations that nobody works on, whatever the broker has forgotten."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from kombu.exceptions import OperationalError

from chatbot.engine.turn import run_turn
from chatbot.health import heartbeat
from chatbot.tasks import take_turn
from conversations.services import queue

logger = logging.getLogger(__name__)

# With a lease of ten seconds a dead worker's reply goes on within 12.
SWEEP_SECONDS = 2.0
# So many replies at a time are written without a broker: slower, but it goes on.
WITHOUT_BROKER = 50


class Sweeper:
    """A thread of every worker: looks into Postgres, and calls workers for what waits there.

    It says besides that this worker lives. It is no task of its own: behind a
    long queue, or without a broker, a task would come too late. Where the
    broker does not take the call, the turn is taken here.
    """

    def __init__(self) -> None:
        self._here = ThreadPoolExecutor(WITHOUT_BROKER, thread_name_prefix="without-broker")

    def start(self) -> None:
        """The thread runs until the process ends."""
        threading.Thread(target=self._run, name="sweeper", daemon=True).start()

    def _run(self) -> None:
        while True:
            heartbeat.speak()
            time.sleep(SWEEP_SECONDS)
            try:
                self.sweep()
            except Exception:  # whatever it was, without this thread nobody looks again
                logger.exception("A sweep failed; the next one looks again")
            finally:
                connection.close()

    def sweep(self) -> None:
        """Somebody has been called for every generation that waits too long."""
        broker = True
        for _ in range(queue.wake()):
            try:
                if broker:
                    take_turn.delay()
            except OperationalError as error:
                logger.warning("The broker is away, turns are taken without it: %s", error)
                broker = False
            if not broker:
                self._here.submit(_take_turn)


def _take_turn() -> None:
    try:
        run_turn()
    except Exception:
        logger.exception("A turn could not be taken; it is found again")
    finally:
        connection.close()
