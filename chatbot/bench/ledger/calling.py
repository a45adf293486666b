"""A process of callers that die: it forks workers and forks another for each that was killed.

Each worker is a process with an event loop, leases and connections of its
own, and goes through the engine's own functions for every call: hold,
stream, settle. Only sockets and prompts are left out. Forking saves the
1.5 s of CPU that a worker takes to import the engine.
"""

import os
import random
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

import django

from chatbot.boot.lifeline import tied

THREADS = 12
# What a question asks the demo model for; the rules are `run.BEHAVIOURS`.
KINDS = ["plain"] * 14 + ["no-usage", "cut", "corrupt", "refused", "zero", "length"]
PROMPT = "You are the assistant of a shop. " * 12


def main(tenants: Sequence[str], workers: int, seed: int) -> None:
    """Workers call until SIGTERM; as many as were asked for, however many are killed."""
    django.setup()
    from chatbot.engine import turn  # noqa: F401, PLC0415 - loaded before the forks

    living: set[int] = set()
    ending = threading.Event()

    def end(*_: int | FrameType | None) -> None:
        ending.set()
        for pid in living:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    number = 0
    while living or not ending.is_set():
        while len(living) < workers and not ending.is_set():
            number += 1
            pid = os.fork()
            if pid == 0:
                os._exit(work(tenants, seed + number))
            living.add(pid)
        gone, status = os.wait()
        living.discard(gone)
        if not os.WIFSIGNALED(status) and not ending.is_set():
            raise SystemExit("a worker ended that nobody had killed; its error stands above")


def work(tenants: Sequence[str], seed: int) -> int:
    """Threads have called, each for a visitor of its own, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if tie := tied(signal.SIGKILL):
        tie()  # it ends with its parent, whatever ends that
    threads = [
        threading.Thread(
            target=call_on, args=[tenants[number % len(tenants)], stop, seed * 1000 + number]
        )
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(0.2):
        pass
    for thread in threads:
        thread.join(30)
    return 0


def call_on(slug: str, stop: threading.Event, seed: int) -> None:
    """Calls are made under one generation, one after the other; it is then given back."""
    from django.db import connection  # noqa: PLC0415

    from chatbot.bench.asked import claimed_generation  # noqa: PLC0415
    from chatbot.engine import turn  # noqa: PLC0415
    from chatbot.engine.lane import LiveReply  # noqa: PLC0415
    from chatbot.engine.leases import Writing, keeper  # noqa: PLC0415
    from conversations.models import Tenant  # noqa: PLC0415

    chance = random.Random(seed)  # noqa: S311 - no secrets here
    generation = claimed_generation(Tenant.objects.get(slug=slug))
    generation.model, generation.persona_label = "demo-1", "bench"
    writing = Writing(LiveReply.of(generation))
    with keeper().keeping(generation, writing):
        while not stop.is_set() and not writing.lost:
            writing.reply = LiveReply.of(generation)
            call_once(generation, writing, chance)
    turn.give_back(generation)
    connection.close()


def call_once(generation: Any, writing: Any, chance: random.Random) -> None:
    """One call is open, made and settled, as a turn does it."""
    from django.db import connection  # noqa: PLC0415

    from billing.models import Attempt  # noqa: PLC0415
    from billing.services.attempts import Call, open_attempt  # noqa: PLC0415
    from chatbot.engine import turn  # noqa: PLC0415
    from chatbot.engine.streaming import stream_reply  # noqa: PLC0415
    from chatbot.providers.base import Prompt  # noqa: PLC0415
    from chatbot.providers.chosen import provider  # noqa: PLC0415
    from chatbot.providers.tokens import count_messages  # noqa: PLC0415

    question = f"{chance.choice(KINDS)} {chance.randint(1, 999)}?"
    messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": question}]
    request = provider().request_of(Prompt("demo-1", messages, 200))
    call = Call(Attempt.Purpose.REPLY, "demo-1", count_messages(messages), 200, request)
    attempt = turn.surely(lambda: open_attempt(generation, call), turn.BEGIN_SECONDS)
    connection.close()
    finished = stream_reply(writing, provider(), attempt.request, str(attempt.pk))
    turn.surely(lambda: turn.settle(attempt, finished), turn.END_SECONDS)
    connection.close()


if __name__ == "__main__":
    main(sys.argv[3:], int(sys.argv[1]), int(sys.argv[2]))
