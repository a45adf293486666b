"""What was said before the question of an item."""

from dataclasses import dataclass, field
from typing import Any

from chatbot.engine.history import history_before
from chatbot.models import TrialItem
from conversations.models import Generation

# A chat in the sandbox keeps so many of its own turns.
MOST_TURNS = 20


@dataclass(frozen=True)
class Before:
    """What was said before a question; `more` goes to the prompt as it is."""

    messages: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def before_of(item: TrialItem) -> Before:
    """As it was when the recorded reply was written; in a chat, its turns so far; else nothing."""
    if item.recorded:
        return said_before(item.recorded)
    return Before([*item.history])


def said_before(generation: Generation) -> Before:
    """What a prompt held of the conversation before this turn's question."""
    found = history_before(generation)
    return Before(found.messages, {"summary": found.summary.text} if found.summary else {})


def talk_before(item: TrialItem) -> list[dict[str, str]]:
    """The turns of a chat before this one, in the words of Chat Completions."""
    earlier = item.trial.items.filter(pk__lt=item.pk, state=TrialItem.State.DONE)
    said: list[dict[str, str]] = []
    for one in list(earlier.order_by("-pk")[:MOST_TURNS])[::-1]:
        said += [
            {"role": "user", "content": one.question},
            {"role": "assistant", "content": one.answer},
        ]
    return said
