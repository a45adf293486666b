"""A load client, a process of its own: a job on standard input, figures on standard output."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

import orjson
import uvloop

from chatbot.bench.clocks import ReplyClock, percentile
from chatbot.bench.readers import READERS
from chatbot.bench.visitors import BenchVisitor


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
class Outcome:
    """What the client saw, in milliseconds; `cpu_s` is this process's own."""

    failed: int
    tokens: int
    first_p50: float
    first_p95: float
    delay_p50: float
    delay_p95: float
    cpu_s: float


Ask = Callable[[int], Awaitable[ReplyClock | None]]


async def measure(job: Job) -> Outcome:
    """All streams of the job have been read."""
    visitors: list[BenchVisitor] = []
    asks: Sequence[Ask]
    if job.way == "socket":
        for address in job.addresses[: job.streams]:
            visitors.append(await BenchVisitor.open(address))
        asks = [visitor.ask for visitor in visitors]
    else:
        read = READERS[job.way]
        asks = [lambda number: read(job.base_url, number)] * job.streams
    started = time.process_time()
    results = await asyncio.gather(*(_stream(job, place, ask) for place, ask in enumerate(asks)))
    cpu_s = time.process_time() - started
    for visitor in visitors:
        await visitor.close()
    return summary(job, [clock for clocks in results for clock in clocks], cpu_s)


async def _stream(job: Job, place: int, ask: Ask) -> list[ReplyClock | None]:
    await asyncio.sleep(job.spread_s * place / job.streams)
    return [await _asked(ask, place * job.rounds + number) for number in range(job.rounds)]


async def _asked(ask: Ask, number: int) -> ReplyClock | None:
    try:
        return await ask(number)
    except (OSError, TimeoutError) as error:
        print(f"stream failed: {error!r}", file=sys.stderr)
        return None


def summary(job: Job, clocks: Sequence[ReplyClock | None], cpu_s: float) -> Outcome:
    """A reply counts where every token of it arrived."""
    whole = [clock for clock in clocks if clock and len(clock.delays) == job.tokens]
    firsts = [clock.first for clock in whole]
    delays = [delay for clock in whole for delay in clock.delays]
    return Outcome(
        failed=len(clocks) - len(whole),
        tokens=len(delays),
        first_p50=percentile(firsts, 0.5),
        first_p95=percentile(firsts, 0.95),
        delay_p50=percentile(delays, 0.5),
        delay_p95=percentile(delays, 0.95),
        cpu_s=cpu_s,
    )


if __name__ == "__main__":
    given = Job(**orjson.loads(sys.stdin.buffer.read()))
    print(orjson.dumps(asdict(uvloop.run(measure(given)))).decode())
