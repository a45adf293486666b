"""Whether the machine is ours to measure on."""

import os

import psutil

from chatbot.bench.frame import CannotMeasure
from chatbot.boot.paths import ROOT
from chatbot.boot.running import works_in

PARTS = ("chatbot.asgi:application", "-A chatbot worker", "chatbot.bench.designs")


def refuse_company() -> None:
    """No process of this clone's product runs, of an earlier bench or of `up`; else CannotMeasure.

    It would share the cores with what is measured.
    """
    running = sorted(
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if process.pid != os.getpid()
        and any(part in " ".join(process.info["cmdline"] or ()) for part in PARTS)
        and works_in(process.pid, ROOT)
    )
    if running:
        pids = ", ".join(map(str, running))
        raise CannotMeasure(f"The product runs from this folder already; end processes {pids}.")
