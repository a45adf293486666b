"""This process's mailbox: one Redis subscription that feeds all its sockets.

A feed keeps what the process has heard of one conversation; its sockets
keep only how far each has read. So a socket that stops reading costs
nothing here, and a lost parcel is noticed by its number.
"""

import asyncio
import logging
import uuid
from collections import deque
from typing import Any

import orjson
from django.conf import settings
from redis import RedisError
from redis.asyncio import Redis

from chatbot.live.signs import Signs
from chatbot.live.texts import LiveTexts
from conversations.hints import watchers_key

logger = logging.getLogger(__name__)

REMEMBERED_EVENTS = 50
BEAT_SECONDS = 2.0
AWAY_SECONDS = 0.5
# A Redis that hangs must not hold a socket that Postgres can serve.
WAIT_SECONDS = 1.0


class Feed:
    """What this process has heard of one conversation."""

    def __init__(self) -> None:
        self.events: deque[dict[str, Any]] = deque(maxlen=REMEMBERED_EVENTS)
        self.texts = LiveTexts()
        self.signs = Signs()
        self.losses = 0  # how often something may have been missed
        self.listeners: set[asyncio.Event] = set()

    def doubt(self) -> None:
        """Something may have been missed: every socket looks into Postgres."""
        self.losses += 1
        self.texts.doubt()
        self.wake()

    def wake(self) -> None:
        """Every socket of this conversation looks again."""
        for listener in self.listeners:
            listener.set()


class Mailbox:
    """The feeds of a process and the subscription behind them."""

    def __init__(self) -> None:
        self.name = f"mailbox:{uuid.uuid4()}"
        self._feeds: dict[int, Feed] = {}
        self._redis = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        self._task: asyncio.Task[None] | None = None
        self._unannounced = False

    async def watch(self, conversation_id: int, listener: asyncio.Event) -> Feed:
        """The conversation's feed, which sets `listener` at every news from now on."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        feed = self._feeds.setdefault(conversation_id, Feed())
        feed.listeners.add(listener)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._redis.sadd(watchers_key(conversation_id), self.name)
        except (RedisError, OSError, TimeoutError):
            logger.info("Redis is away; the feed is announced when it is back")
            self._unannounced = True
        return feed

    async def unwatch(self, conversation_id: int, listener: asyncio.Event) -> None:
        """The listener hears nothing more; the last one closes the feed."""
        feed = self._feeds.get(conversation_id)
        if feed is None:
            return
        feed.listeners.discard(listener)
        if feed.listeners:
            return
        del self._feeds[conversation_id]
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._redis.srem(watchers_key(conversation_id), self.name)
        except (RedisError, OSError, TimeoutError):
            logger.info("Redis is away; the next hint will find nobody and forget this mailbox")

    async def text_so_far(self, key: str) -> str:
        """The text that workers left in Redis under this key, or nothing."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                text = await self._redis.get(key)
        except (RedisError, OSError, TimeoutError):
            return ""
        return text.decode() if isinstance(text, bytes) else ""

    async def _run(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(self.name)
                    await self._announce()
                    await self._listen(subscription)
            except (RedisError, OSError) as error:
                logger.warning("Redis is away, sockets read Postgres meanwhile: %s", error)
            await asyncio.sleep(AWAY_SECONDS)

    async def _announce(self) -> None:
        """Every open feed is registered; what was missed meanwhile is read by its sockets."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.set(self.name, 1)
            for conversation_id in self._feeds:
                pipeline.sadd(watchers_key(conversation_id), self.name)
            await pipeline.execute()
        self._unannounced = False
        for feed in self._feeds.values():
            feed.doubt()

    async def _listen(self, subscription: Any) -> None:
        loop = asyncio.get_running_loop()
        beat = loop.time() + BEAT_SECONDS
        while True:
            mail = await subscription.get_message(
                ignore_subscribe_messages=True, timeout=BEAT_SECONDS
            )
            if mail:
                self._deliver(mail["data"])
            if loop.time() > beat:
                beat = loop.time() + BEAT_SECONDS
                # Redis was emptied, or somebody came while it hung.
                if self._unannounced or not await self._redis.exists(self.name):
                    await self._announce()

    def _deliver(self, mail: bytes) -> None:
        for kind, conversation_id, *parcel in orjson.loads(mail):
            feed = self._feeds.get(conversation_id)
            if feed is None:
                continue
            if kind == "event":
                feed.events.append(parcel[0])
            elif kind == "sign":
                feed.signs.take(parcel[0])
            else:
                feed.texts.take(*parcel)
            feed.wake()


_mailbox: Mailbox | None = None


def mailbox() -> Mailbox:
    """The one mailbox of this process; it begins with the first socket."""
    global _mailbox
    if _mailbox is None:
        _mailbox = Mailbox()
    return _mailbox
