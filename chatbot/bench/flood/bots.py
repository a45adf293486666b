"""A process of bots, each at an address of its own: a job on standard input, what came of it out.

A bot wants a session, tries again where it is refused, and then writes as
often as it can; one in five solves the riddle that it is given.
"""

import asyncio
import sys
from collections import Counter
from typing import Any

import orjson
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from chatbot import puzzle
from chatbot.bench.flood.asking import post
from chatbot.live.protocol import SUBPROTOCOL

ONE_IN = 5


class Bot:
    """One of them; `seen` counts for all."""

    def __init__(self, job: dict[str, Any], number: int, seen: Counter[str]) -> None:
        self.job, self.number, self.seen = job, number, seen
        self.address = f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"
        self.answer: dict[str, Any] | None = None
        self.line: ClientConnection | None = None
        self.reading: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """It has tried to write so many messages, evenly over the time of the job."""
        pause = self.job["seconds"] / self.job["messages"]
        await asyncio.sleep(pause * self.number / self.job["bots"])
        begun = asyncio.get_running_loop().time()
        for message in range(self.job["messages"]):
            try:
                await self._write(message)
            except (OSError, WebSocketException, TimeoutError) as error:
                self.seen[f"broken: {type(error).__name__}"] += 1
                self.line = None
            left = begun + pause * (message + 1) - asyncio.get_running_loop().time()
            await asyncio.sleep(max(0, left))
        if self.reading:
            self.reading.cancel()
        if self.line:
            await self.line.close()

    async def _write(self, message: int) -> None:
        self.seen["wanted to write"] += 1
        if self.line is None and not await self._come_in():
            return
        frame = {
            "type": "message.send",
            "id": _uuid(self.number, message),
            "text": f"Bot {message}?",
        }
        if self.line:
            await self.line.send(orjson.dumps(frame).decode())

    async def _come_in(self) -> bool:
        body = {"key": self.job["key"]} | ({"puzzle": self.answer} if self.answer else {})
        self.answer = None
        status, said = await post(
            self.job["port"], "/widget/session", body, self.job["origin"], self.address
        )
        self.seen[f"session {said.get('error', 'opened')}"] += 1
        if status != 200:
            riddle = said.get("puzzle")
            if riddle and self.number % ONE_IN == 0:
                found = await asyncio.to_thread(puzzle.solve, riddle["seed"], riddle["bits"])
                self.answer = {"seed": riddle["seed"], "answer": found}
            return False
        self.line = await connect(
            said["socket"],
            origin=Origin(self.job["origin"]),
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{said['ticket']}")],
            proxy=None,
        )
        await self.line.send('{"type":"resume"}')
        self.reading = asyncio.create_task(self._read(self.line))
        return True

    async def _read(self, line: ClientConnection) -> None:
        async for text in line:
            frame = orjson.loads(text)
            if frame["type"] == "ack":
                self.seen["messages taken"] += 1
            elif frame["type"] == "error":
                self.seen[f"message {frame['code']}"] += 1


def _uuid(number: int, message: int) -> str:
    return f"00000000-0000-4000-8000-{number:06x}{message:06x}"


async def _all(job: dict[str, Any]) -> Counter[str]:
    seen: Counter[str] = Counter()
    await asyncio.gather(*(Bot(job, number, seen).run() for number in range(job["bots"])))
    return seen


if __name__ == "__main__":
    print(orjson.dumps(uvloop.run(_all(orjson.loads(sys.stdin.readline())))).decode())
