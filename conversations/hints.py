"""Tell open sockets that something is new.

Every web process has one mailbox, a Redis channel. `watch:<conversation>`
is the set of mailboxes whose sockets look at that conversation. What lands
in a mailbox is a JSON array of parcels: `["event", conversation, {...}]`
and `["sign", conversation, {...}]` here, `["delta", ...]` from the worker's
writer. A lost parcel loses
nothing: sockets notice the missing number and read Postgres.
"""

import functools
import logging
from typing import Any

import orjson
from django.conf import settings
from redis import Redis, RedisError
from redis.commands.core import Script

from conversations.aside import Aside

logger = logging.getLogger(__name__)

# One round trip from conversations to every mailbox that watches them.
RING = """
for place, watchers in ipairs(KEYS) do
  for _, mailbox in ipairs(redis.call('SMEMBERS', watchers)) do
    if redis.call('PUBLISH', mailbox, ARGV[place]) == 0 then
      redis.call('SREM', watchers, mailbox)
    end
  end
end
"""


def watchers_key(conversation_id: int) -> str:
    """The set of mailboxes that watch this conversation."""
    return f"watch:{conversation_id}"


def is_watched(conversation_id: int) -> bool:
    """Whether an open socket shows this conversation; False where Redis cannot say."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as redis:
            return bool(redis.exists(watchers_key(conversation_id)))
    except RedisError:
        return False


def ring(conversation_id: int, event: dict[str, Any]) -> None:
    """The event will be offered to every socket that looks at this conversation.

    Never waits and never raises: the event is in Postgres already, and
    whoever stored it must not wait for a Redis that hangs.
    """
    _bell.give((watchers_key(conversation_id), orjson.dumps([["event", conversation_id, event]])))


def sign(conversation_id: int, data: dict[str, Any]) -> None:
    """Sockets that look at this conversation hear this, if Redis is there; it is never stored.

    For what is worth nothing some seconds later: somebody types, somebody is here.
    """
    _bell.give((watchers_key(conversation_id), orjson.dumps([["sign", conversation_id, data]])))


@functools.cache
def _script() -> Script:
    # A second is long for Redis; the socket waits three before it looks without a hint.
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return client.register_script(RING)


def _ring(batch: list[tuple[str, bytes]]) -> None:
    keys, parcels = zip(*batch, strict=True)
    try:
        _script()(keys=list(keys), args=list(parcels))
    except RedisError as error:
        logger.warning("Redis is away, sockets will catch up from Postgres: %s", error)


# While Redis is away hints are worth nothing a second later: sockets look for themselves.
_bell = Aside("bell", _ring, at_once=100)
