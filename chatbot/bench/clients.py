"""The load clients of one job, as many processes as it needs, and what they saw together."""

import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import orjson

from chatbot.bench.client import Job, Seen
from chatbot.bench.clocks import percentile
from chatbot.bench.frame import CannotMeasure

# A process reads 250 streams of 50 tokens a second with half a core; one of the
# SDK's typed stream is full at about 200, which is what that floor is about.
STREAMS_PER_CLIENT = 250


@dataclass(frozen=True)
class Outcome:
    """What all clients saw of a job, in milliseconds; `busy` is the busiest one's share of a core.

    `took` is the time of all streams added up.
    """

    failed: int
    tokens: int
    took: float
    first_p50: float
    first_p95: float
    delay_p50: float
    delay_p95: float
    cpu_s: float
    busy: float


class Clients:
    """Client processes with their sockets open, waiting for the word."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self._processes = processes

    def go(self) -> Outcome:
        """All streams have been read."""
        for process in self._processes:
            self._tell(process, b"go\n")
        return merged([Seen(**orjson.loads(self._line(process))) for process in self._processes])

    def wait(self) -> None:
        """All sockets are open."""
        for process in self._processes:
            self._line(process)

    def stop(self) -> None:
        """Every client has ended."""
        for process in self._processes:
            process.kill()
            process.communicate()

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise CannotMeasure("A load client ended early; its error stands above.")
        return line

    def _tell(self, process: subprocess.Popen[bytes], line: bytes) -> None:
        if process.stdin:
            process.stdin.write(line)
            process.stdin.flush()


@contextmanager
def clients(job: Job) -> Iterator[Clients]:
    """Clients that are ready for this job; inside they wait for `go`, afterwards they are gone."""
    started = Clients([])
    try:
        started = Clients([_started(part) for part in parts(job)])
        started.wait()
        yield started
    finally:
        started.stop()


def parts(job: Job) -> list[Job]:
    """The job in parts of at most `STREAMS_PER_CLIENT` streams, as equal as they can be."""
    number = -(-job.streams // STREAMS_PER_CLIENT)
    cuts = [job.streams * place // number for place in range(number + 1)]
    return [
        replace(job, streams=to - begin, addresses=job.addresses[begin:to])
        for begin, to in itertools.pairwise(cuts)
    ]


def merged(seen: Sequence[Seen]) -> Outcome:
    """The percentiles of all that the clients saw."""
    firsts = [first for one in seen for first in one.firsts]
    delays = [delay for one in seen for delay in one.delays]
    return Outcome(
        failed=sum(one.failed for one in seen),
        tokens=len(delays),
        took=sum(one.took for one in seen),
        first_p50=percentile(firsts, 0.5),
        first_p95=percentile(firsts, 0.95),
        delay_p50=percentile(delays, 0.5),
        delay_p95=percentile(delays, 0.95),
        cpu_s=sum(one.cpu_s for one in seen),
        busy=max(one.busy for one in seen),
    )


def _started(job: Job) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "chatbot.bench.client"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    if process.stdin:
        process.stdin.write(orjson.dumps(asdict(job)) + b"\n")
        process.stdin.flush()
    return process
