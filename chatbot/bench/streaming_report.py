"""What `bench streaming` makes of its runs: figures by name, goals, rows and notes."""

from collections.abc import Mapping
from typing import Any

from chatbot.bench.designs import running
from chatbot.bench.frame import Goal, Options, Report

TOKENS = 200
TOKEN_MS = 20
FIRST_MS = 200
REPLY_MS = FIRST_MS + (TOKENS - 1) * TOKEN_MS
TITLES = running.TITLES | {
    "raw_http": "own reader, no application",
    "socket": "this product",
    "raw_sdk": "the SDK's typed stream, no application",
}
PARTS = ("web", "worker", "postgres", "valkey")
# A process that is this busy keeps its own tokens waiting.
BUSY = 0.85

Figures = dict[str, float]


def report(ways: Mapping[str, Figures], options: Options) -> Report:
    """The report on the medians of each way."""
    return Report(
        figures=figures(ways, options),
        goals=goals(options),
        columns=[
            *("way", "failed", "first p50 · p95 ms", "delay p50 · p95 ms"),
            *("CPU s / 1k tokens", "of the tokens offered"),
        ],
        rows=[[TITLES[way], *_row(run)] for way, run in ways.items()],
        notes=notes(ways, options),
    )


def figures(ways: Mapping[str, Figures], options: Options) -> dict[str, Any]:
    """Ours against both floors, and the other designs against ours."""
    ours, raw, sdk = ways["socket"], ways["raw_http"], ways["raw_sdk"]
    found: dict[str, Any] = {
        "streams": options.streams,
        "failed": int(ours["failed"]),
        "first_token_added_p95_ms": round(ours["first_p95"] - raw["first_p95"], 1),
        "first_token_over_sdk_ms": round(ours["first_p50"] - sdk["first_p50"], 1),
        "first_token_p95_ratio": _ratio(ours, raw, "first_p95"),
        "delay_p95_ms": round(ours["delay_p95"] - raw["delay_p95"], 1),
        "cpu_s_per_1k_tokens": round(ours["cpu"], 4),
        "raw_sdk_cpu_s_per_1k_tokens": round(sdk["cpu"], 4),
        "cpu_ratio": _ratio(ours, sdk, "cpu"),
        "cpu_parts": {part: round(ours[f"cpu_{part}"], 4) for part in PARTS},
        "tokens_share": round(ours["share"], 4),
    }
    for design in options.design:
        name = design.replace("-", "_")
        found[f"{name}_failed"] = int(ways[design]["failed"])
        found[f"{name}_cpu_ratio"] = _ratio(ways[design], ours, "cpu")
        found[f"{name}_first_token_ratio"] = _ratio(ways[design], ours, "first_p95")
        found[f"{name}_delay_ratio"] = _ratio(ways[design], ours, "delay_p95")
    return found


def goals(options: Options) -> list[Goal]:
    """The goals that this number of streams has."""
    found = [Goal("failed", "<=", 0)]
    match options.streams, options.workers:
        case 1, _:
            found.append(Goal("first_token_over_sdk_ms", "<=", 10))
        case 200, _:
            found += [
                Goal("first_token_added_p95_ms", "<=", 20),
                Goal("delay_p95_ms", "<=", 75),
                Goal("cpu_ratio", "<=", 0.7),
            ]
        case 500, 2:
            found += [
                Goal("tokens_share", ">=", 0.97),
                Goal("first_token_p95_ratio", "<=", 1.3),
            ]
    if "naive" in options.design and options.streams >= 50:
        found.append(Goal("naive_cpu_ratio", ">=", 30))
    if "in-process" in options.design and options.streams == 200:
        names = ("cpu_ratio", "first_token_ratio", "delay_ratio")
        found += [Goal(f"in_process_{name}", ">=", 1) for name in names]
    return found


def notes(ways: Mapping[str, Figures], options: Options) -> list[str]:
    """How it was measured, where our CPU went, and whether something else was the limit."""
    ours = ways["socket"]
    model = max(run["model_busy"] for run in ways.values())
    client = max(run["busy"] for way, run in ways.items() if way != "raw_sdk")
    load = max(run["load"] for run in ways.values())
    found = [
        f"{options.streams} streams, {TOKENS} tokens each, one every {TOKEN_MS} ms after "
        f"{FIRST_MS} ms; medians of {options.repeats} interleaved repeats. Our CPU is web + "
        "worker (with beat) + PostgreSQL + Valkey from the first question to the last settled "
        "reply, that of a floor the reading process.",
        "Our CPU by part, s / 1k tokens: "
        + ", ".join(f"{part} {ours[f'cpu_{part}']:.4f}" for part in PARTS)
        + ".",
        f"Load average up to {load:.1f}; the demo model was busy for {model:.0%} of a core, the "
        f"busiest load client for {client:.0%}.",
    ]
    if max(model, client) > BUSY:
        found.append(
            "The demo model or a load client was at its own limit: read the delays against the "
            "own reader's, not by themselves."
        )
    if "in-process" in options.design:
        found.append(_who_is_earlier(ours["first_p95"], ways["in-process"]["first_p95"]))
    if options.design:
        found.append("The other designs store nothing; all of ours is in PostgreSQL.")
    return found


def _who_is_earlier(ours: float, theirs: float) -> str:
    if theirs < ours:
        return (
            f"The in-process socket has the earlier first token here ({theirs:.0f} ms against "
            f"{ours:.0f} ms): with few replies at a time nothing stands in its way."
        )
    return f"Our first token is the earlier one ({ours:.0f} ms against {theirs:.0f} ms)."


def _ratio(over: Figures, under: Figures, name: str) -> float:
    """0 where there is nothing to divide by."""
    return round(over[name] / under[name], 3) if under[name] else 0.0


def _row(run: Figures) -> list[str]:
    return [
        str(int(run["failed"])),
        f"{run['first_p50']:.0f} · {run['first_p95']:.0f}",
        f"{run['delay_p50']:.1f} · {run['delay_p95']:.1f}",
        f"{run['cpu']:.4f}",
        f"{run['share']:.1%}",
    ]
