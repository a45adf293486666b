"""`bench reliability`: one seeded run of the fault table under load, judged by four logs."""

import contextlib
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from billing.services.prices import load_seed
from chatbot.bench.frame import CannotMeasure, Options, Report, Say
from chatbot.bench.reliability import faults, servers  # noqa: F401 - fills the catalogue
from chatbot.bench.reliability.catalogue import Row, chosen
from chatbot.bench.reliability.fleet import Fleet
from chatbot.bench.reliability.logs import Evidence, read_books, read_calls, read_client
from chatbot.bench.reliability.orders import Orders
from chatbot.bench.reliability.report import report_of
from chatbot.bench.reliability.rig import CALM, Rig, journal_of, open_lanes, rules_for
from conversations.models import Tenant

MESSAGES, QUICK_MESSAGES = 2500, 1200
CROWD, QUICK_CROWD = 240, 120
RATE = 30.0  # messages a second that two cores take with everything else on them
SIDE_BY_SIDE = 16  # rows that break only what their own pages see
QUIESCENCE_S = 60
CALM_MESSAGES = 90
ENVIRONMENT = {
    "MAX_OUTPUT_TOKENS": "300000",  # for the answer of a megabyte
    "WORKER_CONCURRENCY": "200",
    "OPENAI_API_KEY": "sk-bench-5f1c7a9e2d",  # looked for in the logs
}


def reliability(options: Options, say: Say) -> Report:
    """The chosen rows have been injected and the logs compared; the same seed, the same run."""
    rows = chosen(options.faults, quick=options.quick)
    messages = options.messages or (QUICK_MESSAGES if options.quick else MESSAGES)
    with _rig(options, say, max(1, messages // len(rows))) as rig:
        rig.fleet.behave(rules_for(rows, options.seed, rig.quota))
        say(f"seed {options.seed}: {len(rows)} faults, at least {messages} messages")
        rig.crowd = rig.newcomers(QUICK_CROWD if options.quick else CROWD)
        rig.ask(CALM, rig.crowd, CALM_MESSAGES, rig.rate)
        _inject_all(rig, rows)
        _fill_up(rig, messages)
        _wait_for_quiet(rig)
        say("comparing the logs")
        rig.load("report")
        evidence = Evidence(read_client(rig.journal), read_books(), read_calls(rig.fleet.model_log))
    return report_of(rig, rows, evidence)


def _inject_all(rig: Rig, rows: Sequence[Row]) -> None:
    """Rows that are alone one after the other, the others side by side; in the seed's order."""
    order = list(rows)
    random.Random(rig.seed).shuffle(order)  # noqa: S311 - not a secret
    together = [one for one in order if not one.alone]
    if together:
        rig.say(f"side by side: {len(together)} faults")
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(lambda one: _inject(rig, one), together))
    alone = [one for one in order if one.alone]
    for place, one in enumerate(alone, start=1):
        rig.say(f"fault {place} of {len(alone)}: {one.number} {one.name}")
        _inject(rig, one)


def _inject(rig: Rig, one: Row) -> None:
    """The row has been injected; where that fails, the row says why and the run goes on."""
    try:
        one.inject(rig)
    except Exception as error:
        rig.failures[one.name] = f"{type(error).__name__}: {error}"
        rig.say(f"fault {one.name} failed: {error!r}")
        with contextlib.suppress(CannotMeasure):
            rig.load("end_flow", label=one.name)
    finally:
        connection.close()


def _fill_up(rig: Rig, messages: int) -> None:
    """As many messages were sent as were asked for."""
    left = messages - rig.load("asked_in_all")
    if left > 0:
        rig.say(f"{left} more messages without a fault")
        rig.ask("calm", rig.crowd, left, rig.rate)


def _wait_for_quiet(rig: Rig) -> None:
    """Every question has its end and nothing is open, or the deadline has passed."""
    rig.say("waiting for the last answers")
    rig.load("ended", within=QUIESCENCE_S, patience=QUIESCENCE_S + 30)
    rig.fleet.idle_within(QUIESCENCE_S)
    time.sleep(1)  # for the last frames


@contextlib.contextmanager
def _rig(options: Options, say: Say, quota: int) -> Iterator[Rig]:
    """Everything runs inside, and is gone after."""
    postgres, valkey = servers.postgres(), servers.valkey()
    fleet = Fleet(workers=2, webs=2, environment=ENVIRONMENT, say=say)
    with contextlib.ExitStack() as undo:
        undo.callback(postgres.stop)
        undo.callback(valkey.stop)
        undo.enter_context(fleet)
        load_seed()
        tenant = Tenant.objects.create(name="Bench", slug="reliability")
        proxy, lanes = open_lanes(fleet, options.seed)
        undo.callback(proxy.stop)
        first: dict[str, Any] = {"seed": options.seed, "journal": str(journal_of(fleet))}
        load = Orders("chatbot.bench.reliability.load", first)
        undo.callback(load.stop)
        rig = Rig(
            fleet=fleet,
            proxy=proxy,
            load=load,
            postgres=postgres,
            valkey=valkey,
            lanes=lanes,
            tenant=tenant,
            seed=options.seed,
            quota=quota,
            rate=RATE,
            quick=options.quick,
            say=say,
        )
        threading.Thread(target=rig.watch, name="watch", daemon=True).start()
        undo.callback(rig.stop_watching)
        yield rig
