"""Memory of processes over time, and how fast it grows."""

import itertools
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

EVERY_SECONDS = 1.0
# A slope over all pairs of so many points takes 0.1 s.
POINTS = 300


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB; 0 of one that is gone."""
    try:
        return psutil.Process(pid).memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return 0.0


@dataclass(frozen=True)
class Sample:
    """The memory in MB of each part at a time in seconds."""

    at: float
    parts: Mapping[str, float]


class MemoryWatch:
    """Used as a context, it takes a sample a second of the processes it was given, by part."""

    def __init__(self, pids: Mapping[str, Sequence[int]]) -> None:
        self.samples: list[Sample] = []
        self._pids = pids
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def now(self) -> Sample:
        """A sample of this moment."""
        return Sample(
            time.monotonic(),
            {part: sum(map(rss_mb, pids)) for part, pids in self._pids.items()},
        )

    def between(self, since: float, until: float) -> list[Sample]:
        """The samples of this time."""
        return [sample for sample in self.samples if since <= sample.at <= until]

    def _run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.samples.append(self.now())


def slope_per_minute(samples: Sequence[Sample]) -> float:
    """MB that all parts together grow by in a minute: the median slope of all pairs of samples.

    A single peak or step moves it little (Theil and Sen's estimator); 0 of fewer than two.
    """
    thinned = samples[:: max(1, len(samples) // POINTS)]
    points = [(sample.at / 60, sum(sample.parts.values())) for sample in thinned]
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(points, 2)
    ]
    return statistics.median(slopes) if slopes else 0.0
