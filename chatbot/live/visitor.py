"""The widget's line: a socket of one visitor's conversation."""

import asyncio
import logging
import uuid
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error

from chatbot import intake, logs
from chatbot.live import protocol
from chatbot.live.bridge import in_database
from chatbot.live.company import VisitorCompany
from chatbot.live.handshake import admit
from chatbot.live.line import Line
from chatbot.live.mailbox import mailbox
from chatbot.live.signs import Sign
from conversations.models import Conversation
from conversations.sentences import told
from conversations.services.refusals import Refused

logger = logging.getLogger(__name__)

BAD_FRAMES_ALLOWED = 10
NOT_NOW = "This could not be saved just now; it will be sent again."


class VisitorConsumer(AsyncWebsocketConsumer):
    """Takes a visitor's messages and sends the conversation as it grows.

    The same messages sent again are acknowledged again and stored once.
    """

    who = "visitor"
    conversation: Conversation
    locale = ""
    line: Line | None = None
    running: asyncio.Task[None] | None = None
    bad_frames = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = str(uuid.uuid4())
        self.company = VisitorCompany(self.by, self._write)

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
        self.conversation, self.locale = admitted.conversation, admitted.locale
        logs.about(conversation=self.conversation.pk)
        await self.accept(protocol.SUBPROTOCOL)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """The message has been handled.

        Channels' own looks for stale database connections in a thread first,
        for every frame; ours are given back where they are used.
        """
        await getattr(self, get_handler_name(message))(message)

    async def disconnect(self, code: int) -> None:
        """Nothing of this socket goes on; a reply that is being written does."""
        if self.running:
            self.running.cancel()
        self.company.leave(self.conversation.pk)

    async def hear(self, sign: Sign) -> None:
        """What others do here reaches this socket."""
        await self.company.hear(sign, self.conversation.pk)

    def sign(self, what: str) -> Sign:
        """A sign of this socket's."""
        return Sign(what, self.who, self.by)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame has been answered; broken ones by an error, and the tenth by closing."""
        if self.bad_frames >= BAD_FRAMES_ALLOWED:
            return  # it is closed, and what was on its way here is of no use
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
            case protocol.Typing():
                if self.company.may_type():
                    self.sign("typing").give(self.conversation.pk)
            case _ if self.line is None:
                text = "Send resume first."
                await self.send(protocol.error("resume_first", text, _about(frame)))
            case _:
                await self._do(frame, self.line)

    def _start(self, resume: protocol.Resume) -> None:
        """The line runs from what the browser has seen; a second resume starts it anew."""
        if self.running:
            self.running.cancel()
        self.line = Line(self.conversation.pk, mailbox(), self._write, self.hear)
        self.running = asyncio.create_task(self.line.run(resume))
        self.running.add_done_callback(_report)

    async def _write(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def _do(self, frame: protocol.Frame, line: Line) -> None:
        """What the visitor wants is done and acknowledged, or refused with a reason."""
        try:
            seq = await in_database(carry_out, self.conversation, frame)
        except (Refused, Error) as problem:
            await self.send(_refusal(frame, problem, self.locale))
        else:
            if seq is not None and "id" in (about := _about(frame)):
                line.expect(seq)
                await self.send(protocol.ack(about["id"], seq))

    async def _refuse(self, why: str) -> None:
        self.bad_frames += 1
        await self.send(protocol.error("bad_frame", why))
        if self.bad_frames >= BAD_FRAMES_ALLOWED:
            if self.running:
                self.running.cancel()
            await self.close(protocol.TOO_MANY_BAD_FRAMES)


def carry_out(conversation: Conversation, frame: protocol.Frame) -> int | None:
    """What the frame asks for is done; returns the number of its event, where it has one."""
    match frame:
        case protocol.Send():
            posted = intake.receive(conversation, client_id=frame.id, text=frame.text)
            return posted.message.seq
        case protocol.Again():
            return intake.again(conversation, reply=frame.reply, new_reply=frame.id).seq
        case protocol.AskForPerson():
            return intake.ask_for_person(conversation)
        case protocol.Stop():
            intake.stop(conversation, frame.reply)
    return None


def answer_to(conversation: Conversation, frame: protocol.Frame, locale: str) -> str:
    """The frame is carried out without a socket; returns what a socket would be sent, if anything.

    What only a socket has, `resume`, is the stream's to ask for.
    """
    match frame:
        case protocol.Ping():
            return protocol.pong()
        case protocol.Resume():
            text = "Over HTTP, what was missed is asked for by the stream's address."
            return protocol.error("bad_frame", text)
    try:
        seq = carry_out(conversation, frame)
    except (Refused, Error) as problem:
        return _refusal(frame, problem, locale)
    about = _about(frame)
    return protocol.ack(about["id"], seq) if seq is not None and "id" in about else ""


def _refusal(frame: protocol.Frame, problem: Exception, locale: str) -> str:
    """Why the frame was not carried out, for the browser."""
    about = _about(frame)
    if not isinstance(problem, Refused):
        logger.error("A visitor's frame could not be carried out", exc_info=problem)
        return protocol.error("not_now", told(NOT_NOW, locale), about)
    if problem.after is not None:
        about["after"] = problem.after
    return protocol.error(problem.code, problem.told(locale), about)


def _about(frame: protocol.Frame) -> dict[str, Any]:
    """What an answer names so that the browser knows which of its frames is meant."""
    return {
        name: str(getattr(frame, name)) for name in ("id", "reply") if getattr(frame, name, None)
    }


def _report(line: asyncio.Task[Any]) -> None:
    if line.cancelled() or not (error := line.exception()):
        return
    if isinstance(error, OSError):
        return  # the browser vanished while something was being sent to it
    logger.error("A socket's line broke", exc_info=error)
