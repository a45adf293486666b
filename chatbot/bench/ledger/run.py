"""`bench ledger`: a hundred thousand calls whose workers are killed, against the model's own log.

The workers call the demo model through the engine's own functions. When
enough calls are made and enough workers were killed, a real worker takes
what the dead left behind, and the books are laid beside the log that the
demo model kept, which nobody kills.
"""

import random
import signal
import time
from pathlib import Path

import psutil
from django.db import connection
from django.utils import timezone

from billing.models import Price, SpendLimit
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.ledger.books import compared
from chatbot.bench.reliability.logs import read_calls
from chatbot.bench.stack import Stack, StackFailed, wait_for_http
from chatbot.boot import processes
from chatbot.engine.orphans import settle_orphans
from conversations.models import Generation, Tenant

ATTEMPTS, KILLS = 100_000, 50
QUICK_ATTEMPTS, QUICK_KILLS = 2_000, 5
WORKERS, TENANTS = 3, 4
REST_SECONDS = 90
PACE = {"first_token_ms": 0, "token_ms": 0}
BEHAVIOURS = [
    PACE | {"match": "no-usage", "tokens": 6, "omit_usage": True},
    PACE | {"match": "cut", "tokens": 12, "cut_after_tokens": 5},
    PACE | {"match": "corrupt", "tokens": 12, "corrupt_after_tokens": 5},
    PACE | {"match": "refused", "status": 500, "code": "server_error"},
    PACE | {"match": "zero", "tokens": 6, "zero_usage": True},
    PACE | {"match": "length", "tokens": 6, "finish_reason": "length"},
    # now and then a call takes long, so that kills meet text that was saved
    PACE | {"match": " 77", "tokens": 12, "token_ms": 150},
    PACE | {"match": "*", "tokens": 6},
]
GOALS = [
    Goal("token_difference", "==", 0),
    Goal("amount_difference", "==", "0"),
    Goal("missing", "==", 0),
    Goal("ghost", "==", 0),
    Goal("held_at_rest", "==", "0"),
    Goal("unflagged_without_usage", "==", 0),
    Goal("left_open", "==", 0),
    Goal("budget_difference", "==", "0"),
]


class Callers(Stack):
    """The demo model and callers; a worker of the product comes when they are gone."""

    def __init__(self, tenants: list[str], seed: int, say: Say) -> None:
        super().__init__(say=say, environment={"DATABASE_POOL_SIZE": "6"})
        self._tenants, self._seed = tenants, seed

    def __enter__(self) -> "Callers":
        self._logs.mkdir(parents=True, exist_ok=True)
        try:
            self.start("demo model")
            wait_for_http(f"{self.model_base_url}/models", self.processes["demo model"])
        except BaseException:
            self.stop_all()
            raise
        return self

    def _command(self, name: str) -> list[str]:
        if name == "callers":
            numbers = (str(WORKERS), str(self._seed))
            return processes.python("-m", "chatbot.bench.ledger.calling", *numbers, *self._tenants)
        return super()._command(name)

    def kill_one(self, chance: random.Random) -> bool:
        """One of the callers' workers was killed without warning; False where none works now."""
        workers = psutil.Process(self.processes["callers"].pid).children()
        if not workers:
            return False
        chance.choice(workers).send_signal(signal.SIGKILL)
        return True


class Counted:
    """How many calls the demo model has logged; reads only what was added."""

    def __init__(self, path: Path) -> None:
        self._path, self._at, self.lines = path, 0, 0

    def now(self) -> int:
        """The count by now."""
        with self._path.open("rb") as log:
            log.seek(self._at)
            added = log.read()
        self._at += len(added)
        self.lines += added.count(b"\n")
        return self.lines


def ledger(options: Options, say: Say) -> Report:
    """Whether the books equal the provider's, after all these calls and kills."""
    refuse_company()
    attempts = options.attempts or (QUICK_ATTEMPTS if options.quick else ATTEMPTS)
    kills = options.kills or (QUICK_KILLS if options.quick else KILLS)
    tenants = _tenants()
    with Callers([one.slug for one in tenants], options.seed, say) as stack:
        stack.behave(BEHAVIOURS)
        began = time.monotonic()
        killed = _call(stack, attempts, kills, random.Random(options.seed), say)  # noqa: S311
        seconds = time.monotonic() - began
        say("a worker takes what the dead left behind")
        _come_to_rest(stack)
        found = compared(read_calls(stack.model_log))
    figures = {"attempts": attempts, "kills": killed, "calls_per_s": round(attempts / seconds)}
    figures |= found
    names = list(found)
    return Report(
        figures,
        GOALS,
        ["figure", "value"],
        [[name.replace("_", " "), f"{figures[name]}"] for name in ("kills", *names)],
        [f"{found['provider_calls']:,} calls in {seconds:,.0f} s, {killed} workers killed."],
    )


def _tenants() -> list[Tenant]:
    """Four with a limit each, under one of the deployment."""
    Price.objects.create(
        model="demo-1",
        input="0.15",
        cached_input="0.075",
        output="0.6",
        source="bench ledger",
        checked_on=timezone.localdate(),
    )
    tenants = [
        Tenant.objects.create(name=f"Tenant {number}", slug=f"ledger-{number}")
        for number in range(TENANTS)
    ]
    for tenant in tenants:
        SpendLimit.objects.create(tenant=tenant, hard=1_000_000)
    SpendLimit.objects.create(scope=SpendLimit.Scope.DEPLOYMENT, hard=1_000_000)
    return tenants


def _call(stack: Callers, attempts: int, kills: int, chance: random.Random, say: Say) -> int:
    """So many calls were made, and workers killed at random moments of them; returns how many."""
    moments = sorted(chance.randrange(attempts // 20, attempts) for _ in range(kills))
    counted, killed, told = Counted(stack.model_log), 0, 0
    stack.start("callers")
    while (made := counted.now()) < attempts or killed < kills:
        if stack.processes["callers"].poll() is not None:
            raise StackFailed("The callers ended early; see var/stack/")
        if killed < kills and made >= moments[killed]:
            killed += stack.kill_one(chance)
        if made - told >= attempts // 20:
            told = made
            say(f"{made:,} of {attempts:,} calls, {killed} of {kills} workers killed")
        time.sleep(0.05)
    stack.kill("callers", signal.SIGTERM)
    return killed


def _come_to_rest(stack: Callers) -> None:
    """The product's worker has answered every question that was begun, and nothing is open."""
    stack.behave([PACE | {"match": "*", "tokens": 6}])
    stack.start("worker 1")
    stack.wait_for_worker("worker 1")
    deadline = time.monotonic() + REST_SECONDS
    open_ = Generation.objects.filter(state__in=Generation.OPEN_STATES)
    while open_.exists() and time.monotonic() < deadline:
        time.sleep(0.3)
    settle_orphans()
    connection.close()
