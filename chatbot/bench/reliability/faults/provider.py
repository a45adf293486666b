"""The model refuses, errs, hangs, breaks off, miscounts and says odd things.

The demo model is told by rules per mark (`rules.py`); it is never touched
itself, because its log is the witness.
"""

import math
import signal
import time
from collections.abc import Callable

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.checks import calls_by_mark
from chatbot.bench.reliability.logs import Evidence, Mark, Try
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.rules import BREAK_AFTER, RETRY_AFTER_S
from chatbot.bench.reliability.timing import answer_p95_s
from chatbot.providers.breaker import OUTAGE_SECONDS, PROBE_SECONDS
from chatbot.providers.retry import TRIES

RATE = 3.0
WORKERS = 2
OUTAGE_ASKED_S = 20.0
SLOWEST_TURN_S = 3.0  # three tries of something that fails at once, with their waits
BIG = 500_000
PAID_FOR = ("done", "failed")


def _ask(rig: Rig, name: str, text: str = "What does delivery cost?", patience: float = 60) -> None:
    """The row's share of questions has been asked, each of which meets the fault, and has ended."""
    tabs = rig.newcomers(min(12, rig.quota))
    rig.ask(name, tabs, rig.quota, RATE, text=text)
    rig.inject(name, rig.quota)
    rig.answered(name, within=patience)


