"""A visitor and somebody of staff at one conversation, each with an open socket."""

import asyncio
import http.client
import secrets
import time
import uuid
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from chatbot.bench.clocks import now_ms
from chatbot.bench.frame import CannotMeasure
from chatbot.bench.visitors import open_socket
from chatbot.live.protocol import SUBPROTOCOL
from conversations.models import Event

PATIENCE_SECONDS = 30


class Watched:
    """A socket that is read all the time; it knows when each kind of frame came last.

    `late` are characters of replies that came after the log had said that
    they were over, and `after_joining` those between a person who joined
    and the bot's return.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.late = self.after_joining = 0
        self._socket = socket
        self._seen: dict[str, float] = {}
        self._news = asyncio.Condition()
        self._over: set[str] = set()
        self._joined = False
        self._reading = asyncio.create_task(self._read())

    async def send(self, frame: dict[str, Any]) -> None:
        """The frame has left."""
        await self._socket.send(orjson.dumps(frame).decode())

    async def seen(self, kind: str, since: float) -> float:
        """When a frame of this kind came first after this moment; CannotMeasure if none does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS), self._news:
                await self._news.wait_for(lambda: self._seen.get(kind, -1.0) >= since)
                return self._seen[kind]
        raise CannotMeasure(f"No {kind} came in {PATIENCE_SECONDS} s.")

    async def close(self) -> None:
        """The socket is closed."""
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self._socket:
                frame = orjson.loads(text)
                self._take(frame)
                async with self._news:
                    self._news.notify_all()

    def _take(self, frame: dict[str, Any]) -> None:
        now = now_ms()
        kind = frame.get("kind", frame["type"])
        self._seen[kind] = now
        if kind == "delta":
            self.late += len(frame["text"]) * (frame["reply"] in self._over)
            self.after_joining += len(frame["text"]) * self._joined
        elif kind in Event.ENDINGS:
            self._over.add(frame["data"]["reply"])
            if kind == Event.Kind.REPLY_DONE:
                self.after_joining += len(frame["data"]["text"]) * self._joined
        elif kind in (Event.Kind.PERSON_JOINED, Event.Kind.BOT_BACK):
            self._joined = kind == Event.Kind.PERSON_JOINED


class Post:
    """Somebody signed in who presses buttons; one connection for each thread that presses."""

    def __init__(self, url: str, cookie: str, threads: Executor) -> None:
        token = secrets.token_hex(16)
        self._netloc = urlsplit(url).netloc
        self._threads = threads
        self._headers = {
            "Cookie": f"{cookie}; csrftoken={token}",
            "X-CSRFToken": token,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    async def __call__(self, path: str, **fields: str) -> None:
        """It is done; CannotMeasure where it is refused."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._post, path, urlencode(fields))

    def _post(self, path: str, body: str) -> None:
        line = http.client.HTTPConnection(self._netloc, timeout=PATIENCE_SECONDS)
        try:
            line.request("POST", path, body, self._headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        if answer.status != 200:
            raise CannotMeasure(f"POST {path} answered {answer.status}: {text[:200]!r}")


async def visitor_at(address: dict[str, str]) -> Watched:
    """A visitor whose socket is up to date."""
    visitor = Watched(await open_socket(address))
    await visitor.send({"type": "resume", "after": 0})
    await visitor.seen("ready", 0)
    return visitor


async def staff_at(url: str, cookie: str, conversation: int) -> Watched:
    """Somebody of staff who looks at the conversation."""
    socket = await connect(
        f"{url.replace('http', 'ws', 1)}/ws/staff/{conversation}/",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        origin=Origin(url),
        additional_headers={"Cookie": cookie},
        open_timeout=60,
        ping_interval=None,
    )
    staff = Watched(socket)
    await staff.send({"type": "resume", "after": 0})
    await staff.seen("ready", 0)
    return staff


def said(text: str) -> dict[str, str]:
    """The frame of a visitor's message."""
    return {"type": "message.send", "id": str(uuid.uuid4()), "text": f"{text} {time.time_ns()}"}
