"""A client process's side: one job line, then one word a line, each answered by a line of JSON."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import uvloop

Answer = Callable[[], Awaitable[dict[str, Any]]]
Start = Callable[[Any], Awaitable[Mapping[str, Answer]]]


def answer_words(start: Start) -> None:
    """The job was started and every word answered, until standard input ends."""
    uvloop.run(_answer(start))


def say(line: dict[str, Any]) -> None:
    """The line is on standard output."""
    print(orjson.dumps(line).decode(), flush=True)


async def _answer(start: Start) -> None:
    answers = await start(orjson.loads(await _line()))
    while word := (await _line()).decode().strip():
        say(await answers[word]())


async def _line() -> bytes:
    return await asyncio.to_thread(sys.stdin.buffer.readline)