@row(29, "rate_limited", quick=True)
def rate_limited(rig: Rig) -> None:
    """The first call of each question is told to come back later."""
    _ask(rig, "rate_limited")
    rig.find("rate_limited", "rate_limited_most_tries", _most_calls("rate_limited"), bound=3)
    rig.find(
        "rate_limited", "rate_limited_answered_share", _share_of("rate_limited", "done"), ">=", 1.0
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
    _ask(rig, "out_of_credit")
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
    _ask(rig, "refused_key")
    _until_it_is_called_again(rig, "key_is_good")
    key = rig.fleet.environment["OPENAI_API_KEY"]
    logs = rig.fleet.logs_of("worker") + rig.fleet.logs_of("web")
    rig.find("refused_key", "refused_key_retries", _retries("refused_key"), bound=0)
    rig.found("refused_key", "key_in_logs", logs.count(key), bound=0)


@row(32, "server_errors", quick=True)
def server_errors(rig: Rig) -> None:
    """The first two calls of each question end with 503; the third answers."""
    _ask(rig, "server_errors")
    rig.find("server_errors", "server_errors_most_tries", _most_calls("server_errors"), bound=3)
    rig.find(
        "server_errors",
        "server_errors_answered_share",
        _share_of("server_errors", "done"),
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


@row(34, "hangs")
def hangs(rig: Rig) -> None:
    """The provider says nothing at all, or nothing more after ten tokens."""
    # Answers of a conversation come one after the other: everybody asks once at a time.
    tabs = rig.newcomers(min(100, rig.quota))
    for _ in range(max(1, rig.quota // len(tabs))):
        rig.load("ask", label="hangs", tabs=tabs)
        rig.inject("hangs", len(tabs))
        rig.answered("hangs", within=130)
    rig.find(
        "hangs",
        "hangs_told_p95_s",
        lambda logs: answer_p95_s(logs.client.labelled("hangs")),
        bound=23,
    )


@row(35, "cut_mid_stream", quick=True)
def cut_mid_stream(rig: Rig) -> None:
    """The provider's connection is reset in the middle of an answer: its text is kept."""
    _ask(rig, "cut_mid_stream")
    rig.find("cut_mid_stream", "cut_text_kept_share", _partial_kept("cut_mid_stream"), "==", 1.0)


@row(36, "ends_early", quick=True)
def ends_early(rig: Rig) -> None:
    """The provider's stream ends without saying why and without usage: seen as broken off."""
    _ask(rig, "ends_early")
    rig.find("ends_early", "early_end_detected_share", _share_of("ends_early", "failed"), "==", 1.0)


@row(37, "malformed_chunk", quick=True)
def malformed_chunk(rig: Rig) -> None:
    """A line of the stream is no JSON: what came before is kept."""
    _ask(rig, "malformed_chunk")
    rig.find(
        "malformed_chunk", "malformed_text_kept_share", _partial_kept("malformed_chunk"), "==", 1.0
    )


@row(38, "odd_endings", quick=True)
def odd_endings(rig: Rig) -> None:
    """The answer ends at its limit, or by the provider's filter; the reason is stored as told."""
    _ask(rig, "odd_endings")
    rig.find("odd_endings", "odd_endings_stored_share", _reasons_stored, "==", 1.0)


@row(39, "context_too_long", quick=True)
def context_too_long(rig: Rig) -> None:
    """The provider says that the prompt is too long for the model."""
    _ask(rig, "context_too_long")
    rig.find(
        "context_too_long", "context_too_long_most_tries", _most_calls("context_too_long"), bound=2
    )
    rig.find(
        "context_too_long",
        "context_too_long_answered_share",
        _share_of("context_too_long", "done"),
        "==",
        1.0,
    )


@row(40, "odd_usage", quick=True)
def odd_usage(rig: Rig) -> None:
    """Usage is missing, zero, or in another chunk: a zero stays zero, missing is flagged.

    The demo model never counts less than it said; that case is a unit test's.
    """
    _ask(rig, "odd_usage")
    rig.find(
        "odd_usage",
        "odd_usage_flagged_share",
        lambda logs: _flagged(logs) / max(1, (rig.quota + 2) // 3),
        "==",
        1.0,
    )


@row(41, "odd_text", quick=True)
def odd_text(rig: Rig) -> None:
    """An answer of a megabyte, an empty one, one of single letters, and one of torn characters."""
    _ask(rig, "odd_text", patience=120)
    rig.find(
        "odd_text",
        "longest_answer_characters",
        lambda logs: max(len(one.text) for one in _tries(logs, "odd_text")),
        ">=",
        BIG,
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
        replies = {one.reply for one in _tries(logs, label)}
        return sum(reply in replies for reply in logs.books.attempts.values())

    return attempts


def _most_calls(label: str) -> Callable[[Evidence], int]:
    def most(logs: Evidence) -> int:
        calls = calls_by_mark(logs)
        return max(calls[mark.id] for mark in logs.client.labelled(label))

    return most


def _retries(label: str) -> Callable[[Evidence], int]:
    def retries(logs: Evidence) -> int:
        calls = calls_by_mark(logs)
        return sum(max(0, calls[mark.id] - 1) for mark in logs.client.labelled(label))

    return retries


def _tries(logs: Evidence, label: str) -> list[Try]:
    ids = {mark.id for mark in logs.client.labelled(label)}
    return [one for one in logs.books.tries if one.question in ids]


def _share_of(label: str, how: str) -> Callable[[Evidence], float]:
    def share(logs: Evidence) -> float:
        marks: list[Mark] = logs.client.labelled(label)
        return sum(mark.how == how for mark in marks) / len(marks)

    return share


def _partial_kept(label: str) -> Callable[[Evidence], float]:
    """The share of failed answers that kept the words that had come."""

    def share(logs: Evidence) -> float:
        tries = _tries(logs, label)
        kept = [one for one in tries if len(one.text.split()) == BREAK_AFTER]
        return len(kept) / len(tries)

    return share


def _reasons_stored(logs: Evidence) -> float:
    tries = sorted(_tries(logs, "odd_endings"), key=lambda one: one.question_seq)
    told = [one for one in tries if one.finish_reason in ("length", "content_filter")]
    told += [one for one in tries if one.failure == "content_filter"]
    return len({one.reply for one in told}) / len(tries)


def _flagged(logs: Evidence) -> int:
    replies = {one.reply for one in _tries(logs, "odd_usage")}
    return sum(
        line.certainty != "exact"
        for line in logs.books.ledger.values()
        if logs.books.attempts[line.attempt] in replies
    )
