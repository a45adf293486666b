"""A client process of visitors who ask one question after the other until it ends."""

import asyncio
import gc
import sys
import time
from collections.abc import Mapping
from typing import Any

from chatbot.bench.clocks import ReplyClock
from chatbot.bench.load.told import Answer, answer_words, say
from chatbot.bench.visitors import BenchVisitor

# 200 visitors hear 600,000 tokens in a minute; the age of every tenth tells the same.
EVERY = 10


class Talk:
    """What all visitors heard since it was last asked for."""

    def __init__(self) -> None:
        self.closed = 0
        self._clear()
        self._since, self._cpu = time.monotonic(), time.process_time()

    def _clear(self) -> None:
        self._replies = self._failed = 0
        self._firsts: list[float] = []
        self._delays: list[float] = []
        self._stored: list[float] = []

    def take(self, clock: ReplyClock, stored: list[float]) -> None:
        """This reply is counted, and how long its question took to be stored."""
        self._replies += 1
        self._stored += stored
        if clock.broken:
            self._failed += 1
            print(f"reply failed: {clock.broken}", file=sys.stderr)
            return
        self._firsts.append(clock.first)
        self._delays += clock.delays[::EVERY]

    async def report(self) -> dict[str, Any]:
        """What was heard since the last report, in milliseconds; `closed` since the beginning."""
        now, cpu = time.monotonic(), time.process_time()
        found = {
            "replies": self._replies,
            "failed": self._failed,
            "closed": self.closed,
            "firsts": self._firsts,
            "delays": self._delays,
            "stored": self._stored,
            "busy": (cpu - self._cpu) / (now - self._since),
        }
        self._since, self._cpu = now, cpu
        self._clear()
        return found


async def talk_on(visitor: BenchVisitor, pause: float, talk: Talk) -> None:
    """The visitor's socket was closed; until then it asks, from after the pause."""
    await asyncio.sleep(pause)
    number = 0
    while True:
        number += 1
        clock = await visitor.ask(number)
        talk.take(clock, visitor.stored_after)
        visitor.stored_after = []
        if "ConnectionClosed" in clock.broken:
            talk.closed += 1
            return


async def start(job: dict[str, Any]) -> Mapping[str, Answer]:
    """All visitors' sockets are open and they begin, one after the other over `spread_s`."""
    talk, addresses = Talk(), job["addresses"]
    visitors = [await BenchVisitor.open(address) for address in addresses]
    tasks = [
        asyncio.create_task(talk_on(visitor, job["spread_s"] * place / len(visitors), talk))
        for place, visitor in enumerate(visitors)
    ]
    gc.collect()
    gc.freeze()
    say({"ready": len(tasks)})

    async def report() -> dict[str, Any]:
        for task in tasks:
            if task.done() and (error := task.exception()):
                raise error
        return await talk.report()

    return {"report": report}


if __name__ == "__main__":
    answer_words(start)
