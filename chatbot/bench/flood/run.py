"""`bench flood`: bots, each at an address of its own, write to one tenant with a dollar to spend.

Twenty visitors of another tenant ask before and during the flood, and so do
twenty of the flooded tenant who were there before. The limits are those
that the product comes with.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Sum

from billing.models import LedgerEntry, SpendLimit
from billing.services.prices import load_seed
from chatbot.bench.clocks import percentile
from chatbot.bench.company import refuse_company
from chatbot.bench.flood.asking import post
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.sessions import open_sessions
from chatbot.bench.stack import Stack
from chatbot.bench.visitors import BenchVisitor
from chatbot.env import Env
from conversations.models import Generation, Tenant

CAP = Decimal(1)
BOTS, MESSAGES = 1000, 100
# All of a bot's messages within this; a machine of two cores carries 170 tries a second beside
# the bots themselves.
SECONDS, SECONDS_QUICKLY = 600, 45
QUIET_SECONDS = 60
PEOPLE, PAUSE_SECONDS, PATIENCE = 20, 6.0, 30.0
MODEL = {"match": "*", "first_token_ms": 400, "token_ms": 5, "tokens": 40}
LIMITS = (
    *("new_visitors_per_minute", "new_visitors_per_address", "crowd_messages_per_minute"),
    *("visitor_messages_per_minute", "visitor_waiting", "tenant_waiting"),
)
GOALS = [
    Goal("overspend", "==", "0"),
    Goal("others_p95_ratio", "<=", 1.2),
    Goal("known_answered_share", ">=", 0.95),
    Goal("others_answered_share", ">=", 0.99),
]


def flood(options: Options, say: Say) -> Report:
    """What the tenant spent, how much longer others waited, and how many known were answered."""
    refuse_company()
    load_seed()
    bots = options.bots or (BOTS // 5 if options.quick else BOTS)
    messages = options.messages or (MESSAGES // 5 if options.quick else MESSAGES)
    seconds = SECONDS_QUICKLY if options.quick else SECONDS
    usual = {name.upper(): str(Env.model_fields[name].default) for name in LIMITS}
    with Stack(environment=usual, say=say) as stack:
        stack.behave([MODEL])
        flooded = _tenant_of_next(stack)
        SpendLimit.objects.create(tenant=flooded[0], hard=CAP, soft=CAP / 2)
        others = _tenant_of_next(stack)
        say(f"{QUIET_SECONDS // (3 if options.quick else 1)} quiet seconds")
        quiet_s = QUIET_SECONDS // (3 if options.quick else 1)
        quiet = asyncio.run(_talk(stack, {"others": others[1]}, quiet_s))
        say(f"{bots} bots with {messages} messages each, {seconds} seconds")
        process = _bots(stack, flooded[0], bots, messages, seconds)
        try:
            asked = {"others": others[1], "known": flooded[1]}
            loud = asyncio.run(_talk(stack, asked, seconds, newcomers=(stack, others[0])))
            said, _ = process.communicate(timeout=seconds + 120)
        finally:
            process.kill()
        seen: Counter[str] = Counter(orjson.loads(said))
        say("waiting for what is still written")
        _settle(stack)
        spent = _spent(flooded[0])
    before, during = quiet["others"].p95, loud["others"].p95
    figures: dict[str, Any] = {
        "bots": bots,
        "messages_wanted": seen["wanted to write"],
        "messages_taken": seen["messages taken"],
        "riddles": seen["session puzzle"],
        "bots_let_in": seen["session opened"],
        "bots_broken": sum(count for name, count in seen.items() if name.startswith("broken")),
        "spent": str(spent),
        "cap": str(CAP),
        "overspend": str(max(Decimal(0), spent - CAP).normalize()),
        "others_p95_quiet_ms": round(before),
        "others_p95_flood_ms": round(during),
        "others_p95_ratio": round(during / before, 3) if before else 0.0,
        "others_answered_share": loud["others"].share,
        "others_newcomers_let_in_share": loud["newcomers"].share,
        "known_asked": loud["known"].asked,
        "known_answered_share": loud["known"].share,
    }
    rows = [[name, str(value)] for name, value in figures.items()]
    notes = [f"{name}: {count}" for name, count in seen.most_common(12)]
    return Report(figures, GOALS, ["", "found"], rows, notes)


class Heard:
    """How long the answers of some people took, in milliseconds, and how many came."""

    def __init__(self) -> None:
        self.asked = 0
        self.took: list[float] = []

    @property
    def p95(self) -> float:
        """The 95th of a hundred."""
        return percentile(self.took, 0.95)

    @property
    def share(self) -> float:
        """Answered of asked."""
        return round(len(self.took) / self.asked, 4) if self.asked else 0.0


def _tenant_of_next(stack: Stack) -> tuple[Tenant, list[dict[str, str]]]:
    """A new tenant and its visitors, who were there before."""
    addresses = open_sessions(stack, PEOPLE)
    tenant = Tenant.objects.order_by("-pk").first()
    if tenant is None:
        raise CannotMeasure("The bench's own tenant is not there.")
    return tenant, addresses


async def _talk(
    stack: Stack,
    people: dict[str, list[dict[str, str]]],
    seconds: float,
    newcomers: tuple[Stack, Tenant] | None = None,
) -> dict[str, Heard]:
    """Everybody has asked now and then for so long."""
    until = time.monotonic() + seconds
    heard = {name: Heard() for name in (*people, "newcomers")}
    work = [
        _ask_on(address, until, heard[name], place / len(some))
        for name, some in people.items()
        for place, address in enumerate(some)
    ]
    if newcomers:
        work.append(_come_new(*newcomers, until, heard["newcomers"]))
    await asyncio.gather(*work)
    return heard


async def _ask_on(address: dict[str, str], until: float, heard: Heard, place: float) -> None:
    chance = random.Random(place)  # noqa: S311 - no secrets here
    visitor = await BenchVisitor.open(address)
    await asyncio.sleep(PAUSE_SECONDS * place)
    while time.monotonic() < until:
        heard.asked += 1
        begun = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                clock = await visitor.say("How long do returns take?", stamped=False)
        except TimeoutError:
            visitor = await BenchVisitor.open(address)
            continue
        if not clock.broken:
            heard.took.append((time.monotonic() - begun) * 1000)
        await asyncio.sleep(PAUSE_SECONDS * chance.uniform(0.8, 1.2))
    await visitor.close()


async def _come_new(stack: Stack, tenant: Tenant, until: float, heard: Heard) -> None:
    """Somebody new at the other tenant now and then, who is asked for no riddle."""
    while time.monotonic() < until:
        heard.asked += 1
        begun = time.monotonic()
        body, address = {"key": tenant.public_key}, f"203.0.113.{heard.asked % 250}"
        status, _ = await post(stack.web_port, "/widget/session", body, stack.url, address)
        if status == 200:
            heard.took.append((time.monotonic() - begun) * 1000)
        await asyncio.sleep(PAUSE_SECONDS)


def _bots(
    stack: Stack, tenant: Tenant, bots: int, messages: int, seconds: int
) -> subprocess.Popen[bytes]:
    job = {
        **{"port": stack.web_port, "origin": stack.url, "key": tenant.public_key},
        **{"bots": bots, "messages": messages, "seconds": seconds},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "chatbot.bench.flood.bots"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    if process.stdin:
        process.stdin.write(orjson.dumps(job) + b"\n")
        process.stdin.flush()
    return process


def _settle(stack: Stack) -> None:
    """Nothing is written any more; what still waits then is left waiting."""
    deadline = time.monotonic() + PATIENCE
    running: Sequence[str] = Generation.OPEN_STATES
    while Generation.objects.filter(state__in=running).exists() and time.monotonic() < deadline:
        time.sleep(0.5)


def _spent(tenant: Tenant) -> Decimal:
    entries = LedgerEntry.objects.filter(tenant=tenant)
    return entries.aggregate(all=Sum("amount"))["all"] or Decimal(0)
