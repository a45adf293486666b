"""What `bench reports` makes of what it measured: figures by name, goals, rows and notes."""

from dataclasses import dataclass
from decimal import Decimal

from chatbot.bench.frame import Goal, Report
from chatbot.bench.reports.reading import Waits
from chatbot.bench.reports.writing import Writing

GOALS = [
    Goal("tenant_month_p95_ms", "<=", 25),
    Goal("all_tenants_p95_ms", "<=", 50),
    Goal("page_p95_ms", "<=", 300),
    Goal("rollup_difference", "==", "0"),
    Goal("days_that_differ", "==", 0),
    Goal("deadlocks", "==", 0),
    Goal("write_ratio", "<=", 1.2),
]


@dataclass(frozen=True)
class Reading:
    """Thirty days by day and model: of the large tenant and of all, from rollups and ledger."""

    tenant: Waits
    tenant_now: Waits
    talks: Waits
    talks_counted: Waits
    everybody: Waits
    ledger_tenant: Waits
    ledger_everybody: Waits


@dataclass(frozen=True)
class Found:
    """All that was measured."""

    rows: int
    ledger_mb: int
    rollup_mb: int
    fill_s: float
    rebuild_s: float
    fold_ms: float
    reading: Reading
    page: Waits
    page_of_all: Waits
    writing: Writing
    difference: Decimal
    days_that_differ: int


def report(found: Found) -> Report:
    """The figures under the names of the goals, and a table for people."""
    reading, written = found.reading, found.writing
    waits = {
        "tenant_month": reading.tenant,
        "tenant_this_month": reading.tenant_now,
        "tenant_conversations": reading.talks,
        "tenant_conversation_count": reading.talks_counted,
        "all_tenants": reading.everybody,
        "ledger_tenant_month": reading.ledger_tenant,
        "ledger_all_tenants": reading.ledger_everybody,
        "page": found.page,
        "page_all_tenants": found.page_of_all,
    }
    named = {
        "tenant_month": "the large tenant, 30 days, from the rollup",
        "tenant_this_month": "the same, until today, with lines not folded yet",
        "tenant_conversations": "its conversations of 30 days and the twenty dearest",
        "tenant_conversation_count": "only how many conversations those are",
        "all_tenants": "all tenants, 30 days, from the rollup",
        "ledger_tenant_month": "the large tenant, 30 days, from the ledger",
        "ledger_all_tenants": "all tenants, 30 days, from the ledger",
        "page": "the large tenant's page over HTTP",
        "page_all_tenants": "the operator's page of all tenants over HTTP",
    }
    figures = {f"{name}_p50_ms": one.p50 for name, one in waits.items()}
    figures |= {f"{name}_p95_ms": one.p95 for name, one in waits.items()}
    return Report(
        figures=figures
        | {
            "rows": found.rows,
            "ledger_mb": found.ledger_mb,
            "rollup_mb": found.rollup_mb,
            "fill_s": round(found.fill_s, 1),
            "rebuild_s": round(found.rebuild_s, 1),
            "fold_ms_per_100k": round(found.fold_ms),
            "rollup_difference": f"{found.difference.normalize():f}",
            "days_that_differ": found.days_that_differ,
            "deadlocks": written.deadlocks,
            "write_ratio": written.ratio,
            "upsert_write_ratio": written.upsert_ratio,
            "lines_per_s": written.ours,
            "lines_per_s_without_rollup": written.bare,
            "lines_per_s_upsert": written.upsert,
        },
        goals=GOALS,
        columns=["what", "p50 ms", "p95 ms"],
        rows=[[named[name], str(one.p50), str(one.p95)] for name, one in waits.items()],
        notes=[
            f"{found.rows:,} lines, half of them one tenant's, a hundred times each other's: "
            f"{found.ledger_mb:,} MB, rollups {found.rollup_mb:,} MB.",
            f"Rebuilt in {found.rebuild_s:.0f} s; 100,000 lines are folded in "
            f"{found.fold_ms:.0f} ms.",
            f"Fifty writers on one tenant and day: {written.bare:,.0f} lines a second without a "
            f"rollup, {written.ours:,.0f} with ours, {written.upsert:,.0f} with an upsert in "
            "their transaction.",
        ],
    )
