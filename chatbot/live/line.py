"""One socket's way through its conversation: what it has been sent, and what comes next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import Error

from chatbot.engine.lane import text_key
from chatbot.live import impatience, places, protocol
from chatbot.live.bridge import in_database
from chatbot.live.mailbox import Feed, Mailbox
from conversations.models import Event, Generation
from conversations.selectors.events import events_after, replies_being_written, stand_of

logger = logging.getLogger(__name__)

# While a reply is awaited, Postgres is asked this often in case a hint was
# lost; the longer nothing comes, the rarer, so that a thousand who wait in
# the queue cost little.
PATIENCE_SECONDS = 3.0
LONGEST_PATIENCE_SECONDS = 12.0
# Who is further behind than this is sent the newest events only.
BEHIND_AT_MOST = 500
SNAPSHOT_EVENTS = 200


class Line:
    """Sends every event once and in order, and the text of replies as it grows.

    Events come from the feed where the next number is there, else from
    Postgres. It ends when it is cancelled or the socket is gone. Nothing
    waits here for a browser that does not read: text and events stay where
    all sockets of the process share them, and in Postgres.
    """

    def __init__(
        self, conversation_id: int, mailbox: Mailbox, send: Callable[[str], Awaitable[None]]
    ) -> None:
        self._conversation_id = conversation_id
        self._mailbox = mailbox
        self._send = send
        self._news = asyncio.Event()
        self._feed = Feed()
        self._losses = 0
        self._ready = False
        self._seq = 0
        self._sent: dict[str, tuple[int, int]] = {}
        self._awaited: set[str] = set()
        self._places: dict[str, int] = {}
        self._expected = 0
        self._patience = PATIENCE_SECONDS
        self._since = 0.0

    async def run(self, resume: protocol.Resume) -> None:
        """The browser is told all it has missed and then all that comes."""
        self._seq = resume.after
        if resume.reply:
            self._sent[resume.reply] = (resume.claim, resume.offset)
        self._feed = await self._mailbox.watch(self._conversation_id, self._news)
        impatience.join(self)
        try:
            while True:
                self._losses = self._feed.losses
                await self._surely(self._look)
                while await self._something_new():
                    await self._surely(self._catch_up)
        finally:
            impatience.leave(self)
            await self._mailbox.unwatch(self._conversation_id, self._news)

    def expect(self, seq: int) -> None:
        """An event of this number exists; should no hint bring it, the line looks for it."""
        self._expected = seq

    def look_if_due(self, now: float) -> None:
        """Where something is awaited and nothing has come for long, the line looks for it."""
        more_to_come = self._awaited or self._expected > self._seq
        if more_to_come and now - self._since > self._patience:
            self._patience = min(2 * self._patience, LONGEST_PATIENCE_SECONDS)
            self._since = now
            self._losses = -1
            self._news.set()

    async def _something_new(self) -> bool:
        """True when the feed has news; False when it is time to look without."""
        await self._news.wait()
        self._news.clear()
        if self._losses != self._feed.losses:
            return False
        self._since = asyncio.get_running_loop().time()
        self._patience = PATIENCE_SECONDS
        return True

    async def _surely(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await step()
            except Error as error:
                logger.warning("Postgres is away, the socket waits: %s", error)
                await asyncio.sleep(1)

    async def _look(self) -> None:
        """All that Postgres and Redis know has been sent, whatever the feed has heard."""
        await self._read_log()
        if not self._ready:
            await self._send(protocol.ready(self._seq))
            self._ready = True
        replies = await in_database(replies_being_written, self._conversation_id)
        for generation in replies:
            reply = str(generation.public_id)
            self._awaited.add(reply)
            if generation.state == Generation.State.RUNNING:
                text = await self._mailbox.text_so_far(text_key(reply, generation.claim))
                self._feed.texts.fill(reply, generation.claim, text or generation.text)
        await self._send_texts()
        await self._send_places([one for one in replies if one.state == Generation.State.QUEUED])

    async def _catch_up(self) -> None:
        """All that the feed has heard has been sent."""
        events = self._feed.events
        if events and events[-1]["seq"] > self._seq:
            for frame in list(events):
                if frame["seq"] == self._seq + 1:
                    await self._send_event(frame)
            if events[-1]["seq"] > self._seq:
                await self._read_log()
        await self._send_texts()

    async def _read_log(self) -> None:
        behind = BEHIND_AT_MOST + 1
        while frames := await in_database(events_after, self._conversation_id, self._seq, behind):
            if len(frames) == behind:
                newest, state = await in_database(stand_of, self._conversation_id)
                self._seq = max(newest - SNAPSHOT_EVENTS, self._seq)
                await self._send(protocol.snapshot(self._seq, state))
                continue
            for frame in frames:
                await self._send_event(frame)

    async def _send_event(self, frame: dict[str, Any]) -> None:
        await self._send(protocol.encode(frame))
        self._seq = frame["seq"]
        reply = frame["data"].get("reply")
        if frame["kind"] in Event.ENDINGS:
            self._awaited.discard(reply)
            self._places.pop(reply, None)
            self._sent.pop(reply, None)
            self._feed.texts.forget(reply)
        elif reply:
            self._awaited.add(reply)

    async def _send_places(self, waiting: list[Generation]) -> None:
        if not waiting:
            return
        known = await places.now()
        for generation in waiting:
            reply, place = str(generation.public_id), known.get(generation.pk)
            if place is not None and self._places.get(reply) != place:
                self._places[reply] = place
                await self._send(protocol.queue(reply, place))

    async def _send_texts(self) -> None:
        for reply, live in self._feed.texts:
            if not live.complete:
                text = await self._mailbox.text_so_far(text_key(reply, live.claim))
                self._feed.texts.fill(reply, live.claim, text)
            claim, offset = self._sent.get(reply, (0, 0))
            if claim != live.claim:
                offset = 0
            if len(live.text) > offset:
                self._sent[reply] = (live.claim, len(live.text))
                await self._send(protocol.delta(reply, live.claim, offset, live.text[offset:]))
