"""What rows about the provider ask, and what they read of it from the logs."""

from collections.abc import Callable

from chatbot.bench.reliability.checks import calls_by_mark
from chatbot.bench.reliability.logs import Evidence, Mark, Try
from chatbot.bench.reliability.rig import Rig

RATE = 3.0


def ask_each(
    rig: Rig, name: str, text: str = "What does delivery cost?", patience: float = 60
) -> None:
    """The row's share of questions has been asked, each of which meets the fault, and has ended."""
    tabs = rig.newcomers(min(12, rig.quota))
    rig.ask(name, tabs, rig.quota, RATE, text=text)
    rig.inject(name, rig.quota)
    rig.answered(name, within=patience)


def most_calls(label: str) -> Callable[[Evidence], int]:
    """The most calls that any question of this label took."""

    def most(logs: Evidence) -> int:
        calls = calls_by_mark(logs)
        return max(calls[mark.id] for mark in logs.client.labelled(label))

    return most


def share_of(label: str, how: str) -> Callable[[Evidence], float]:
    """The share of the questions of this label that ended so."""

    def share(logs: Evidence) -> float:
        marks: list[Mark] = logs.client.labelled(label)
        return sum(mark.how == how for mark in marks) / len(marks)

    return share


def tries_of(logs: Evidence, label: str) -> list[Try]:
    """The generations of this label's questions."""
    ids = {mark.id for mark in logs.client.labelled(label)}
    return [one for one in logs.books.tries if one.question in ids]
