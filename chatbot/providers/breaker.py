"""Stop calling what fails, and find out with one call at a time whether it is back.

Each process counts for itself, because with hundreds of replies a worker
has its five failures as soon as anybody; that something is open stands in
Redis, so that all workers stop at once and one of them probes. While all is
well that costs a look into Redis a second. Without Redis each process goes
by what it has seen: a probe more per process, and nothing else.
"""

import functools
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from redis import Redis, RedisError

from chatbot.providers.base import Failure
from chatbot.providers.errors import Family
from chatbot.providers.retry import LONGEST_WAIT_SECONDS

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# An outage: so many failures in a row, for so long, none further apart than the last figure.
FAILURES, OUTAGE_SECONDS, APART_SECONDS = 5, 8.0, 5.0
PROBE_SECONDS = 10.0  # one call in each
FRESH_SECONDS = 1.0  # what was closed a moment ago counts as closed
KEEP_SECONDS = 600
LONGEST_PAUSE_SECONDS = 300.0
REDIS_AWAY_SECONDS = 5.0
PREFIX = "breaker:"
NAMES = f"{PREFIX}names"

OF_THE_KEY = (Family.NO_MONEY, Family.BAD_KEY)
AT_ONCE = (*OF_THE_KEY, Family.NO_MODEL)
COUNTED = (Family.DOWN, Family.SILENT)
# They say nothing about whether the next call is answered.
LIMITED = (Family.RATE, Family.SLOW_DOWN)
NEUTRAL = (*LIMITED, Family.OURS)


@dataclass(frozen=True)
class Opened:
    """Something that is not called now but for probes; `since` is a Unix time."""

    place: str
    why: str
    since: float


@dataclass
class Row:
    """Failures one after the other, with no answer between them."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0


class Board:
    """What is open, for all workers; this process's own view where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._away_until = 0.0
        self._here: dict[str, Opened] = {}
        self._next_probe: dict[str, float] = {}

    def open(self, place: str, why: str, pause: float = PROBE_SECONDS) -> None:
        """Nobody calls it for so many seconds, and after that one in `PROBE_SECONDS`."""
        now = time.monotonic()
        self._here.setdefault(place, Opened(place, why, time.time()))
        self._next_probe.setdefault(place, now + pause)

        def tell() -> None:
            value = json.dumps({"why": why, "since": time.time()})
            pipe = self._redis.pipeline(transaction=False)
            pipe.set(f"{PREFIX}{place}", value, nx=True, ex=KEEP_SECONDS)
            pipe.expire(f"{PREFIX}{place}", KEEP_SECONDS)
            pipe.sadd(NAMES, place)
            pipe.set(f"{PREFIX}pause:{place}", 1, nx=True, px=int(pause * 1000))
            pipe.execute()

        self._shared(tell, lambda: None)

    def is_open(self, place: str) -> bool:
        """Whether somebody opened it and nobody has had an answer since."""
        found = self._shared(
            lambda: bool(self._redis.exists(f"{PREFIX}{place}")), lambda: place in self._here
        )
        if not found:
            self._forget(place)
        return found

    def probe(self, place: str) -> bool:
        """Whether this call is the one that finds out."""

        def here() -> bool:
            now = time.monotonic()
            if now < self._next_probe.get(place, 0.0):
                return False
            self._next_probe[place] = now + PROBE_SECONDS
            return True

        pause = f"{PREFIX}pause:{place}"
        return self._shared(
            lambda: bool(self._redis.set(pause, 1, nx=True, px=int(PROBE_SECONDS * 1000))), here
        )

    def close(self, place: str) -> None:
        """Everybody calls it again."""
        self._forget(place)

        def tell() -> None:
            pipe = self._redis.pipeline(transaction=False)
            pipe.delete(f"{PREFIX}{place}", f"{PREFIX}pause:{place}")
            pipe.srem(NAMES, place)
            pipe.execute()

        self._shared(tell, lambda: None)

    def all(self) -> list[Opened]:
        """What is open now, for pages about health."""

        def shared() -> list[Opened]:
            named = self._redis.smembers(NAMES)
            names = sorted(one.decode() if isinstance(one, bytes) else one for one in named)
            values = self._redis.mget([f"{PREFIX}{name}" for name in names]) if names else []
            found = []
            for name, value in zip(names, values, strict=True):
                if value:
                    told = json.loads(value)
                    found.append(Opened(name, told["why"], told["since"]))
            return found

        return self._shared(shared, lambda: list(self._here.values()))

    def clear(self) -> None:
        """Nothing is open."""
        for one in self.all():
            self.close(one.place)

    def _forget(self, place: str) -> None:
        self._here.pop(place, None)
        self._next_probe.pop(place, None)

    def _shared(self, there: Callable[[], Any], here: Callable[[], Result]) -> Result:
        if time.monotonic() < self._away_until:
            return here()
        try:
            result: Result = there()
        except RedisError as error:
            self._away_until = time.monotonic() + REDIS_AWAY_SECONDS
            logger.warning("Breakers go by what this process has seen, Redis is away: %s", error)
            return here()
        return result


class Breaker:
    """Counts what calls meet, and says which may be made."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self._closed_until: dict[str, float] = {}
        self._seen_open: set[str] = set()

    def allows(self, places: Sequence[str]) -> bool:
        """Whether a call may be made that goes by all of these; it may be their probe."""
        return all(self._is_closed(place) or self.board.probe(place) for place in places)

    def heard(self, key: str, model: str, failure: Failure | None) -> str:
        """A call by this key and model ended so; returns the place that this opened, if any."""
        family = failure.family if failure else None
        if failure and family in LIMITED and failure.after > LONGEST_WAIT_SECONDS:
            # Longer than a visitor waits, so nobody does: all leave it alone for as long.
            return self._open(model, failure.code, min(failure.after, LONGEST_PAUSE_SECONDS))
        if family in NEUTRAL:
            return ""
        if failure and family in AT_ONCE:
            return self._open(key if family in OF_THE_KEY else model, failure.code)
        if failure and family in COUNTED:
            return self._open(model, failure.code) if self._is_outage(model) else ""
        self._answered(key, model)
        return ""

    def _is_closed(self, place: str) -> bool:
        now = time.monotonic()
        if now < self._closed_until.get(place, 0.0):
            return True
        if self.board.is_open(place):
            self._seen_open.add(place)
            return False
        self._seen_open.discard(place)  # somebody else had an answer
        self._closed_until[place] = now + FRESH_SECONDS
        return True

    def _is_outage(self, place: str) -> bool:
        now = time.monotonic()
        if place in self._seen_open:
            return True  # its probe failed
        with self._lock:
            row = self._rows.get(place)
            if row is None or now - row.last > APART_SECONDS:
                row = self._rows[place] = Row(first=now)
            row.count, row.last = row.count + 1, now
            return row.count >= FAILURES and now - row.first >= OUTAGE_SECONDS

    def _open(self, place: str, why: str, pause: float = PROBE_SECONDS) -> str:
        known = place in self._seen_open
        self._seen_open.add(place)
        self._closed_until.pop(place, None)
        self.board.open(place, why, pause)
        if known:
            return ""
        logger.warning("%s is not called for now, but for a probe now and then: %s", place, why)
        return place

    def _answered(self, *places: str) -> None:
        for place in places:
            self._rows.pop(place, None)
            if place in self._seen_open:
                self._seen_open.discard(place)
                self.board.close(place)
                logger.warning("%s answers again", place)


@functools.cache
def breaker() -> Breaker:
    """The one of this process."""
    redis = Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
    return Breaker(Board(redis))
