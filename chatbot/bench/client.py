"""A load client, a process of its own: a job on standard input, figures on standard output.

It says `ready` when its sockets are open, begins at the next line it is
given, and ends with one line of what it saw.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import orjson
import uvloop

from chatbot.bench.clocks import ReplyClock, now_ms
from chatbot.bench.readers import READERS
from chatbot.bench.visitors import BenchVisitor, PlainVisitor


@dataclass(frozen=True)
class Job:
    """N streams, each of so many replies in a row, begun one after the other over `spread_s`."""

    way: str
    streams: int
    rounds: int
    tokens: int
    spread_s: float
    base_url: str
    addresses: list[dict[str, str]]


@dataclass(frozen=True)
class Seen:
    """What a client saw, in milliseconds; `took` is how long its streams took, all added up.

    Every token that arrived is counted, also those of a reply that failed.
    `cpu_s` is this process's own CPU, `busy` the share of a core that it was.
    """

    failed: int
    firsts: list[float]
    delays: list[float]
    took: float
    cpu_s: float
    busy: float


class Visitor(Protocol):
    """Somebody at a socket who asks one question after the other."""

    async def ask(self, number: int) -> ReplyClock:
        """The clock of the reply."""

    async def close(self) -> None:
        """The socket is closed."""


VISITORS: dict[str, Callable[[dict[str, str]], Awaitable[Visitor]]] = {
    "socket": BenchVisitor.open,
    "naive": PlainVisitor.open,
    "in-process": PlainVisitor.open,
}
Ask = Callable[[int], Awaitable[ReplyClock]]


async def measure(job: Job) -> Seen:
    """All streams of the job have been read."""
    visitors: list[Visitor] = []
    asks: Sequence[Ask]
    if job.way in VISITORS:
        for address in job.addresses[: job.streams]:
            visitors.append(await VISITORS[job.way](address))
        asks = [visitor.ask for visitor in visitors]
    else:
        read = READERS[job.way]
        asks = [lambda number: read(job.base_url, number)] * job.streams
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    sys.stdin.buffer.readline()
    began, cpu = time.monotonic(), time.process_time()
    streams = await asyncio.gather(*(_stream(job, place, ask) for place, ask in enumerate(asks)))
    cpu_s, wall_s = time.process_time() - cpu, time.monotonic() - began
    for visitor in visitors:
        await visitor.close()
    clocks = [clock for stream, _ in streams for clock in stream]
    return Seen(
        failed=sum(bool(clock.broken) for clock in clocks),
        firsts=[clock.first for clock in clocks if clock.first],
        delays=[delay for clock in clocks for delay in clock.delays],
        took=sum(took for _, took in streams),
        cpu_s=cpu_s,
        busy=cpu_s / wall_s,
    )


async def _stream(job: Job, place: int, ask: Ask) -> tuple[list[ReplyClock], float]:
    await asyncio.sleep(job.spread_s * place / job.streams)
    began = now_ms()
    clocks = [await _asked(job, ask, place * job.rounds + number) for number in range(job.rounds)]
    return clocks, now_ms() - began


async def _asked(job: Job, ask: Ask, number: int) -> ReplyClock:
    """The clock of the reply, broken where not every token of it arrived."""
    try:
        clock = await ask(number)
    except (OSError, TimeoutError) as error:
        clock = ReplyClock(broken=repr(error))
    if not clock.broken and len(clock.delays) != job.tokens:
        clock.broken = f"{len(clock.delays)} of {job.tokens} tokens arrived"
    if clock.broken:
        print(f"reply failed: {clock.broken}", file=sys.stderr)
    return clock


if __name__ == "__main__":
    given = Job(**orjson.loads(sys.stdin.buffer.readline()))
    print(orjson.dumps(asdict(uvloop.run(measure(given)))).decode())
