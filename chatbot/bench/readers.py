"""The floors: the same replies read straight from the model, without this product."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httptools
import orjson

from chatbot.bench.clocks import ReplyClock
from chatbot.bench.questions import question, request_for
from chatbot.providers.chunks import ChunkReader
from chatbot.providers.sdk import typed_texts

Reader = Callable[[str, int], Awaitable[ReplyClock]]


class RawHTTP(asyncio.Protocol):
    """A request over a bare connection, its body given to the chunk reader as it comes."""

    def __init__(self, request: bytes, clock: ReplyClock) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._request = request
        self._parser = httptools.HttpResponseParser(self)
        self._chunks = ChunkReader(clock.take)

    def connection_made(self, transport: Any) -> None:
        """The request has left."""
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """The parser has it."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """The chunk reader has it."""
        self._chunks.feed(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self._end()

    def connection_lost(self, error: Exception | None) -> None:
        """The answer is as whole as it will be."""
        self._end()

    def _end(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def read_raw(base_url: str, number: int) -> ReplyClock:
    """One reply over a bare connection."""
    parts = urlsplit(base_url)
    body = orjson.dumps(request_for(question(number)))
    head = (
        f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    clock = ReplyClock()
    transport, protocol = await asyncio.get_running_loop().create_connection(
        lambda: RawHTTP(head.encode() + body, clock), parts.hostname or "", parts.port or 80
    )
    await protocol.done
    transport.close()
    return clock


async def read_sdk(base_url: str, number: int) -> ReplyClock:
    """One reply as the SDK's typed stream gives it."""
    clock = ReplyClock()
    async for text in typed_texts(base_url, request_for(question(number))):
        clock.take(text)
    return clock


READERS: dict[str, Reader] = {"raw_http": read_raw, "raw_sdk": read_sdk}
