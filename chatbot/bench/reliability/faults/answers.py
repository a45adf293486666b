"""The model hangs, breaks off, miscounts and says odd things.

The demo model is told by rules per mark (`rules.py`); it is never touched
itself, because its log is the witness.
"""

from collections.abc import Callable

from chatbot.bench.reliability.asked_for import ask_each, most_calls, share_of, tries_of
from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.logs import Evidence
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.rules import BREAK_AFTER
from chatbot.bench.reliability.timing import answer_p95_s

BIG = 500_000


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
    ask_each(rig, "cut_mid_stream")
    rig.find("cut_mid_stream", "cut_text_kept_share", _partial_kept("cut_mid_stream"), "==", 1.0)


@row(36, "ends_early", quick=True)
def ends_early(rig: Rig) -> None:
    """The provider's stream ends without saying why and without usage: seen as broken off."""
    ask_each(rig, "ends_early")
    rig.find("ends_early", "early_end_detected_share", share_of("ends_early", "failed"), "==", 1.0)


@row(37, "malformed_chunk", quick=True)
def malformed_chunk(rig: Rig) -> None:
    """A line of the stream is no JSON: what came before is kept."""
    ask_each(rig, "malformed_chunk")
    rig.find(
        "malformed_chunk", "malformed_text_kept_share", _partial_kept("malformed_chunk"), "==", 1.0
    )


@row(38, "odd_endings", quick=True)
def odd_endings(rig: Rig) -> None:
    """The answer ends at its limit, or by the provider's filter; the reason is stored as told."""
    ask_each(rig, "odd_endings")
    rig.find("odd_endings", "odd_endings_stored_share", _reasons_stored, "==", 1.0)


@row(39, "context_too_long", quick=True)
def context_too_long(rig: Rig) -> None:
    """The provider says that the prompt is too long for the model."""
    ask_each(rig, "context_too_long")
    rig.find(
        "context_too_long", "context_too_long_most_tries", most_calls("context_too_long"), bound=2
    )
    rig.find(
        "context_too_long",
        "context_too_long_answered_share",
        share_of("context_too_long", "done"),
        "==",
        1.0,
    )


@row(40, "odd_usage", quick=True)
def odd_usage(rig: Rig) -> None:
    """Usage is missing, zero, or in another chunk: a zero stays zero, missing is flagged.

    The demo model never counts less than it said; that case is a unit test's.
    """
    ask_each(rig, "odd_usage")
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
    ask_each(rig, "odd_text", patience=120)
    rig.find(
        "odd_text",
        "longest_answer_characters",
        lambda logs: max(len(one.text) for one in tries_of(logs, "odd_text")),
        ">=",
        BIG,
    )


def _partial_kept(label: str) -> Callable[[Evidence], float]:
    """The share of failed answers that kept the words that had come."""

    def share(logs: Evidence) -> float:
        tries = tries_of(logs, label)
        kept = [one for one in tries if len(one.text.split()) == BREAK_AFTER]
        return len(kept) / len(tries)

    return share


def _reasons_stored(logs: Evidence) -> float:
    tries = sorted(tries_of(logs, "odd_endings"), key=lambda one: one.question_seq)
    told = [one for one in tries if one.finish_reason in ("length", "content_filter")]
    told += [one for one in tries if one.failure == "content_filter"]
    return len({one.reply for one in told}) / len(tries)


def _flagged(logs: Evidence) -> int:
    replies = {one.reply for one in tries_of(logs, "odd_usage")}
    return sum(
        line.certainty != "exact"
        for line in logs.books.ledger.values()
        if logs.books.attempts[line.attempt] in replies
    )
