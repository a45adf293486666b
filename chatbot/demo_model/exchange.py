"""One HTTP request and its response, over plain ASGI."""

import asyncio
import contextlib
import secrets
import socket
import struct
import time
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs

import orjson

from chatbot.demo_model.refusals import Refusal

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 32 * 1024 * 1024
# A sleep that can be woken costs three times a plain one, so short ones are
# plain: the client's leaving is noticed this much later at most.
PLAIN_SLEEP_S = 0.05
EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}


class ClientGone(Exception):
    """The client closed the connection before the response was complete."""


class Exchange:
    """Reads one request, writes one response, and knows when the client leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._transport: asyncio.Transport = scope["extensions"]["transport"]
        self._watch: asyncio.Task[None] | None = None
        self.method: str = scope["method"]
        self.path: str = scope["path"].rstrip("/") or "/"
        self.headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        self.request_id = "req_" + secrets.token_hex(16)
        self.started = time.monotonic()
        self.gone = asyncio.Event()

    def header(self, name: str) -> str | None:
        """The header's value as text; None where it was not sent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def query(self, name: str) -> str | None:
        """The last value of a query parameter; None where it was not sent."""
        values = self.queries().get(name)
        return values[-1] if values else None

    def queries(self) -> dict[str, list[str]]:
        """Every query parameter with all of its values."""
        return parse_qs(self._scope["query_string"].decode("latin-1"))

    def is_local(self) -> bool:
        """True for a client on this machine."""
        client = self._scope.get("client")
        return client is not None and ip_address(client[0].removeprefix("::ffff:")).is_loopback

    async def body(self) -> bytes:
        """The whole body; from then on `gone` is set as soon as the client leaves."""
        parts = []
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > LARGEST_BODY:
                raise Refusal(413, f"The body is larger than {LARGEST_BODY} bytes.")
            more = message.get("more_body", False)
        self._watch = asyncio.create_task(self._watch_client())
        return b"".join(parts)

    async def _watch_client(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone.set()

    async def wait_until(self, moment: float) -> None:
        """Sleep until this time of the event loop; raises ClientGone if the client leaves."""
        seconds = moment - asyncio.get_running_loop().time()
        if seconds <= PLAIN_SLEEP_S:
            await asyncio.sleep(max(seconds, 0))
        else:
            await self.wait_gone(seconds)
        if self.gone.is_set():
            raise ClientGone

    async def wait_gone(self, seconds: float | None = None) -> None:
        """Sleep this long, or until the client leaves."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.gone.wait(), seconds)

    async def start(self, status: int, headers: dict[str, str]) -> None:
        """Send the status and the headers; a body without a content-length is chunked."""
        sent = headers | {"x-request-id": self.request_id}
        await self._send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            }
        )

    async def write(self, data: bytes) -> None:
        """Send a part of the body; waits while the client does not read."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes = b"") -> bool:
        """Send the last part of the body; False where the client had left before."""
        # The transport knows a moment before `gone` does.
        present = not (self.gone.is_set() or self._transport.is_closing())
        await self._send({"type": "http.response.body", "body": data})
        return present

    async def json(
        self, content: Any, status: int = 200, headers: dict[str, str] | None = None
    ) -> bool:
        """Send a whole JSON response; False where the client had left before."""
        data = orjson.dumps(content)
        length = {"content-type": "application/json", "content-length": str(len(data))}
        await self.start(status, length | (headers or {}))
        return await self.finish(data)

    async def cut(self) -> None:
        """Break the connection with a reset, after what was written has left."""
        await asyncio.sleep(0.02)
        linger = struct.pack("ii", 1, 0)  # with these, closing sends RST instead of FIN
        opened = self._transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()
        await self.gone.wait()
