"""The fast lane: text from this worker to every mailbox that watches, while it is written.

Redis keeps the text so far of each reply and claim, so that a socket that
comes later is given it at once. Nothing here is the truth: Postgres has
the text to the last second, and the final event has all of it.
"""

import asyncio
import functools
import logging
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from redis import Redis as SyncRedis
from redis import RedisError
from redis.asyncio import Redis
from redis.commands.core import Script

from conversations.hints import watchers_key
from conversations.models import Generation

logger = logging.getLogger(__name__)

# The first piece of a reply leaves at once, the rest is read and leaves this
# often: a median wait of half of it buys most of the CPU of a frame per token.
FLUSH_SECONDS = 0.065
# Not all replies in one step: at 200 that held loop, Valkey and web for 20 ms, and
# whoever began just then waited for it. In four groups the 95th of 100 tokens
# comes 15 ms earlier (64 instead of 79 ms) for the same CPU.
GROUPS = 4
KEEP_SECONDS = 900
DRAIN_SECONDS = 1.0

# Appends to each text and posts the parcels, one PUBLISH per mailbox however
# many replies it watches. Answers with the positions whose text in Redis is
# not as long as this worker thinks (Redis was wiped): those want all of it.
# A text that was cut is gone, so its worker comes back with all of it, and only
# then, at offset 0, is the mark looked for: the usual piece pays nothing for it.
WRITE = """
local mail, behind = {}, {}
for i = 1, #KEYS / 2 do
  local key, offset, text, parcel = KEYS[2*i-1], tonumber(ARGV[3*i-2]), ARGV[3*i-1], ARGV[3*i]
  if offset > 0 and redis.call('STRLEN', key) ~= offset then
    behind[#behind + 1] = i
  else
    local cut = false
    if offset == 0 then
      cut = redis.call('EXISTS', 'cut:' .. key) == 1
      if not cut then redis.call('SET', key, text, 'EX', {keep}) end
    else
      redis.call('APPEND', key, text)
    end
    for _, mailbox in ipairs(cut and {} or redis.call('SMEMBERS', KEYS[2*i])) do
      mail[mailbox] = mail[mailbox] or {}
      table.insert(mail[mailbox], parcel)
    end
  end
end
for mailbox, parcels in pairs(mail) do
  redis.call('PUBLISH', mailbox, '[' .. table.concat(parcels, ',') .. ']')
end
return behind
""".replace("{keep}", str(KEEP_SECONDS))


# In one step, so that what it returns is all that was ever sent.
CUT = f"""
local text = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[2], 1, 'EX', {KEEP_SECONDS})
redis.call('DEL', KEYS[1])
return text
"""


def text_key(reply: str, claim: int) -> str:
    """Where the text so far of this reply and claim stands."""
    return f"text:{reply}:{claim}"


def cut(reply: str, claim: int) -> str:
    """All that was sent of this reply under this claim; from now on nothing more is.

    Whoever still writes it writes for nobody. Empty where Redis is away;
    then its sockets keep the rest from being shown.
    """
    key = text_key(reply, claim)
    try:
        text = _cutter()(keys=[key, f"cut:{key}"])
    except RedisError as error:
        logger.warning("Redis is away; what was sent of %s is taken from Postgres: %s", key, error)
        return ""
    return text.decode() if isinstance(text, bytes) else ""


@functools.cache
def _cutter() -> Script:
    client = SyncRedis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return client.register_script(CUT)


@dataclass(eq=False)
class LiveReply:
    """A reply being written by this worker: its text, and how much of it has left."""

    conversation_id: int
    reply: str
    claim: int
    pieces: list[str] = field(default_factory=list)
    sent_pieces: int = 0
    sent_characters: int = 0
    sent_bytes: int = 0

    @classmethod
    def of(cls, generation: Generation) -> "LiveReply":
        """A reply of which nothing is written yet."""
        return cls(generation.conversation_id, str(generation.public_id), generation.claim)

    @property
    def text(self) -> str:
        """All that was written so far."""
        return "".join(self.pieces)

    def start_over(self) -> None:
        """Nothing counts as sent any more."""
        self.sent_pieces = self.sent_characters = self.sent_bytes = 0


