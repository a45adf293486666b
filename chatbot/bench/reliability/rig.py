"""What a fault is given: the running product, the pages, the network, and a place for findings."""

import contextlib
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from chatbot.bench.frame import Say
from chatbot.bench.reliability.catalogue import Row
from chatbot.bench.reliability.fleet import Fleet
from chatbot.bench.reliability.logs import ClientLog, Evidence, read_client
from chatbot.bench.reliability.orders import Orders
from chatbot.bench.reliability.rules import rules_of
from chatbot.bench.reliability.servers import Mortal
from chatbot.boot.ports import free_port
from conversations.models import Tenant

CALM = "calm"  # the label of questions while nothing is broken
LANES = ("good", "cut", "half_open", "slow")

# Rules for the demo model are made for marks, before they are sent.
USUAL_TOKENS, USUAL_TOKEN_MS, USUAL_FIRST_MS = 40, 15, 120


@dataclass(frozen=True)
class Finding:
    """A figure that a row measured, and the bound it must keep; None where it has none."""

    figure: str
    measure: Callable[[Evidence], Any]
    relation: str = "<="
    bound: Any = None


@dataclass
class Rig:
    """Everything a fault may touch. Times are those of the monotonic clock."""

    fleet: Fleet
    proxy: Orders
    load: Orders
    postgres: Mortal
    valkey: Mortal
    lanes: dict[str, int]
    tenant: Tenant
    seed: int
    quota: int
    rate: float
    quick: bool
    say: Say
    crowd: list[int] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    findings: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Several rows may count at a time; processes that end by themselves are replaced."""
        self.deaths: Counter[str] = Counter()
        self.expects_deaths = False
        self.watching = True
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def under_load(self, row: str, before: float = 2.0, rate: float = 0.0) -> Iterator[None]:
        """Inside, the crowd asks questions of this row; after it all of them have their ends."""
        self.flow(row, rate=rate or self.rate)
        time.sleep(before)
        yield
        self.end_flow(row)
        self.answered(row)

    def stop_watching(self) -> None:
        """What ends from now on stays ended."""
        self.watching = False
        time.sleep(0.6)

    def watch(self) -> None:
        """Until `watching` is cleared, what ends by itself is started again, as containers are."""
        while self.watching:
            for name, process in list(self.fleet.processes.items()):
                if process.poll() is None or self.fleet.processes.get(name) is not process:
                    continue
                if not self.expects_deaths:
                    self.deaths[name] += 1
                self.fleet.start(name)
            time.sleep(0.5)

    def rng(self, row: str) -> random.Random:
        """The same chances for this row whenever the seed is the same."""
        return random.Random(f"{self.seed}/{row}")  # noqa: S311 - not a secret

    def inject(self, row: str, times: int = 1) -> float:
        """So many faults of this row happen now; returns the moment."""
        with self._lock:
            self.injected[row] += times
        return time.monotonic()

    def find(
        self,
        row: str,
        figure: str,
        measure: Callable[[Evidence], Any],
        relation: str = "<=",
        bound: Any = None,
    ) -> None:
        """This figure will be read from the logs at the end of the run and held to its bound."""
        self.findings[row].append(Finding(figure, measure, relation, bound))

    def found(
        self, row: str, figure: str, value: Any, relation: str = "<=", bound: Any = None
    ) -> None:
        """This figure was measured on the spot."""
        self.find(row, figure, lambda _: value, relation, bound)

    def newcomers(self, count: int, *, lane: str = "good", **given: Any) -> list[int]:
        """So many new visitors whose pages are up to date."""
        tenant = given.pop("tenant", self.tenant)
        return self.load(
            "newcomers", count=count, key=tenant.public_key, port=self.lanes[lane], **given
        )

    def flow(self, row: str, *, rate: float | None = None, tabs: list[int] | None = None) -> None:
        """The crowd asks questions of this row until `end_flow`."""
        self.load(
            "flow", label=row, tabs=tabs or self.crowd, rate=rate or self.rate, moods=not tabs
        )

    def end_flow(self, row: str, at_least: int | None = None) -> None:
        """The crowd has asked its share of this row and stops."""
        enough = self.quota if at_least is None else at_least
        while self.load("asked", label=row) < enough:
            time.sleep(0.2)
        self.load("end_flow", label=row)

    def ask(self, row: str, tabs: list[int], count: int, rate: float, **given: Any) -> None:
        """So many questions of this row have been asked by these pages."""
        self.load("flow", label=row, tabs=tabs, count=count, rate=rate, patience=600, **given)

    def answered(self, row: str, within: float = 60) -> int:
        """Waits for the end of every question of this row; returns how many have none by then."""
        return self.load("ended", label=row, within=within, patience=within + 30)

    def client(self) -> ClientLog:
        """The client's log until now."""
        self.load("flush")
        return read_client(self.journal)

    @property
    def journal(self) -> Path:
        """Where the client's log lies."""
        return journal_of(self.fleet)

    def web_memory_mb(self) -> float:
        """The resident memory of all web processes."""
        pids = [self.fleet.processes[name].pid for name in self.fleet.web_ports]
        return sum(psutil.Process(pid).memory_info().rss for pid in pids) / 2**20

    def tracebacks(self, kind: str) -> int:
        """How many there are in the logs of processes of this kind."""
        return self.fleet.logs_of(kind).count("Traceback (most recent call last)")


def journal_of(fleet: Fleet) -> Path:
    """The client's log of this run."""
    return fleet.model_log.with_name(f"journal-{fleet.model_port}.jsonl")


def open_lanes(fleet: Fleet, seed: int) -> tuple[Orders, dict[str, int]]:
    """The network is up; returns its handle and the port of each lane."""
    lanes = {name: free_port() for name in LANES}
    first = {"upstreams": list(fleet.web_ports.values()), "lanes": lanes, "seed": seed}
    return Orders("chatbot.bench.reliability.proxy", first), lanes


def rules_for(rows: Sequence[Row], seed: int, quota: int) -> list[Any]:
    """What the demo model does: the rules of these rows for their marks, else a short answer."""
    made = [
        rule | {"match": f"M-{seed}-{row.name}-{rule.get('match', '')}"}
        for row in rows
        for rule in rules_of(row.name, quota)
    ]
    usual = {
        "match": "*",
        "tokens": USUAL_TOKENS,
        "token_ms": USUAL_TOKEN_MS,
        "first_token_ms": USUAL_FIRST_MS,
    }
    return [*made, usual]
