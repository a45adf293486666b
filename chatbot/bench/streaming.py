"""`bench streaming`: what the way through this product adds to a streamed reply.

In each repeat, one after the other on the same machine: the replies read
over bare HTTP, through this product by visitors at sockets, and by the
SDK's typed stream.
"""

import statistics
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import orjson

from billing.services.prices import load_seed
from chatbot.bench.client import Job, Outcome
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.stack import Stack
from conversations.models import Tenant

TOKENS = 200
TOKEN_MS = 20
FIRST_MS = 200
WAYS = ("raw_http", "socket", "raw_sdk")
TITLES = {
    "raw_http": "bare HTTP, no application",
    "socket": "this product",
    "raw_sdk": "the SDK's typed stream, no application",
}


def streaming(options: Options, say: Say) -> Report:
    """The figures of `options.streams` replies at a time, medians over the repeats."""
    with Stack(workers=options.workers, say=say) as stack:
        stack.behave(
            [
                {
                    "match": "*",
                    "first_token_ms": FIRST_MS,
                    "token_ms": TOKEN_MS,
                    "tokens": TOKENS,
                    "stamp": True,
                }
            ]
        )
        addresses = open_sessions(stack, options.streams)
        say("warming up")
        for way in WAYS:
            run_client(_job(stack, way, addresses[:10], rounds=1))
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for repeat in range(options.repeats):
            for way in WAYS:
                say(f"repeat {repeat + 1} of {options.repeats}: {TITLES[way]}")
                runs[way].append(_run(stack, way, options, addresses))
    return _report({way: _medians(runs[way]) for way in WAYS}, options)


def open_sessions(stack: Stack, number: int) -> list[dict[str, str]]:
    """So many visitors of one tenant, each with a ticket for a socket."""
    load_seed()
    tenant = Tenant.objects.create(name="Bench", slug="bench")
    sessions = [stack.open_session(tenant.public_key) for _ in range(number)]
    return [
        {"socket": one["socket"], "ticket": one["ticket"], "origin": stack.url} for one in sessions
    ]


def _run(
    stack: Stack, way: str, options: Options, addresses: list[dict[str, str]]
) -> dict[str, float]:
    job = _job(stack, way, addresses, rounds=1 if options.quick else 2)
    before = stack.cpu_seconds()
    outcome = run_client(job)
    ours = stack.cpu_seconds() - before
    cpu = ours if way == "socket" else outcome.cpu_s
    return {**asdict(outcome), "cpu_s_per_1k_tokens": 1000 * cpu / max(outcome.tokens, 1)}


def _job(stack: Stack, way: str, addresses: list[dict[str, str]], rounds: int) -> Job:
    """One stream for each address, begun evenly over the time that a reply takes."""
    return Job(
        way=way,
        streams=len(addresses),
        rounds=rounds,
        tokens=TOKENS,
        spread_s=(FIRST_MS + TOKENS * TOKEN_MS) / 1000,
        base_url=stack.model_base_url,
        addresses=addresses,
    )


def run_client(job: Job) -> Outcome:
    """What a client process saw of the job."""
    done = subprocess.run(
        [sys.executable, "-m", "chatbot.bench.client"],
        input=orjson.dumps(asdict(job)),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure("The load client failed; its error stands above.")
    return Outcome(**orjson.loads(done.stdout))


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure; failures are added up, not averaged away."""
    figures = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return figures | {"failed": sum(run["failed"] for run in runs)}


def _report(ways: dict[str, dict[str, float]], options: Options) -> Report:
    ours, raw, sdk = ways["socket"], ways["raw_http"], ways["raw_sdk"]
    figures: dict[str, Any] = {
        "streams": options.streams,
        "failed": int(ours["failed"]),
        "first_token_added_p95_ms": round(ours["first_p95"] - raw["first_p95"], 1),
        "delay_p95_ms": round(ours["delay_p95"] - raw["delay_p95"], 1),
        "cpu_s_per_1k_tokens": round(ours["cpu_s_per_1k_tokens"], 4),
        "raw_sdk_cpu_s_per_1k_tokens": round(sdk["cpu_s_per_1k_tokens"], 4),
    }
    return Report(
        figures=figures,
        goals=[Goal("failed", "<=", 0)],
        columns=["way", "failed", "first p50 · p95 ms", "delay p50 · p95 ms", "CPU s / 1k tokens"],
        rows=[[TITLES[way], *_row(ways[way])] for way in WAYS],
        notes=[
            f"{options.streams} streams, {TOKENS} tokens each, one every {TOKEN_MS} ms after "
            f"{FIRST_MS} ms; medians of {options.repeats} interleaved repeats. CPU of this product "
            "is web + worker + Valkey + PostgreSQL, that of the others the reading process."
        ],
    )


def _row(run: dict[str, float]) -> list[str]:
    return [
        str(int(run["failed"])),
        f"{run['first_p50']:.0f} · {run['first_p95']:.0f}",
        f"{run['delay_p50']:.1f} · {run['delay_p95']:.1f}",
        f"{run['cpu_s_per_1k_tokens']:.4f}",
    ]
