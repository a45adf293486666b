"""Tell open sockets that something is new.

Every web process has one mailbox, a Redis channel. `watch:<conversation>`
is the set of mailboxes whose sockets look at that conversation. What lands
in a mailbox is a JSON array of parcels: `["event", conversation, {...}]`
here, `["delta", ...]` from the worker's writer. A lost parcel loses
nothing: sockets notice the missing number and read Postgres.
"""

import functools
import logging
from typing import Any

import orjson
from django.conf import settings
from redis import Redis, RedisError

logger = logging.getLogger(__name__)

# One round trip from a conversation to every mailbox that watches it.
RING = """
for _, mailbox in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('PUBLISH', mailbox, ARGV[1]) == 0 then
    redis.call('SREM', KEYS[1], mailbox)
  end
end
"""


def watchers_key(conversation_id: int) -> str:
    """The set of mailboxes that watch this conversation."""
    return f"watch:{conversation_id}"


def ring(conversation_id: int, event: dict[str, Any]) -> None:
    """Every socket that looks at this conversation has been offered the event, or Redis is away.

    Never raises: the event is in Postgres already.
    """
    parcels = orjson.dumps([["event", conversation_id, event]])
    try:
        _ring_script()(keys=[watchers_key(conversation_id)], args=[parcels])
    except RedisError as error:
        logger.warning("Redis is away, sockets will catch up from Postgres: %s", error)


@functools.cache
def _ring_script() -> Any:
    # A second is long for Redis and short for a visitor whose message is stored already.
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return client.register_script(RING)
