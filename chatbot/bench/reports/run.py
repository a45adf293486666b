"""`bench reports`: fill, fold, read, show, and write under fifty hands."""

import random
import time
from collections.abc import Callable
from decimal import Decimal

from billing.selectors.differences import differences
from billing.services import rollups
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import Options, Report, Say
from chatbot.bench.reports.fill import fill, more
from chatbot.bench.reports.reading import (
    BERLIN,
    UNKEPT,
    UTC,
    pages,
    size_mb,
    sums,
    sums_of_now,
    talks_counted,
    talks_of_now,
)
from chatbot.bench.reports.report import Found, Reading, report
from chatbot.bench.reports.writing import writing
from chatbot.bench.stack import Stack

ROWS, QUICK_ROWS = 10_000_000, 200_000
TAIL = 1000  # lines since the last fold, while sums are read
FOLDED = 100_000


def reports(options: Options, say: Say) -> Report:
    """How long reports take on so many lines, that they are right, and what they cost writers."""
    refuse_company()
    rows = options.rows or (QUICK_ROWS if options.quick else ROWS)
    times = 30 if options.quick else 100
    chance = random.Random(options.seed)  # noqa: S311 - which months are read
    say(f"filling the ledger with {rows:,} lines")
    filled, fill_s = clocked(lambda: fill(rows, say))
    say("folding all of it")
    _, rebuild_s = clocked(rollups.rebuild)
    more(filled, FOLDED)
    _, fold_s = clocked(rollups.fold)
    more(filled, TAIL)
    say("reading sums")
    one, everybody = (filled.large,), filled.tenants
    reading = Reading(
        tenant=sums(one, BERLIN, times, chance),
        tenant_now=sums_of_now(one, BERLIN, times),
        talks=talks_of_now(one, BERLIN, times // 3),
        talks_counted=talks_counted(one, BERLIN, times // 3),
        everybody=sums(everybody, UTC, times, chance),
        ledger_tenant=sums(one, UNKEPT, 5, chance),
        ledger_everybody=sums(everybody, UNKEPT, 3, chance),
    )
    with Stack(say=say) as stack:
        say("loading the page")
        page = pages(stack, filled.manager, "period=30d", times // 2)
        page_of_all = pages(stack, filled.operator, "period=30d", times // 2)
    written = writing(filled, options.repeats, 2 if options.quick else 6, say)
    rollups.fold()
    say("comparing the rollups with the ledger")
    found = differences()
    return report(
        Found(
            rows=rows,
            ledger_mb=size_mb("billing_ledgerentry"),
            rollup_mb=size_mb("billing_spendday") + size_mb("billing_conversationday"),
            fill_s=fill_s,
            rebuild_s=rebuild_s,
            fold_ms=1000 * fold_s,
            reading=reading,
            page=page,
            page_of_all=page_of_all,
            writing=written,
            difference=sum((abs(one.ledger - one.rollup) for one in found), Decimal(0)),
            days_that_differ=len(found),
        )
    )


def clocked(call: Callable) -> tuple:
    """What it returned, and how many seconds that took."""
    began = time.monotonic()
    return call(), time.monotonic() - began
