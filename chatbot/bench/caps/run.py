"""`bench caps`: many threads of several processes spend against the limits of a few tenants.

First they only hold, until every tenant is full. Then they hold, call and
settle for as long as it takes to look at every budget ten thousand times,
and a tenant that is full is given a little more, so that they stay at the
edge. Then all spend on one tenant. Beside it, on the same machine: reading
what is spent before a call and adding to it afterwards.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from billing.models import Attempt, Budget, LedgerEntry, Price, SpendLimit
from billing.money import MILLION
from chatbot.bench.asked import claimed_generation
from chatbot.bench.caps.spending import MOST_OUTPUT, PROMPT
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.load.remote import Remote
from conversations.models import Generation, Tenant

MODULE = "chatbot.bench.caps.spending"
PROCESSES = 4
SAMPLES, QUICK_SAMPLES = 10_000, 1_000
HOT_SECONDS = 6.0
PAUSE_MS = 4
DEAREST = Decimal(PROMPT + 2 * MOST_OUTPUT) / MILLION  # 1 and 2 dollars per million tokens
CAP = 400 * DEAREST + DEAREST / 2
# Small beside a cap: a refusal is judged a moment later, when this may have been given.
STEP = 4 * DEAREST
GOALS = [
    Goal("overshoot", "==", "0"),
    Goal("usable_share", ">=", 0.95),
    Goal("false_refusals", "==", 0),
    Goal("holds_per_s_hot_tenant", ">=", 200),
    Goal("deadlocks", "==", 0),
    Goal("errors", "==", 0),
    Goal("spent_difference", "==", "0"),
]
LOOK = """
SELECT max(budget.spent + budget.held - one.hard), min((budget.spent + budget.held) / one.hard)
  FROM billing_budget AS budget JOIN billing_spendlimit AS one ON one.id = budget.limit_id
