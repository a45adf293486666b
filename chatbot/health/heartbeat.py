"""Workers say that they live, in Valkey, where whoever asks hears them."""

import functools
import logging
import os
import socket
import time
from dataclasses import dataclass

from django.conf import settings
from redis import Redis, RedisError

logger = logging.getLogger(__name__)

# A worker that was silent for so long counts as gone; it speaks every two.
HEARD_SECONDS = 30
NAMES = "workers"
PREFIX = "worker:"


@dataclass(frozen=True)
class Worker:
    """A worker that lives, and how many seconds ago it last said so."""

    name: str
    seconds: float


@functools.cache
def name_here() -> str:
    """This process among all others."""
    return f"{socket.gethostname()}/{os.getpid()}"


def speak() -> None:
    """Whoever asks within `HEARD_SECONDS` hears this process; without Valkey, nobody does."""
    pipe = _redis().pipeline(transaction=False)
    pipe.set(f"{PREFIX}{name_here()}", int(time.time()), ex=HEARD_SECONDS)
    pipe.sadd(NAMES, name_here())
    try:
        pipe.execute()
    except RedisError as error:
        logger.warning("Valkey is away, so nobody hears this worker: %s", error)


def fall_silent() -> None:
    """This process counts as gone at once: it ends."""
    try:
        _redis().delete(f"{PREFIX}{name_here()}")
    except RedisError as error:
        logger.warning("Valkey is away, so this worker is heard for a while yet: %s", error)


def heard() -> list[Worker]:
    """The workers that live; `RedisError` where Valkey does not answer."""
    redis = _redis()
    names = sorted(_text(one) for one in redis.smembers(NAMES))
    pipe = redis.pipeline(transaction=False)
    for name in names:
        pipe.pttl(f"{PREFIX}{name}")
    left = dict(zip(names, pipe.execute(), strict=True))
    gone = [name for name, milliseconds in left.items() if milliseconds < 0]
    if gone:
        redis.srem(NAMES, *gone)
    return [
        Worker(name, HEARD_SECONDS - milliseconds / 1000)
        for name, milliseconds in left.items()
        if milliseconds >= 0
    ]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _redis() -> Redis:
    return _client(settings.REDIS_URL)


@functools.cache
def _client(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
