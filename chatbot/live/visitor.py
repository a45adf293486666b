"""The widget's line: a socket of one visitor's conversation."""

import asyncio
import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error

from chatbot.intake import receive
from chatbot.live import protocol
from chatbot.live.bridge import in_database
from chatbot.live.handshake import admit
from chatbot.live.line import Line
from chatbot.live.mailbox import mailbox
from conversations.models import Conversation
from conversations.services.messages import MessageRefused

logger = logging.getLogger(__name__)

BAD_FRAMES_ALLOWED = 10


class VisitorConsumer(AsyncWebsocketConsumer):
    """Takes a visitor's messages and sends the conversation as it grows.

    The same messages sent again are acknowledged again and stored once.
    """

    conversation: Conversation
    line: Line | None = None
    running: asyncio.Task[None] | None = None
    bad_frames = 0

    async def connect(self) -> None:
        """The socket is open where `admit` lets it in, else refused before it opens."""
        try:
            admitted = await in_database(admit, self.scope)
        except Error:
            logger.exception("Postgres is away; the browser will come back")
            admitted = None
        if admitted is None:
            await self.close()
            return
        self.conversation = admitted.conversation
        await self.accept(protocol.SUBPROTOCOL)

    async def disconnect(self, code: int) -> None:
        """Nothing of this socket goes on; a reply that is being written does."""
        if self.running:
            self.running.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame has been answered; broken ones by an error, and the tenth by closing."""
        try:
            frame = protocol.parse(text_data)
        except protocol.BadFrame as error:
            await self._refuse(str(error))
            return
        match frame:
            case protocol.Ping():
                await self.send(protocol.pong())
            case protocol.Resume():
                self._start(frame)
            case protocol.Send() if self.line is None:
                text = "Send resume first."
                await self.send(protocol.error("resume_first", text, frame.id))
            case protocol.Send():
                await self._post(frame, self.line)

    def _start(self, resume: protocol.Resume) -> None:
        """The line runs from what the browser has seen; a second resume starts it anew."""
        if self.running:
            self.running.cancel()
        self.line = Line(self.conversation.pk, mailbox(), self.send)
        self.running = asyncio.create_task(self.line.run(resume))
        self.running.add_done_callback(_report)

    async def _post(self, frame: protocol.Send, line: Line) -> None:
        try:
            posted = await in_database(
                receive, self.conversation, client_id=frame.id, text=frame.text
            )
        except MessageRefused as refusal:
            await self.send(protocol.error(refusal.code, str(refusal), frame.id))
        except Error:
            logger.exception("A message could not be stored")
            text = "This could not be saved just now; it will be sent again."
            await self.send(protocol.error("not_now", text, frame.id))
        else:
            line.expect(posted.message.seq)
            await self.send(protocol.ack(frame.id, posted.message.seq))

    async def _refuse(self, why: str) -> None:
        self.bad_frames += 1
        await self.send(protocol.error("bad_frame", why))
        if self.bad_frames >= BAD_FRAMES_ALLOWED:
            await self.close(protocol.TOO_MANY_BAD_FRAMES)


def _report(line: asyncio.Task[Any]) -> None:
    if not line.cancelled() and (error := line.exception()):
        logger.error("A socket's line broke", exc_info=error)
