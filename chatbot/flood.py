"""Who comes anew while very many do: a riddle above a threshold, and a refusal far above it.

Counted are new visitors by the minute, of a tenant and of an address, in
Valkey. Whoever has come before is not counted and waits for nobody. Without
Valkey everybody new gets the easiest riddle: a flood finds no open door.
"""

import functools
import logging
import math
import time
from dataclasses import dataclass

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from chatbot import puzzle
from chatbot.proxies import prefix_of
from conversations.services.crowds import mark_newest

logger = logging.getLogger(__name__)

MINUTE = 60
# 2**14 tries take a phone a fifth of a second, 2**20 ten seconds.
EASIEST, HARDEST = 14, 20
# So many times the threshold of one address, and nobody new is let in from there.
FAR_ABOVE = 10


@dataclass(frozen=True)
class Crowd:
    """How many came anew within this minute, this one included."""

    of_tenant: int
    of_address: int

    @property
    def over(self) -> float:
        """How many times the threshold they are; at most 1 is no flood."""
        return max(
            self.of_tenant / settings.NEW_VISITORS_PER_MINUTE,
            self.of_address / settings.NEW_VISITORS_PER_ADDRESS,
        )


class Flooded(Exception):
    """Nobody new is let in just now; `riddle` is what lets one in, `after` when to come back."""

    def __init__(self, *, riddle: dict[str, object] | None, after: int) -> None:
        super().__init__("flooded")
        self.riddle = riddle
        self.after = after


def let_in(tenant_id: int, public_key: str, address: str, answer: object) -> bool:
    """Somebody new may come in, by this answer to a riddle where one is asked for; else `Flooded`.

    Returns whether they come in a crowd. An answer opens once.
    """
    minute = int(time.time()) // MINUTE
    try:
        crowd = _count(tenant_id, prefix_of(address), minute)
        if crowd.of_tenant == settings.NEW_VISITORS_PER_MINUTE + 1:
            mark_newest(tenant_id)
        if crowd.over <= 1:
            return False
        if crowd.of_address > FAR_ABOVE * settings.NEW_VISITORS_PER_ADDRESS:
            raise Flooded(riddle=None, after=MINUTE - int(time.time()) % MINUTE)
        name = _name_of(public_key, answer)
        if name and _lane().set(f"riddle:{name}", 1, ex=puzzle.SECONDS, nx=True):
            return True
        bits = difficulty(crowd.over)
    except RedisError as error:
        logger.warning("New visitors cannot be counted, so each solves a riddle: %s", error)
        if _name_of(public_key, answer):
            return True
        bits = EASIEST
    raise Flooded(riddle=puzzle.make(public_key, bits), after=1)


def difficulty(over: float) -> int:
    """One bit more, so twice the work, for twice the crowd."""
    return min(HARDEST, EASIEST + int(math.log2(max(1.0, over))))


def _name_of(public_key: str, answer: object) -> str | None:
    """The name of the riddle that was solved, if any was."""
    if not isinstance(answer, dict):
        return None
    seed, found = answer.get("seed"), answer.get("answer")
    if not (isinstance(seed, str) and isinstance(found, str)):
        return None
    return puzzle.solved(public_key, seed, found)


def _count(tenant_id: int, address: str, minute: int) -> Crowd:
    """One more came; in one round trip."""
    pipe = _lane().pipeline(transaction=False)
    for key in (f"new:{tenant_id}:{minute}", f"new:{tenant_id}:{address}:{minute}"):
        pipe.incr(key)
        pipe.expire(key, 2 * MINUTE)
    of_tenant, _, of_address, _ = pipe.execute()
    return Crowd(of_tenant, of_address)


@functools.cache
def _lane() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(NoBackoff(), 1),
    )
