"""Call a worker: “there is work”, and no more; which work is Postgres' to say."""

import logging
import queue
import threading

from kombu.exceptions import OperationalError

from chatbot.tasks import take_turn, tend_library

logger = logging.getLogger(__name__)

# A broker that hangs holds a call for five seconds; the sweeper makes up for the rest.
WAITING_AT_MOST = 1000


class Caller:
    """A thread that calls workers for the whole process: a publish takes its caller 2 ms."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[None] = queue.Queue(WAITING_AT_MOST)
        threading.Thread(target=self._run, name="caller", daemon=True).start()

    def call(self) -> None:
        """A worker will be called, or the sweeper will call one."""
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            logger.warning("The broker is away and too many calls wait; the sweeper calls later")

    def _run(self) -> None:
        while True:
            self._waiting.get()
            try:
                take_turn.delay()
            except OperationalError as error:
                logger.warning("The broker is away; what is queued waits for the sweep: %s", error)


_lock = threading.Lock()
_caller: Caller | None = None


def call_a_worker() -> None:
    """Some worker will take a turn soon. Never waits and never raises."""
    global _caller
    with _lock:
        _caller = _caller or Caller()
    _caller.call()


def call_a_librarian() -> None:
    """Some worker will look after the library soon; without a broker, within its usual time."""
    try:
        tend_library.delay()
    except OperationalError as error:
        logger.warning("The broker is away; the library is looked after later: %s", error)