class Lane(NamedTuple):
    """The writer's end for one reply; what a provider streams into."""

    writer: "LaneWriter"
    reply: LiveReply

    def take(self, text: str) -> None:
        """The text is written to the reply."""
        self.writer.write(self.reply, text)

    async def ready(self) -> None:
        """The next flush is due."""
        await self.writer.pace()


class LaneWriter:
    """Sends the text of all replies of a worker, in one round trip at a time."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(WRITE)
        self._waiting: dict[LiveReply, None] = {}
        self._wake = asyncio.Event()
        self._flushed = asyncio.Condition()
        self._pacing: dict[int, list[asyncio.Future[None]]] = {}
        self._task = asyncio.create_task(self._run())

    def of(self, reply: LiveReply) -> Lane:
        """Where this reply's text is to be written."""
        return Lane(self, reply)

    def write(self, reply: LiveReply, text: str) -> None:
        """The text leaves at once, with what the others write in this moment."""
        reply.pieces.append(text)
        self._waiting[reply] = None
        self._wake.set()

    async def pace(self) -> None:
        """It is time to read on: `FLUSH_SECONDS` later, for all replies of a group at once.

        So a stream of 50 tokens a second wakes its reader 15 times, not 50,
        and one flush takes what all of a group have read. It does not wait
        for Redis.
        """
        loop = asyncio.get_running_loop()
        step = FLUSH_SECONDS / GROUPS
        tick = int(loop.time() / step) + GROUPS
        if tick not in self._pacing:
            self._pacing[tick] = []
            loop.call_at(tick * step, self._tick, tick)
        turn = loop.create_future()
        self._pacing[tick].append(turn)
        await turn

    def _tick(self, tick: int) -> None:
        for turn in self._pacing.pop(tick):
            if not turn.done():
                turn.set_result(None)

    async def drain(self, reply: LiveReply) -> None:
        """All of the reply has left, or Redis has not taken it for `DRAIN_SECONDS`."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS), self._flushed:
                await self._flushed.wait_for(lambda: reply.sent_pieces == len(reply.pieces))
        except TimeoutError:
            logger.warning("Redis did not take the end of reply %s in time", reply.reply)
        self._waiting.pop(reply, None)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            for _ in range(3):  # the others of this tick are woken, read, and write
                await asyncio.sleep(0)
            self._wake.clear()
            try:
                await self._flush()
            except (RedisError, OSError) as error:
                logger.warning("Redis is away, text waits here: %s", error)
                self._wake.set()
                await asyncio.sleep(0.5)

    async def _flush(self) -> None:
        batch = list(self._waiting)
        self._waiting.clear()
        posts = [
            (reply, len(reply.pieces), "".join(reply.pieces[reply.sent_pieces :]))
            for reply in batch
        ]
        posts = [post for post in posts if post[2]]
        if not posts:
            return
        keys: list[str] = []
        args: list[Any] = []
        for reply, _, text in posts:
            keys += text_key(reply.reply, reply.claim), watchers_key(reply.conversation_id)
            args += reply.sent_bytes, text, _parcel(reply, text)
        try:
            behind = await self._script(keys=keys, args=args)
        except (RedisError, OSError):
            self._waiting.update(dict.fromkeys(batch))
            raise
        for reply, pieces, text in posts:
            reply.sent_pieces = pieces
            reply.sent_characters += len(text)
            reply.sent_bytes += len(text.encode())
        for position in behind:
            reply = posts[position - 1][0]
            reply.start_over()
            self._waiting[reply] = None
            self._wake.set()
        async with self._flushed:
            self._flushed.notify_all()


def _parcel(reply: LiveReply, text: str) -> bytes:
    return orjson.dumps(
        ["delta", reply.conversation_id, reply.reply, reply.claim, reply.sent_characters, text]
    )
