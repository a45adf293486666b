"""Wait for a database that is away for a moment, without holding a connection meanwhile."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Before the call a visitor still waits for the first word; after it, a whole
# reply is at stake, so the database may be away for as long as a restart takes.
BEGIN_SECONDS = 15
END_SECONDS = 120

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0


def surely(step: Callable[[], Result], within_seconds: float) -> Result:
    """The step's result, tried again while the database is away or somebody holds a row.

    The step must be one transaction: what was tried is undone. Raises the
    last error once so many seconds have passed.
    """
    deadline = time.monotonic() + within_seconds
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return step()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() + wait > deadline:
                raise
            logger.warning("The database did not take it, trying again: %s", error)
        # Back to the pool: whoever waits for a row must not keep others from their rows.
        _let_go()
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)


def _let_go() -> None:
    try:
        connection.close()
    except Error:
        logger.warning("A connection could not be given back; the pool replaces it")
