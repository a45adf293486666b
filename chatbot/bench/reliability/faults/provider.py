"""The provider refuses, errs, or cannot be reached.

The demo model is told by rules per mark (`rules.py`); it is never touched
itself, because its log is the witness.
"""

import math
import signal
import time
from collections.abc import Callable

from chatbot.bench.reliability.asked_for import RATE, ask_each, most_calls, share_of, tries_of
from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.checks import calls_by_mark
from chatbot.bench.reliability.logs import Evidence
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.rules import RETRY_AFTER_S
from chatbot.bench.reliability.timing import answer_p95_s
from chatbot.providers.breaker import OUTAGE_SECONDS, PROBE_SECONDS
from chatbot.providers.retry import TRIES

WORKERS = 2
OUTAGE_ASKED_S = 20.0
SLOWEST_TURN_S = 3.0  # three tries of something that fails at once, with their waits


@row(29, "rate_limited", quick=True)
def rate_limited(rig: Rig) -> None:
    """The first call of each question is told to come back later."""
    ask_each(rig, "rate_limited")
    rig.find("rate_limited", "rate_limited_most_tries", most_calls("rate_limited"), bound=3)
    rig.find(
        "rate_limited", "rate_limited_answered_share", share_of("rate_limited", "done"), ">=", 1.0
    )
    rig.find(
        "rate_limited",
        "rate_limited_least_wait_s",
        lambda logs: min(
            (one.ended or 0) - one.sent for one in logs.client.labelled("rate_limited")
        ),
        ">=",
        float(RETRY_AFTER_S),
    )


@row(30, "out_of_credit", alone=True, quick=True)
def out_of_credit(rig: Rig) -> None:
    """The provider says that there is no money left: no retry, and hardly anybody asks again."""
    began = time.monotonic()
    ask_each(rig, "out_of_credit")
    # One opens the breaker; who was on the way by then comes too, and then a probe in ten seconds.
    probes = (time.monotonic() - began) / PROBE_SECONDS
    rig.find("out_of_credit", "out_of_credit_retries", _retries("out_of_credit"), bound=0)
    rig.find(
        "out_of_credit",
        "out_of_credit_calls",
        _calls_in_all("out_of_credit"),
        bound=2 * WORKERS + math.ceil(probes),
    )
    _until_it_is_called_again(rig, "credit_is_back")


@row(31, "refused_key", alone=True, quick=True)
def refused_key(rig: Rig) -> None:
    """The provider refuses the key or the country: no retry, and the key is in no log."""
    ask_each(rig, "refused_key")
    _until_it_is_called_again(rig, "key_is_good")
    key = rig.fleet.environment["OPENAI_API_KEY"]
    logs = rig.fleet.logs_of("worker") + rig.fleet.logs_of("web")
    rig.find("refused_key", "refused_key_retries", _retries("refused_key"), bound=0)
    rig.found("refused_key", "key_in_logs", logs.count(key), bound=0)


@row(32, "server_errors", quick=True)
def server_errors(rig: Rig) -> None:
    """The first two calls of each question end with 503; the third answers."""
    ask_each(rig, "server_errors")
    rig.find("server_errors", "server_errors_most_tries", most_calls("server_errors"), bound=3)
    rig.find(
        "server_errors",
        "server_errors_answered_share",
        share_of("server_errors", "done"),
        ">=",
        1.0,
    )


@row(33, "unreachable", alone=True)
def unreachable(rig: Rig) -> None:
    """Nobody listens where the provider should be, and then its name does not exist.

    TLS that fails looks the same to the client, and the demo model speaks none.
    The breaker opens after eight seconds of it; from then on visitors are told
    at once, and one call in ten seconds finds out whether it is back.
    """
    began = time.monotonic()
    count = max(1, rig.quota // 2)
    right = rig.fleet.environment.pop("OPENAI_BASE_URL", None)
    for address in ("http://127.0.0.1:9/v1", "http://no-such-host.invalid/v1"):
        rig.fleet.environment["OPENAI_BASE_URL"] = address
        _restart_workers(rig)
        rig.inject("unreachable")
        rig.ask("unreachable", rig.crowd, count, count / OUTAGE_ASKED_S)
        rig.answered("unreachable")
    probes = (time.monotonic() - began) / PROBE_SECONDS
    del rig.fleet.environment["OPENAI_BASE_URL"]
    if right:
        rig.fleet.environment["OPENAI_BASE_URL"] = right
    _restart_workers(rig)
    _until_it_is_called_again(rig, "provider_is_back")
    # Each question three times until it opens; it stays open when workers restart.
    before = TRIES * math.ceil(count * (OUTAGE_SECONDS + SLOWEST_TURN_S) / OUTAGE_ASKED_S)
    rig.find(
        "unreachable",
        "unreachable_calls",
        _attempts_in_all("unreachable"),
        bound=before + math.ceil(probes) + WORKERS,
    )
    rig.find(
        "unreachable",
        "unreachable_told_p95_s",
        lambda logs: answer_p95_s(logs.client.labelled("unreachable")),
        bound=20,
    )


def _restart_workers(rig: Rig) -> None:
    for name in rig.fleet.worker_names():
        rig.fleet.restart(name, signal.SIGTERM)
    time.sleep(0.5)


def _until_it_is_called_again(rig: Rig, label: str) -> None:
    """The breaker is closed: a question that was allowed as its probe has had an answer."""
    time.sleep(PROBE_SECONDS + 1)
    for number in range(3):
        rig.ask(f"{label}_{number}", rig.newcomers(1), 1, RATE)
        rig.answered(f"{label}_{number}")


def _calls_in_all(label: str) -> Callable[[Evidence], int]:
    def calls(logs: Evidence) -> int:
        by_mark = calls_by_mark(logs)
        return sum(by_mark[mark.id] for mark in logs.client.labelled(label))

    return calls


def _attempts_in_all(label: str) -> Callable[[Evidence], int]:
    """As the books have them: nobody was there to count."""

    def attempts(logs: Evidence) -> int:
        replies = {one.reply for one in tries_of(logs, label)}
        return sum(reply in replies for reply in logs.books.attempts.values())

    return attempts


def _retries(label: str) -> Callable[[Evidence], int]:
    def retries(logs: Evidence) -> int:
        calls = calls_by_mark(logs)
        return sum(max(0, calls[mark.id] - 1) for mark in logs.client.labelled(label))

    return retries
