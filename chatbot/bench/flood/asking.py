"""One request of somebody at some address, as our own proxy would pass it on."""

import asyncio
from typing import Any

import orjson

SECONDS = 30


async def post(
    port: int, path: str, body: Any, origin: str, address: str
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of the answer, on a connection of its own."""
    packed = orjson.dumps(body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Length: {len(packed)}\r\nConnection: close\r\n\r\n"
    )
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + packed)
            answer = await reader.read()
        finally:
            writer.close()
    start, _, content = answer.partition(b"\r\n\r\n")
    return int(start.split(b" ", 2)[1]), orjson.loads(content)
