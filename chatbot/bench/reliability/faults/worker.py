"""Workers die, freeze, are replaced, and get their work more than once.

The pool is of threads: it has no children, so a killed child (the first
half of row 23) is a killed worker here.
"""

import random
import signal
import time

import psutil

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.faults.pages import extra_calls
from chatbot.bench.reliability.odd_worker import EXITS, RAISES
from chatbot.bench.reliability.rig import CALM, Rig
from chatbot.bench.reliability.timing import answer_p95_s, settled_s
from chatbot.tasks import take_turn

ZOMBIE_S, ZOMBIE_QUICK_S = 30, 14  # longer than a lease of 10 s
DOWN_S, DOWN_QUICK_S = 60, 8
GRACE_S = 30
COPIES = 5


@row(22, "worker_killed", alone=True, quick=True)
def worker_killed(rig: Rig) -> None:
    """A worker is killed in the middle of its replies; the other one takes them over."""
    with rig.under_load("worker_killed"):
        moment = rig.inject("worker_killed")
        rig.fleet.kill("worker 1")
        time.sleep(3)
        rig.fleet.restart("worker 1")
    rig.find(
        "worker_killed", "worker_killed_s", lambda logs: settled_s(logs.client, moment), bound=15
    )


@row(23, "worker_out_of_memory", alone=True)
def worker_out_of_memory(rig: Rig) -> None:
    """A worker gets no more memory (as by `ulimit -v`) and is killed, as the kernel would."""
    with rig.under_load("worker_out_of_memory"):
        process = psutil.Process(rig.fleet.processes["worker 2"].pid)
        size = process.memory_info().vms
        rig.inject("worker_out_of_memory")
        process.rlimit(psutil.RLIMIT_AS, (size, size))
        time.sleep(3)
        moment = rig.inject("worker_out_of_memory")
        rig.fleet.kill("worker 2")
        rig.fleet.restart("worker 2")
    rig.find(
        "worker_out_of_memory",
        "worker_out_of_memory_s",
        lambda logs: settled_s(logs.client, moment),
        bound=15,
    )


@row(24, "worker_frozen", alone=True, quick=True)
def worker_frozen(rig: Rig) -> None:
    """A worker is stopped until others have written its replies, and then goes on: too late."""
    with rig.under_load("worker_frozen", rate=rig.rate / 2):
        moment = rig.inject("worker_frozen")
        rig.fleet.send("worker 1", signal.SIGSTOP)
        time.sleep(ZOMBIE_QUICK_S if rig.quick else ZOMBIE_S)
        rig.fleet.send("worker 1", signal.SIGCONT)
    rig.find(
        "worker_frozen",
        "worker_frozen_taken_over_s",
        lambda logs: settled_s(logs.client, moment),
        bound=15,
    )


@row(25, "poison", alone=True)
def poison(rig: Rig) -> None:
    """A question breaks every worker that takes it; it is given up after three, others go on."""
    names = rig.fleet.worker_names()
    for name in names:
        rig.fleet.make_odd(name, "--odd-poison")
    raising, exiting = rig.newcomers(5), rig.newcomers(1)
    with rig.under_load("poison", before=1, rate=rig.rate / 3):
        rig.load("ask", label="poisoned", tabs=raising, text=RAISES)
        rig.inject("poison", len(raising))
        rig.answered("poisoned", within=45)
    rig.expects_deaths = True
    with rig.under_load("poison_exits", before=0, rate=rig.rate / 6):
        rig.load("ask", label="poisoned", tabs=exiting, text=EXITS)
        rig.inject("poison", len(exiting))
        left = rig.answered("poisoned", within=60)
    rig.expects_deaths = False
    for name in names:
        rig.fleet.make_odd(name)
    rig.found("poison", "poison_unanswered", left, bound=0)
    rig.find(
        "poison",
        "poison_tries",
        lambda logs: max(
            (one.claim - 1 for one in logs.books.tries if one.failure == "gave_up"), default=0
        ),
        bound=3,
    )
    rig.find(
        "poison",
        "poison_others_p95_ratio",
        lambda logs: (
            answer_p95_s(logs.client.labelled("poison")) / answer_p95_s(logs.client.labelled(CALM))
        ),
        bound=1.2,
    )


@row(26, "workers_deployed", alone=True, quick=True)
def workers_deployed(rig: Rig) -> None:
    """One worker is asked to end and the other told to, with replies on their way."""
    took = []
    with rig.under_load("workers_deployed"):
        for name, how in (("worker 1", signal.SIGTERM), ("worker 2", signal.SIGQUIT)):
            begun = rig.inject("workers_deployed")
            process = rig.fleet.processes.pop(name)
            process.send_signal(how)
            process.wait(GRACE_S + 15)
            took.append(time.monotonic() - begun)
            rig.fleet.restart(name)
    rig.found("workers_deployed", "worker_stop_s", max(took), bound=GRACE_S)
    rig.found("workers_deployed", "worker_term_s", took[0])


@row(27, "work_told_often", alone=True, quick=True)
def work_told_often(rig: Rig) -> None:
    """Workers are told of work five times as often as there is some, in any order."""
    rng: random.Random = rig.rng("work_told_often")
    with rig.under_load("work_told_often", before=0):
        for _ in range(COPIES * rig.quota // 2):
            take_turn.apply_async(countdown=rng.choice([0, 0, 0.2]))
            rig.inject("work_told_often")
            time.sleep(1 / rig.rate / COPIES)
    rig.find(
        "work_told_often",
        "work_told_often_extra_calls",
        lambda logs: (
            extra_calls(logs, "work_told_often")
            - sum(mark.id in _tried_again(logs) for mark in logs.client.labelled("work_told_often"))
        ),
        bound=0,
    )


@row(28, "workers_down", alone=True)
def workers_down(rig: Rig) -> None:
    """All workers are away for a while; visitors see their place, and all are answered after.

    The table has two minutes; one is enough for the queue, and for the runs.
    """
    with rig.under_load("workers_down", rate=rig.rate / 6):
        begin = rig.inject("workers_down")
        for name in rig.fleet.worker_names():
            rig.fleet.kill(name, signal.SIGTERM)
        time.sleep(DOWN_QUICK_S if rig.quick else DOWN_S)
        for name in rig.fleet.worker_names():
            rig.fleet.start(name)
        back = time.monotonic()
        for name in rig.fleet.worker_names():
            rig.fleet.wait_for(name)
    rig.find("workers_down", "workers_back_s", lambda logs: settled_s(logs.client, back), bound=60)
    rig.find(
        "workers_down",
        "workers_down_places_told",
        lambda logs: sum(begin <= at <= back for at, *_ in logs.client.places),
        ">=",
        1,
    )


def _tried_again(logs: object) -> set[str]:
    """Questions whose visitor wanted another answer."""
    books = logs.books  # type: ignore[attr-defined]
    return {one.question for one in books.tries if one.reply in books.replaced}
