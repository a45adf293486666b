"""What the library needs done now and then."""

import logging
import time

from django.conf import settings
from redis import Redis, RedisError

from chatbot.knowledge.embeddings import place_passages
from chatbot.knowledge.ingest import cut_again
from chatbot.knowledge.jobs import fetch_due, work
from chatbot.knowledge.unanswered import group_new

logger = logging.getLogger(__name__)

SECONDS = 60.0
KEY, HELD_SECONDS = "counterfoil:tending", 150


def tend() -> None:
    """Due sources, what waits in jobs, what was cut another way or has no place or group.

    About so many seconds at most; what is left then is done the next time.
    Jobs are shared between workers. The rest is done by one at a time: two
    would pay for the same embeddings.
    """
    deadline = time.monotonic() + SECONDS
    fetch_due()
    work(SECONDS)
    if not _alone():
        return
    try:
        while time.monotonic() < deadline and (cut_again() or place_passages() or group_new()):
            pass
    finally:
        _give_way()


def _alone() -> bool:
    """Whether nobody else is at it; whoever died over it is waited for, but not for long."""
    try:
        return bool(_redis().set(KEY, "1", nx=True, ex=HELD_SECONDS))
    except RedisError:
        return False


def _give_way() -> None:
    try:
        _redis().delete(KEY)
    except RedisError as error:
        logger.warning("The library rests for %s s: %s", HELD_SECONDS, error)


def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
