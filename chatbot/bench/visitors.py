"""Visitors at the socket: the replies read as a browser would."""

import asyncio
import uuid
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from chatbot.bench.clocks import ReplyClock
from chatbot.live.protocol import SUBPROTOCOL


class BenchVisitor:
    """One visitor with an open socket who asks one question after the other."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, address: dict[str, str]) -> "BenchVisitor":
        """The socket is open and up to date."""
        socket = await connect(
            address["socket"],
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{address['ticket']}")],
            origin=Origin(address["origin"]),
            compression=None,
            open_timeout=60,
        )
        visitor = cls(socket)
        await visitor._send({"type": "resume", "after": 0})
        while (await visitor._frame())["type"] != "ready":
            pass
        return visitor

    async def ask(self, number: int) -> ReplyClock | None:
        """The clock of the reply; None where it failed or what streamed is not what is stored."""
        clock = ReplyClock()
        pieces: list[str] = []
        question = {"id": str(uuid.uuid4()), "text": f"bench question {number}"}
        await self._send({"type": "message.send", **question})
        while True:
            frame = await self._frame()
            if frame["type"] == "delta":
                pieces.append(frame["text"])
                clock.take(frame["text"])
            elif frame.get("kind") == "reply.done":
                return clock if frame["data"]["text"].startswith("".join(pieces)) else None
            elif frame["type"] == "error" or frame.get("kind") == "reply.failed":
                return None

    async def close(self) -> None:
        """The socket is closed."""
        await self._socket.close()

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send(orjson.dumps(frame).decode())

    async def _frame(self) -> dict[str, Any]:
        async with asyncio.timeout(60):
            return orjson.loads(await self._socket.recv())