"""


def caps(options: Options, say: Say) -> Report:
    """Whether any cap was passed, how much of each was usable, and at what rate."""
    refuse_company()
    ground = Ground(options)
    say(f"{ground.threads} threads hold until {len(ground.tenants)} tenants are full")
    full = ground.fill()
    say("they hold, call and settle at the edge of their caps")
    edge = ground.stay_at_the_edge(QUICK_SAMPLES if options.quick else SAMPLES, say)
    say("all spend on one tenant")
    hot = ground.hot()
    say("the same, checked before and added afterwards")
    naive = ground.naive()
    figures = {
        "threads": ground.threads,
        "tenants": len(ground.tenants),
        "samples": edge["samples"],
        "overshoot": _plain(max(Decimal(0), edge["over"], full["over"])),
        "usable_share": float(round(min(edge["least_share"], full["least_share"]), 4)),
        "false_refusals": full["false_refusals"] + edge["false_refusals"],
        "refusals": full["refused"] + edge["refused"],
        "holds": full["opened"] + edge["opened"] + hot["opened"],
        "holds_per_s": round(edge["opened"] / edge["seconds"]),
        "holds_per_s_hot_tenant": round(hot["opened"] / hot["seconds"]),
        "spent_difference": _plain(ground.spent_difference()),
        "held_at_rest": _plain(ground.held()),
        "deadlocks": ground.deadlocks(),
        "errors": full["errors"] + edge["errors"] + hot["errors"],
        "naive_overshoot": _plain(naive["over"]),
        "naive_overshoot_share": float(round(naive["over"] / CAP, 4)),
        "naive_holds_per_s": round(naive["opened"] / naive["seconds"]),
    }
    return Report(
        figures,
        GOALS,
        ["design", "calls", "calls/s", "refused", "refused falsely", "worst over its cap, $"],
        [
            _row("hold, only", full, figures["overshoot"]),
            _row("hold, call, settle", edge, figures["overshoot"]),
            _row("the same, one tenant", hot, "-"),
            _row("check, call, add", naive, figures["naive_overshoot"]),
        ],
        [f"Every budget was looked at {edge['samples']:,} times while they spent."],
    )


class Ground:
    """The tenants with their caps, and a visitor for each thread."""

    def __init__(self, options: Options) -> None:
        self.threads, self.seed = options.threads or 64, options.seed
        Price.objects.create(
            model="bench",
            input=1,
            output=2,
            source="bench caps",
            checked_on=timezone.localdate(),
        )
        self.tenants = [
            Tenant.objects.create(name=f"Tenant {number}", slug=f"caps-{number}")
            for number in range(options.tenants or 8)
        ]
        for tenant in self.tenants:
            SpendLimit.objects.create(tenant=tenant, hard=CAP)
        self.generations = [
            claimed_generation(self.tenants[number % len(self.tenants)])
            for number in range(self.threads)
        ]

    def fill(self) -> dict[str, Any]:
        """What happened while they only held, until all were refused."""
        with self._spending("fill", self.generations) as remotes:
            found = _added([one.ask("stop") for one in remotes])
        over, share = _look()
        found["over"], found["least_share"] = over, min(share, found["least_share"])
        return found

    def stay_at_the_edge(self, samples: int, say: Say) -> dict[str, Any]:
        """What happened while they held, called and settled, and budgets were watched."""
        self._give_more(STEP)
        over = Decimal(0)
        with self._spending("held", self.generations, PAUSE_MS) as remotes:
            for number in range(samples):
                over = max(over, _look()[0])
                if number % 20 == 0:
                    self._give_more(STEP)
                if number % 1000 == 0:
                    say(f"looked {number:,} of {samples:,} times")
            found = _added([one.ask("stop") for one in remotes])
        return found | {"over": over, "samples": samples}

    def hot(self) -> dict[str, Any]:
        """What happened while all spent on one tenant that has plenty."""
        tenant = Tenant.objects.create(name="Hot", slug="caps-hot")
        SpendLimit.objects.create(tenant=tenant, hard=1_000_000)
        generations = [claimed_generation(tenant) for _ in range(self.threads)]
        with self._spending("held", generations) as remotes:
            time.sleep(HOT_SECONDS)
            return _added([one.ask("stop") for one in remotes])

    def naive(self) -> dict[str, Any]:
        """What happened without holds."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE naive (id bigint PRIMARY KEY, spent numeric, hard numeric)"
            )
            for tenant in self.tenants:
                cursor.execute("INSERT INTO naive VALUES (%s, 0, %s)", [tenant.pk, CAP])
            try:
                with self._spending("naive", self.generations, PAUSE_MS) as remotes:
                    found = _added([one.ask("stop") for one in remotes])
                cursor.execute("SELECT max(spent - hard) FROM naive")
                return found | {"over": max(Decimal(0), cursor.fetchone()[0])}
            finally:
                cursor.execute("DROP TABLE naive")

    def spent_difference(self) -> Decimal:
        """What the budgets and the ledger say about the same calls, apart."""
        spent = sum(Budget.objects.values_list("spent", flat=True), Decimal(0))
        return abs(spent - sum(LedgerEntry.objects.values_list("amount", flat=True), Decimal(0)))

    def held(self) -> Decimal:
        """What is held by nobody who still calls: the holds that only filled count out."""
        held = sum(Budget.objects.values_list("held", flat=True), Decimal(0))
        open_ = Attempt.objects.filter(state=Attempt.State.OPEN).values_list("held", flat=True)
        return held - sum(open_, Decimal(0))

    def deadlocks(self) -> int:
        """How many PostgreSQL has counted."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(deadlocks) FROM pg_stat_database")
            return int(cursor.fetchone()[0] or 0)

    def _give_more(self, amount: Decimal) -> None:
        """Tenants that are nearly full may spend a little more."""
        full = Budget.objects.filter(spent__gte=F("limit__hard") - F("held") - 2 * DEAREST)
        SpendLimit.objects.filter(
            pk__in=list(full.values_list("limit", flat=True)), tenant__in=self.tenants
        ).update(hard=F("hard") + amount)

    @contextlib.contextmanager
    def _spending(
        self, way: str, generations: list[Generation], pause_ms: float = 0
    ) -> Iterator[list[Remote]]:
        os.environ["DATABASE_POOL_SIZE"] = str(-(-len(generations) // PROCESSES) + 1)
        with contextlib.ExitStack() as undo:
            remotes = [
                undo.enter_context(
                    Remote(
                        MODULE,
                        {
                            "way": way,
                            "pause_ms": pause_ms,
                            "seed": self.seed + 1000 * number,
                            "generations": [one.pk for one in generations[number::PROCESSES]],
                        },
                    )
                )
                for number in range(min(PROCESSES, len(generations)))
            ]
            for remote in remotes:
                remote.heard()
            yield remotes


def _look() -> tuple[Decimal, Decimal]:
    """How far the worst budget is over its cap, below zero under it; and the least used share."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        over, share = cursor.fetchone()
    return over, share


def _added(answers: list[dict[str, Any]]) -> dict[str, Any]:
    counted = ("opened", "refused", "false_refusals", "errors")
    sums: dict[str, Any] = {name: sum(one.get(name, 0) for one in answers) for name in counted}
    return sums | {
        "seconds": max(one["seconds"] for one in answers),
        "least_share": min(Decimal(one["least_share"]) for one in answers),
    }


def _plain(amount: Decimal) -> str:
    """`0` for nothing, whatever its decimals."""
    return f"{amount.normalize():f}" if amount else "0"


def _row(design: str, found: dict[str, Any], over: str) -> list[str]:
    rate = f"{found['opened'] / found['seconds']:,.0f}"
    return [
        design,
        f"{found['opened']:,}",
        rate,
        f"{found['refused']:,}",
        str(found["false_refusals"]) if design != "check, call, add" else "-",
        over,
    ]
