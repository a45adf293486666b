"""Visitors at the socket: the replies read as a browser would."""

import asyncio
import uuid
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from chatbot.bench.clocks import ReplyClock, now_ms
from chatbot.bench.questions import question
from chatbot.live.protocol import SUBPROTOCOL

SILENCE_SECONDS = 60


class BenchVisitor:
    """One visitor with an open socket who asks one question after the other."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.stored_after: list[float] = []

    @classmethod
    async def open(cls, address: dict[str, str], **how: Any) -> "BenchVisitor":
        """The socket is open and up to date; `how` goes to the connection as it is made."""
        visitor = cls(await open_socket(address, **how))
        await visitor._send({"type": "resume", "after": 0})
        while (await visitor.frame())["type"] != "ready":
            pass
        return visitor

    async def ask(self, number: int) -> ReplyClock:
        """The clock of the reply, broken where it failed or is not what is stored.

        `stored_after` has the milliseconds from the question to its
        acknowledgement, one for each question.
        """
        return await self.say(question(number))

    async def say(self, text: str, *, stamped: bool = True) -> ReplyClock:
        """The same for a question in these words; the clock is not read from an unstamped reply."""
        clock = ReplyClock()
        pieces: list[str] = []
        await self._send({"type": "message.send", "id": str(uuid.uuid4()), "text": text})
        try:
            while True:
                frame = await self.frame()
                if frame["type"] == "ack":
                    self.stored_after.append(now_ms() - clock.asked)
                elif frame["type"] == "delta":
                    pieces.append(frame["text"])
                    if stamped:
                        clock.take(frame["text"])
                elif frame.get("kind") == "reply.done":
                    streamed, stored = "".join(pieces), frame["data"]["text"]
                    if not stored.startswith(streamed):
                        clock.broken = "what streamed is not what is stored"
                    elif stamped:
                        clock.take(stored[len(streamed) :])  # the last text may come with the end
                    return clock
                elif frame["type"] == "error" or frame.get("kind") == "reply.failed":
                    clock.broken = str(frame)
                    return clock
        except (ConnectionClosed, TimeoutError) as error:
            clock.broken = repr(error)
            return clock

    async def frame(self) -> dict[str, Any]:
        """The next frame; TimeoutError where none comes."""
        async with asyncio.timeout(SILENCE_SECONDS):
            return orjson.loads(await self._socket.recv())

    async def close(self) -> None:
        """The socket is closed."""
        await self._socket.close()

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send(orjson.dumps(frame).decode())


class PlainVisitor:
    """A visitor of one of the other designs: a question as text, `text` frames, then `end`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, address: dict[str, str]) -> "PlainVisitor":
        """The socket is open."""
        return cls(
            await connect(address["socket"], compression=None, open_timeout=60, ping_interval=None)
        )

    async def ask(self, number: int) -> ReplyClock:
        """The clock of the reply, broken where it did not end."""
        clock = ReplyClock()
        await self._socket.send(question(number))
        try:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    frame = orjson.loads(await self._socket.recv())
                if "end" in frame:
                    return clock
                clock.take(frame["text"])
        except (ConnectionClosed, TimeoutError) as error:
            clock.broken = repr(error)
            return clock

    async def close(self) -> None:
        """The socket is closed."""
        await self._socket.close()


async def open_socket(address: dict[str, str], **how: Any) -> ClientConnection:
    """A socket of the widget's protocol; it offers compression, as every browser does."""
    return await connect(
        address["socket"],
        subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{address['ticket']}")],
        origin=Origin(address["origin"]),
        open_timeout=60,
        ping_interval=None,  # a browser does not ping by itself
        **how,
    )
