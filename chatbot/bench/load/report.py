"""What `bench load` makes of what it heard: figures by name, goals, rows and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from chatbot.bench.clocks import percentile
from chatbot.bench.frame import Goal, Report
from chatbot.bench.load.memory import Sample
from chatbot.bench.load.plan import Plan

GOALS = [
    Goal("unexpected_closes", "<=", 0),
    Goal("failed", "<=", 0),
    Goal("kb_per_idle_socket", "<=", 30),
    Goal("send_to_stored_p95_ms", "<=", 200),
    Goal("memory_slope_mb_per_minute", "<=", 1),
    Goal("stuck_socket_mb", "<=", 8),
    Goal("others_p95_ratio", "<=", 1.2),
]


@dataclass(frozen=True)
class Idle:
    """KB that an idle socket takes, here and in a bare server."""

    ours_kb: float
    bare_kb: float


@dataclass(frozen=True)
class Heard:
    """What the talking visitors heard over some time, in milliseconds, and memory at its end."""

    replies: int
    failed: int
    closed: int
    firsts: list[float]
    delays: list[float]
    stored: list[float]
    busy: float
    memory: Mapping[str, float]

    @classmethod
    def of(cls, said: Mapping[str, Any], memory: Sample) -> "Heard":
        """What their process reported."""
        return cls(**said, memory=memory.parts)

    def line(self) -> str:
        """The same in a line for people who wait."""
        return (
            f"{self.replies} replies, {self.failed} failed, delay p95 "
            f"{percentile(self.delays, 0.95):.0f} ms, stored p95 "
            f"{percentile(self.stored, 0.95):.0f} ms, web {self.memory['web']:.0f} MB, "
            f"workers {self.memory['workers']:.0f} MB"
        )


@dataclass(frozen=True)
class Soak:
    """What was heard slice by slice, and MB a minute that web and workers grew by."""

    slices: Sequence[Heard]
    slope: float


@dataclass(frozen=True)
class Stuck:
    """What sockets that stopped reading cost, each, and what the others heard without and with."""

    sockets: int
    offered_mb: float
    mb: float
    without: Heard
    heard: Heard


def report(plan: Plan, idle: Idle, soak: Soak, stuck: Stuck, closes: int) -> Report:
    """The report on one run."""
    rows = [
        _row(f"soak, {number} of {len(soak.slices)}", heard)
        for number, heard in enumerate(soak.slices, 1)
    ]
    rows.append(_row("large replies, read", stuck.without))
    rows.append(_row(f"the same, {stuck.sockets} stuck", stuck.heard))
    return Report(
        figures=figures(plan, idle, soak, stuck, closes),
        goals=GOALS,
        columns=[
            *("when", "replies", "failed", "first p95 ms", "delay p95 ms", "stored p95 ms"),
            *("web MB", "workers MB"),
        ],
        rows=rows,
        notes=notes(plan, idle, soak, stuck),
    )


def figures(plan: Plan, idle: Idle, soak: Soak, stuck: Stuck, closes: int) -> dict[str, Any]:
    """The figures by name."""
    stored = [one for heard in soak.slices for one in heard.stored]
    without = percentile(stuck.without.delays, 0.95)
    with_stuck = percentile(stuck.heard.delays, 0.95)
    heard = [*soak.slices, stuck.without, stuck.heard]
    return {
        "sockets": plan.sockets + plan.streams,
        "streams": plan.streams,
        "minutes": plan.minutes,
        "unexpected_closes": closes,
        "failed": sum(one.failed for one in heard),
        "kb_per_idle_socket": round(idle.ours_kb, 1),
        "raw_kb_per_idle_socket": round(idle.bare_kb, 1),
        "send_to_stored_p95_ms": round(percentile(stored, 0.95), 1),
        "memory_slope_mb_per_minute": round(soak.slope, 3),
        "stuck_socket_mb": round(stuck.mb, 2),
        "others_p95_ratio": round(with_stuck / without, 3) if without else 0.0,
    }


def notes(plan: Plan, idle: Idle, soak: Soak, stuck: Stuck) -> list[str]:
    """How it was measured."""
    busy = max(heard.busy for heard in soak.slices)
    return [
        f"{plan.sockets} idle sockets, each with a ping every 25 s as the widget sends it, and "
        f"{plan.streams} visitors who ask again at once for {plan.minutes:g} minutes. An idle "
        f"socket takes {idle.ours_kb:.1f} KB of the web process, in a bare server on the same "
        f"uvicorn {idle.bare_kb:.1f} KB.",
        "Memory is resident memory; its slope is that of web and workers together, the median "
        "slope of all pairs of samples after the warm-up.",
        f"{stuck.sockets} sockets read nothing of about {stuck.offered_mb:.1f} MB each (their "
        f"connections swallow about 3 MB by themselves); {stuck.mb:.2f} MB of memory for each. "
        "Others are compared with the same time before, when all read.",
        f"Load average {psutil.getloadavg()[0]:.1f}; the client of the talking visitors was busy "
        f"for {busy:.0%} of a core.",
    ]


def _row(when: str, heard: Heard) -> list[str]:
    return [
        when,
        str(heard.replies),
        str(heard.failed),
        *(
            f"{percentile(values, 0.95):.0f}"
            for values in (heard.firsts, heard.delays, heard.stored)
        ),
        *(f"{heard.memory[part]:.0f}" for part in ("web", "workers")),
    ]
