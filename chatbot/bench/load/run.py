"""`bench load`: idle sockets and talking visitors for a long time, then sockets that are stuck.

First a bare server on the same uvicorn holds as many idle sockets, which
is the raw limit of their memory.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from chatbot.bench.company import refuse_company
from chatbot.bench.designs.running import Design
from chatbot.bench.frame import Options, Report, Say
from chatbot.bench.load.memory import MemoryWatch, rss_mb, slope_per_minute
from chatbot.bench.load.plan import Plan, raise_file_limit
from chatbot.bench.load.remote import Remote
from chatbot.bench.load.report import Heard, Idle, Soak, Stuck, report
from chatbot.bench.sessions import open_sessions
from chatbot.bench.stack import Stack
from chatbot.bench.streaming import BEHAVIOUR
from chatbot.bench.streaming_report import REPLY_MS
from chatbot.boot.paths import ROOT

HOLDING = "chatbot.bench.load.holding"
TALKING = "chatbot.bench.load.talking"
STUCK = "chatbot.bench.load.stuck"
WARM_UP_SOCKETS = 50
SETTLE_SECONDS = 3
SLICE_SECONDS = 60.0
# The first minute, at most a fifth of the soak, fills caches and pools.
WARM_UP_SECONDS, WARM_UP_SHARE = 60.0, 0.2
# Tabs of the same few visitors: what the model must write for 100 stuck sockets is then not the
# bulk of the load. Each token of this word has 43 bytes; a reply fills a socket with 90 KB.
LARGE_TALKS = 2
LARGE_TEXT = " მნიშვნელოვანია" * 1000
LARGE = {"match": "large", "first_token_ms": 20, "token_ms": 1, "text": LARGE_TEXT}


def load(options: Options, say: Say) -> Report:
    """What so many sockets and replies cost, and whether it stays that way."""
    refuse_company()
    plan = Plan.of(options)
    raise_file_limit(plan)
    bare_kb = bare_idle_kb(plan, say)
    with ExitStack() as undo:
        stack = undo.enter_context(Stack(workers=options.workers, say=say))
        stack.behave([LARGE, BEHAVIOUR])
        addresses = open_sessions(stack, plan.sockets + plan.streams + LARGE_TALKS)
        idle, rest = addresses[: plan.sockets], addresses[plan.sockets :]
        talking, large = rest[: plan.streams], rest[plan.streams :]
        say("warming up")
        warm_up(idle, talking)
        web = stack.processes["web"].pid
        watch = MemoryWatch(
            {"web": [web], "workers": [stack.processes[name].pid for name in stack.worker_names()]}
        )
        undo.enter_context(watch)
        before = rss_mb(web)
        holder = undo.enter_context(held(idle, say))
        ours_kb = per_socket_kb(web, before, plan.sockets)
        say(f"{plan.sockets} idle sockets, {ours_kb:.1f} KB each; {plan.streams} begin to talk")
        talk = undo.enter_context(talkers(talking))
        soak = soaked(plan, watch, holder, talk, say)
        stuck = stuck_sockets(plan, watch, talk, large, say)
        closes = holder.ask("count")["closed"] + stuck.heard.closed
    return report(plan, Idle(ours_kb, bare_kb), soak, stuck, closes)


def bare_idle_kb(plan: Plan, say: Say) -> float:
    """KB of memory that an idle socket takes in a bare server, which keeps nothing."""
    logs = ROOT / "var" / "stack"
    with Design("bare", streams=0, model_url="", logs=logs) as bare:
        with held([bare.address] * WARM_UP_SOCKETS, lambda _: None):
            pass
        before = rss_mb(bare.server)
        with held([bare.address] * plan.sockets, lambda text: say(f"bare server: {text}")):
            return per_socket_kb(bare.server, before, plan.sockets)


def per_socket_kb(pid: int, before_mb: float, sockets: int) -> float:
    """KB that the process grew by for each socket, once it has come to rest."""
    time.sleep(SETTLE_SECONDS)
    return 1024 * (rss_mb(pid) - before_mb) / sockets


def warm_up(idle: Sequence[dict[str, str]], talking: Sequence[dict[str, str]]) -> None:
    """The product has served some sockets and replies: what is loaded late is loaded."""
    with held(idle[:WARM_UP_SOCKETS], lambda _: None), talkers(talking[:10]) as talk:
        time.sleep(1.5 * REPLY_MS / 1000)
        talk.ask("report")
    time.sleep(REPLY_MS / 1000)


@contextmanager
def held(addresses: Sequence[dict[str, str]], say: Say) -> Iterator[Remote]:
    """A client that holds a socket for each of these addresses."""
    with Remote(HOLDING, list(addresses)) as holder:
        while "ready" not in (heard := holder.heard()):
            say(f"{heard['open']} of {len(addresses)} sockets are open")
        yield holder


@contextmanager
def talkers(addresses: Sequence[dict[str, str]]) -> Iterator[Remote]:
    """A client with a visitor for each of these addresses, who talk."""
    job = {"addresses": list(addresses), "spread_s": REPLY_MS / 1000}
    with Remote(TALKING, job) as talk:
        talk.heard()
        yield talk


def soaked(plan: Plan, watch: MemoryWatch, holder: Remote, talk: Remote, say: Say) -> Soak:
    """What was heard slice by slice over the whole soak, and how memory grew after its warm-up."""
    began = time.monotonic()
    until = began + plan.minutes * 60
    slices: list[Heard] = []
    while (left := until - time.monotonic()) > 1:
        time.sleep(min(SLICE_SECONDS, left))
        heard = Heard.of(talk.ask("report"), watch.now())
        slices.append(heard)
        minute = (time.monotonic() - began) / 60
        open_now = holder.ask("count")
        say(
            f"minute {minute:.1f} of {plan.minutes:g}: {open_now['open']} idle, "
            f"{open_now['closed'] + heard.closed} closed, {heard.line()}"
        )
    warm = began + min(WARM_UP_SECONDS, WARM_UP_SHARE * plan.minutes * 60)
    return Soak(slices, slope_per_minute(watch.between(warm, until)))


def stuck_sockets(
    plan: Plan, watch: MemoryWatch, talk: Remote, large: Sequence[dict[str, str]], say: Say
) -> Stuck:
    """The same time twice: large replies that are read, and the same with sockets that are not."""
    tabs = [large[place % len(large)] for place in range(plan.stuck)]
    with Remote(STUCK, {"askers": list(large), "tabs": tabs}) as client:
        client.heard()
        client.ask("ask")
        say(f"{plan.stuck_seconds:g} s of large replies, all of them read")
        talk.ask("report")
        began = time.monotonic()
        time.sleep(plan.stuck_seconds)
        without = Heard.of(talk.ask("report"), watch.now())
        client.ask("report")
        before = [sample.parts["web"] for sample in watch.between(began, time.monotonic())]
        client.ask("stick")
        say(f"{plan.stuck_seconds:g} s of the same, with {plan.stuck} sockets that stopped reading")
        talk.ask("report")
        began = time.monotonic()
        time.sleep(plan.stuck_seconds)
        heard = Heard.of(talk.ask("report"), watch.now())
        replies = client.ask("report")["replies"]
        after = [sample.parts["web"] for sample in watch.between(began, time.monotonic())]
    return Stuck(
        sockets=plan.stuck,
        offered_mb=replies / len(large) * 2 * len(LARGE_TEXT.encode()) / 2**20,
        mb=max(0.0, max(after) - max(before)) / plan.stuck,
        without=without,
        heard=heard,
    )
