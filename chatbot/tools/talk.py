"""What a prompt says about tools: which there are, and what was asked of them in this turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chatbot.knowledge.search import FoundPassage


@dataclass(frozen=True)
class Talk:
    """The part of a prompt that is about tools.

    `messages` follow the question; `passages` are those that the model was
    given before, so that its marks stay right. Where it `may_call` no more,
    it is told which tools there are all the same: the messages are about them.
    """

    tools: list[dict[str, Any]]
    may_call: bool = True
    messages: list[dict[str, Any]] = field(default_factory=list)
    passages: Sequence[FoundPassage] | None = None
