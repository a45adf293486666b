"""Tell open sockets that something is new.

Every web process has one mailbox, a Redis channel. `watch:<conversation>`
is the set of mailboxes whose sockets look at that conversation. What lands
in a mailbox is a JSON array of parcels: `["event", conversation, {...}]`
here, `["delta", ...]` from the worker's writer. A lost parcel loses
nothing: sockets notice the missing number and read Postgres.
"""

import logging
import queue
import threading
from typing import Any

import orjson
from django.conf import settings
from redis import Redis, RedisError

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

# While Redis is away hints are worth nothing a second later: sockets look for themselves.
WAITING_AT_MOST = 1000
AT_ONCE = 100


def watchers_key(conversation_id: int) -> str:
    """The set of mailboxes that watch this conversation."""
    return f"watch:{conversation_id}"


def ring(conversation_id: int, event: dict[str, Any]) -> None:
    """The event will be offered to every socket that looks at this conversation.

    Never waits and never raises: the event is in Postgres already, and
    whoever stored it must not wait for a Redis that hangs.
    """
    _bell().ring(conversation_id, orjson.dumps([["event", conversation_id, event]]))


class Bell:
    """A thread that rings for the whole process, in order, as many as wait in one round trip."""

    def __init__(self) -> None:
        # A second is long for Redis; the socket waits three before it looks without a hint.
        client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        self._script = client.register_script(RING)
        self._waiting: queue.Queue[tuple[str, bytes]] = queue.Queue(WAITING_AT_MOST)
        threading.Thread(target=self._run, name="bell", daemon=True).start()

    def ring(self, conversation_id: int, parcels: bytes) -> None:
        """The parcels leave soon, or never where too many wait."""
        try:
            self._waiting.put_nowait((watchers_key(conversation_id), parcels))
        except queue.Full:
            logger.warning("Redis is away and too many hints wait; sockets will look themselves")

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < AT_ONCE and not self._waiting.empty():
                batch.append(self._waiting.get())
            keys, parcels = zip(*batch, strict=True)
            try:
                self._script(keys=list(keys), args=list(parcels))
            except RedisError as error:
                logger.warning("Redis is away, sockets will catch up from Postgres: %s", error)


_lock = threading.Lock()
_ringing: Bell | None = None


def _bell() -> Bell:
    global _ringing
    with _lock:
        _ringing = _ringing or Bell()
    return _ringing
