"""`bench streaming`: what the way through this product adds to a streamed reply.

In each repeat, one after the other on the same machine: the replies read
over bare HTTP by our own reader, through this product by visitors at
sockets, by the SDK's typed stream, and through each other design asked for.
"""

import contextlib
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import psutil

from chatbot.bench import cpu
from chatbot.bench.client import Job
from chatbot.bench.clients import Clients, Outcome, clients
from chatbot.bench.company import refuse_company
from chatbot.bench.designs.running import Design
from chatbot.bench.frame import Options, Report, Say
from chatbot.bench.sessions import open_sessions
from chatbot.bench.stack import Stack
from chatbot.bench.streaming_report import (
    FIRST_MS,
    REPLY_MS,
    TITLES,
    TOKEN_MS,
    TOKENS,
    Figures,
    report,
)
from chatbot.boot.paths import ROOT

FLOORS = ("raw_http", "socket", "raw_sdk")
BEHAVIOUR = {
    "match": "*",
    "first_token_ms": FIRST_MS,
    "token_ms": TOKEN_MS,
    "tokens": TOKENS,
    "stamp": True,
}
STREAMS = 50
WARM_UP_STREAMS = 10


@dataclass(frozen=True)
class Ground:
    """What is up while it is measured, and whom it is asked by."""

    stack: Stack
    designs: Mapping[str, Design]
    addresses: list[dict[str, str]]

    def job(self, way: str, streams: int, rounds: int) -> Job:
        """So many streams this way, begun evenly over the time that a reply takes."""
        design = self.designs.get(way)
        return Job(
            way=way,
            streams=streams,
            rounds=rounds,
            tokens=TOKENS,
            spread_s=REPLY_MS / 1000,
            base_url=self.stack.model_base_url,
            addresses=[design.address] * streams if design else self.addresses[:streams],
        )

    def cpu_parts(self, way: str) -> dict[str, float]:
        """CPU seconds so far of all that works on this way; none for a floor: its client does."""
        if way == "socket":
            return self.stack.cpu_parts()
        return {way: self.designs[way].cpu_seconds()} if way in self.designs else {}


def streaming(options: Options, say: Say) -> Report:
    """The figures of `options.streams` replies at a time, medians over the repeats."""
    refuse_company()
    options = replace(options, streams=options.streams or STREAMS)
    ways = [*FLOORS, *options.design]
    with contextlib.ExitStack() as undo:
        stack = undo.enter_context(Stack(workers=options.workers, say=say))
        stack.behave([BEHAVIOUR])
        designs = {}
        for name in options.design:
            say(f"starting {TITLES[name]}")
            design = Design(
                name,
                streams=options.streams,
                model_url=stack.model_base_url,
                logs=ROOT / "var" / "stack",
            )
            designs[name] = undo.enter_context(design)
        ground = Ground(stack, designs, open_sessions(stack, options.streams))
        for way in ways:
            say(f"warming up: {TITLES[way]}")
            run(ground, way, min(options.streams, WARM_UP_STREAMS), rounds=1)
        runs: dict[str, list[Figures]] = {way: [] for way in ways}
        for repeat in range(options.repeats):
            for way in ways:
                say(f"repeat {repeat + 1} of {options.repeats}: {TITLES[way]}")
                runs[way].append(run(ground, way, options.streams, rounds_of(options, way)))
    return report({way: medians(runs[way]) for way in ways}, options)


def rounds_of(options: Options, way: str) -> int:
    """How many replies each stream reads in a row.

    More of few, so that there are some to take the middle of; one of
    prefork, which takes many times as long as all others together.
    """
    if options.quick or way == "naive":
        return 1
    return 4 if options.streams < 10 else 2


def run(ground: Ground, way: str, streams: int, rounds: int) -> Figures:
    """The figures of one way once."""
    with clients(ground.job(way, streams, rounds)) as ready:
        return measured(ground, way, ready)


def measured(ground: Ground, way: str, ready: Clients) -> Figures:
    """What the clients saw and what it cost, from the first question to the last settled reply."""
    model = ground.stack.processes["demo model"].pid
    parts, model_cpu, began = ground.cpu_parts(way), cpu.of_tree(model), time.monotonic()
    outcome = ready.go()
    wall_s = time.monotonic() - began
    model_busy = (cpu.of_tree(model) - model_cpu) / wall_s
    load = psutil.getloadavg()[0]
    if way == "socket":
        ground.stack.wait_until_idle()
    after = ground.cpu_parts(way)
    used = {part: after[part] - parts[part] for part in parts}
    return figures_of(outcome, used) | {"model_busy": model_busy, "load": load}


def figures_of(outcome: Outcome, used: Mapping[str, float]) -> Figures:
    """The outcome with its CPU in seconds per 1,000 tokens, all of it and by part.

    `used` is empty where the client itself did all the work.
    """
    per_1k = 1000 / max(outcome.tokens, 1)
    offered = outcome.took / REPLY_MS * TOKENS
    return {
        **asdict(outcome),
        "share": outcome.tokens / offered if offered else 0.0,
        "cpu": per_1k * (sum(used.values()) if used else outcome.cpu_s),
        **{f"cpu_{part}": per_1k * seconds for part, seconds in used.items()},
    }


def medians(runs: Sequence[Figures]) -> Figures:
    """The median of each figure; failures are added up, not averaged away."""
    figures = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return figures | {"failed": sum(run["failed"] for run in runs)}
